"""What people see of sync: sentences, URLs and parts of pages. All below knows values only.

`wording` makes sentences of events, reasons and findings; `urls` knows where things are. `banners`,
`cards`, `home`, `lists` and `preview` are what stands on pages; `log`, `search` and `worklist` are
pages by themselves; `after_save` is what follows a save; `views` stand behind forms and buttons.
`additions` brings it all to the pages of PM and the EHR, which know nothing of it.
"""
