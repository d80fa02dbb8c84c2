"""The three signals by which one app follows what is written in another.

Each is sent with `records`, always a list, and `using`, inside the transaction that writes them:
what a receiver writes is committed along with them, and what it raises undoes them. Loading a
fixture sends none, nor do `bulk_create`, `write` and `rederive`.
"""

from django.dispatch import Signal

# Before a row of `records` is read or locked: a receiver that writes other rows along with these
# takes all its locks now. They are as the caller means to save them, derived fields aside.
saving = Signal()
# After they were written, each with its `before`.
saved = Signal()
# Before they are deleted and their rows are locked: a receiver takes its locks, then theirs
# (`lock_and_read(…, alone=True)`), and follows the deletion of those that still exist.
deleting = Signal()
