"""What a page says while it is filled in: what Save will do in both lists, and what is there."""
