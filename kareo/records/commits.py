"""One transaction, of which it may stay unknown whether it was saved: its answer may get lost."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import Error, IntegrityError, connection, transaction

from kareo.records.refusals import PerhapsSaved

logger = logging.getLogger(__name__)

T = TypeVar("T")

LOST_RACES = frozenset({"40001", "40P01"})  # PostgreSQL: serialization failure, deadlock


def whole(do: Callable[[], T]) -> T:
    """Return what `do` does, in one transaction.

    Raises what `do` raises, and PerhapsSaved where the database failed as it was to commit that.
    """
    is_own, did = not connection.in_atomic_block, False
    try:
        with transaction.atomic():
            result = do()
            did = True
    except Error as error:
        if is_own:
            connection.close_if_unusable_or_obsolete()
        if not (is_own and did) or _is_refused(error):
            raise
        logger.exception("Nobody knows whether it was saved: the database failed at the very end")
        raise PerhapsSaved from error
    return result


def is_lost_race(error: BaseException) -> bool:
    """Return whether the database refused it for another writer's sake: it may be tried again."""
    return getattr(error.__cause__, "sqlstate", None) in LOST_RACES


def _is_refused(error: Error) -> bool:
    """Return whether the database answered that it doesn't commit."""
    return isinstance(error, IntegrityError) or is_lost_race(error)
