"""HTML as Django's templates make it of fields and rows, in a fraction of their time."""
