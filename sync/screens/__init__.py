"""What people see of sync: sentences, URLs and parts of pages. All below knows values only.

`wording` makes sentences of events, reasons and findings; `urls` knows where things are. `preview`,
`banners`, `cards`, `home`, `lists` and `worklist` are what stands on pages; `messages`, `coverage`
and `next_steps` what follows a save; `views` what stands behind forms and buttons. `additions`
brings it all to the pages of PM and the EHR, which know nothing of it.
"""
