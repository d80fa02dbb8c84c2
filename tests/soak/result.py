"""What a part of the soak reports."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Result:
    """What was run, by kind ("histories", "steps", "kills"), and what was found wrong, a text each.

    A fault says what is needed to see it again: the seed, and what was done.
    """

    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
