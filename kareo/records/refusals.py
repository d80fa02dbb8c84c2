"""Why a save or delete was not done, in words for whoever tried."""

import logging
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import DatabaseError, IntegrityError
from django.db.models import ProtectedError
from django.utils.timezone import localtime

from kareo.records.acting import may_name
from kareo.records.registry import WHO_HAS

logger = logging.getLogger(__name__)

LOOK = "See here, or in the log, what is done, and do the same again for what isn't."


class Refused(Exception):
    """A save or delete that was not done. Its text tells a user why and what to do next."""


class StaleRecord(Refused):
    """Raised when a record was changed or deleted after the copy being saved was read."""


class FixedField(Refused):
    """Raised when a field was changed that can't be edited on this record."""


class Unanswered(Refused):
    """Raised when a question came up that the user who filled in the form hasn't seen."""


class PerhapsSaved(Refused):
    """Raised where nobody knows whether something was saved: the database's answer got lost."""

    def __init__(self, what: str = "It may be done or not", do: str = LOOK) -> None:
        super().__init__(f"{what}: the database stopped answering at the very end. {do}")


class Unseen(NamedTuple):
    """Records that a user may not see: how many of a kind, and whom to ask for them."""

    how_many: str
    ask: str


def seen_by(user: Any, records: Iterable[Any]) -> tuple[list[Any], list[Unseen]]:
    """Return those of `records` that `user` may see by name, and of the others each kind."""
    seen, others = [], Counter[Any]()
    for record in records:
        if may_name(user, record._meta.label):
            seen.append(record)
        else:
            others[record._meta] += 1
    return seen, [
        Unseen(
            f"{count:,} {kind.verbose_name if count == 1 else kind.verbose_name_plural}",
            f"Ask {WHO_HAS.get(kind.label, 'your practice administrator')}.",
        )
        for kind, count in others.items()
    ]


def refusal_in_words(error: Exception, user: Any) -> str:
    """Tell `user` why a save or delete was refused and what to do next; the log gets the details.

    Only what the user may see is named.
    """
    if isinstance(error, ProtectedError):
        seen, unseen = seen_by(user, error.protected_objects)
        users = [*map(str, seen[:5]), *(each.how_many for each in unseen)]
        if (more := len(seen) - 5) > 0:
            users.append(f"{more} more")
        *first, last = users
        used_by = f"{', '.join(first)} and {last}" if first else last
        asks = "".join(f" {each.ask}" for each in unseen)
        return f"Not deleted: it is used by {used_by}.{asks} Deactivate it instead."
    if isinstance(error, IntegrityError):
        logger.warning("The database refused a record", exc_info=error)
        return (
            "Nothing was saved: someone else saved a record that conflicts with this one, or"
            f" deleted one that it needs. Check it and save again. {or_tell()}"
        )
    if isinstance(error, DatabaseError):
        logger.error("The database failed", exc_info=error)
        busy = "Nothing was saved: the database was too busy, or failed. Try again."
        return f"{busy} {or_tell()}"
    return str(error)


def or_tell() -> str:
    """Return what to do where trying again doesn't help; the log's lines begin with that time."""
    when = f"{localtime():%Y-%m-%dT%H:%M:%S}"
    return f"If it happens again, tell your administrator: the server's log says why, at {when}."
