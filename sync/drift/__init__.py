"""Where the two lists no longer agree, or a record waits: found, counted and mended."""
