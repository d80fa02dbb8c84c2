"""What several parts of one page show of its record: read once, when the first of them asks."""

from collections.abc import Callable
from typing import Any, TypeVar

from sync.pairs.stale_names import old_names
from sync.pairs.state import Pair, pair_of

T = TypeVar("T")


def pair_on(page: Any) -> Pair:
    """Return the pair of the record of `page`, a template's context."""
    return _once(page, pair_of)


def old_names_on(page: Any) -> list[tuple[str, int]]:
    """Return the old names of the company of `page`, a template's context."""
    return _once(page, old_names)


def _once(page: Any, read: Callable[[Any], T]) -> T:
    kept = page.render_context  # of this one rendering
    if read not in kept:
        kept[read] = read(page["original"])
    found: T = kept[read]
    return found
