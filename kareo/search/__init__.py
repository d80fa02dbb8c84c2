"""What staff type into a search, and the records that are found by it, in lists of any length.

`terms` reads what is typed, in all the `spellings` that it may be stored in; `finding` looks it up,
`insured` for patients by what insures them. The text that is searched: `kareo.records.texts.lines`.
"""
