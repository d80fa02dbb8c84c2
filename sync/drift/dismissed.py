"""Companies whose look-alikes somebody looked at, and which aren't counted any more."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from sync.models import DismissedLookAlike

Others = Callable[[AbstractSet[int]], dict[int, set[int]]]


def settled(others: Others) -> set[int]:
    """Return the keys of the companies all of whose look-alikes, `others`, were dismissed.

    Asks no more than once where nothing is dismissed, as nearly always.
    """
    dismissed = DismissedLookAlike.objects.others()
    if not dismissed:
        return set()
    return {key for key, alike in others(dismissed.keys()).items() if alike <= dismissed[key]}
