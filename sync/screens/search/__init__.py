"""Search: the page over both lists, and what to try where nothing is found."""
