"""Made-up lists of any size, written by sets: the same ones on every run.

`made_up` is what chance makes of words, `insurers`, `people` and `log` the records made of that,
`filling` writes them all.
"""
