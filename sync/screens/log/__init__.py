"""The page of the sync log: its filters, its pages by key, and its search."""
