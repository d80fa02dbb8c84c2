"""CSV files that people bring, read by `csv_table`.

`payer_list` checks a list row by row; `batches` writes its rows and carries them over.
`labeled_pairs` reads what the address match is scored on.
"""
