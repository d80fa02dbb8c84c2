"""How values are shown and typed, by language, as Django looks for it."""
