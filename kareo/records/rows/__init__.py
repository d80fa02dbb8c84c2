"""Rows read, made into records and written by statements that are made once and kept."""
