"""What follows a save: what it did in the other list, what to do next, and who does it."""
