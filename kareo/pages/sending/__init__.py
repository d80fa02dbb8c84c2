"""Pages that are sent: each once, by the user it was made for, and none in vain."""
