"""Forms: their fields, pickers and words."""
