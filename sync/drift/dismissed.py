"""Companies whose look-alikes somebody looked at, and which aren't counted any more."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from sync.models import DismissedLookAlike

Others = Callable[[AbstractSet[int]], dict[int, set[int]]]


_once: ContextVar[Callable[[], dict[int, set[int]]] | None] = ContextVar("once", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Read what was dismissed once for all that is searched inside."""
    token = _once.set(cache(DismissedLookAlike.objects.others))
    try:
        yield
    finally:
        _once.reset(token)


def settled(others: Others) -> set[int]:
    """Return the keys of the companies all of whose look-alikes, `others`, were dismissed.

    Asks no more than once where nothing is dismissed, as nearly always.
    """
    read = _once.get() or DismissedLookAlike.objects.others
    dismissed = read()
    if not dismissed:
        return set()
    return {key for key, alike in others(dismissed.keys()).items() if alike <= dismissed[key]}
