"""Who may do what, and read what: kinds of users x all URLs of the site.

`kinds`, `secrets`, `urls` and `lists` are the table, written by hand: it says what is wanted, not
what the code does. `planting` stores records with the secrets in them, `forms` knows what is typed,
`requests` makes of the table what is sent, and `visits` sends it and says what is wrong.
"""
