"""The rows of the table, a module for each group of them. Each yields its rows for a scale."""
