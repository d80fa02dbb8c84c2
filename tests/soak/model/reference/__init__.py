"""The rules in plain Python: a second statement of them, which shares no code with the program.

It knows no database, no page and nothing of `kareo`, `pm`, `ehr` and `sync`. What two spellings
have in common is written by hand, in `vocabulary`. `world` is what is stored, `rows` what it is
made of; the other modules do to it what each step of a history does.
"""
