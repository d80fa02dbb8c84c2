"""Carry out what the rules decide: the only place that writes the other list.

`receivers` is where saves and deletes set the rules to work, and where each kind's locks stand;
`locks` says their order. `apply` writes a decision in sets that send no signals, so nothing echoes
back. `repair` puts pairs right, `move` moves plans, `merge` merges records and `undo` takes back
what was done at once, each as `moving`, `merging` or `undoing` shows it beforehand; `dismiss` and
`dismiss_all` note which companies only look alike.
"""

from sync.propagation.dismissing import dismiss, dismiss_all
from sync.propagation.merging import Choice, merge, merging
from sync.propagation.moving import NotAsShown, move, moving
from sync.propagation.repairing import link_orphans, repair
from sync.propagation.undoing import undo, undoing
from sync.propagation.writing import PropagationFailed, apply, propagate

__all__ = [
    "Choice",
    "NotAsShown",
    "PropagationFailed",
    "apply",
    "dismiss",
    "dismiss_all",
    "link_orphans",
    "merge",
    "merging",
    "move",
    "moving",
    "propagate",
    "repair",
    "undo",
    "undoing",
]
