"""What a page asks before a save: what is odd in what was `typed`, which `charts` may be one
person's. `answers` is what a question is, and what a form gives its record. Others add theirs by
`kareo.records.registry`.
"""
