"""Tables that people bring: payer lists, read and imported, and labeled pairs of addresses.

`payer_list` reads a file row by row; `batches` writes its rows and carries them over.
`labeled_pairs` reads what the address match is scored on.
"""
