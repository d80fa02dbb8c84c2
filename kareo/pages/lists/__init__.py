"""Lists: how long ones are read, searched, filtered, and worked through."""
