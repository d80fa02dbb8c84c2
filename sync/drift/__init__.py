"""Where the two lists no longer agree, or a record waits for somebody: queries, nothing else."""
