"""What a page says while it is filled in: what Save will do in both lists, and what is there.

`preview` makes it, of the same `dry_run` that the page's questions come from.
"""

from sync.screens.preview.making import PREVIEWED, Preview, preview

__all__ = ["PREVIEWED", "Preview", "preview"]
