"""How what is typed is read, in whichever field: when two `names` are the same, the one way of
`phones`, all ways of `dates`, and `roads` that have no house number. `lines` are the text that a
record is searched in.
"""
