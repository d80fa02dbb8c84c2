"""Sentences: of records and their changes, of reasons, of events, of findings."""
