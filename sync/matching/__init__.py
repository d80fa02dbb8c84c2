"""Who is meant: the company at an address, records that look alike, and possible counterparts.

Everything here returns records and ranks; `sync.screens` says them.
"""
