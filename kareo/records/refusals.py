"""Why a save or delete was not done, in words for whoever tried."""

import logging
from itertools import islice

from django.db import DatabaseError, IntegrityError
from django.db.models import ProtectedError
from django.utils.timezone import localtime

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A save or delete that was not done. Its text tells a user why and what to do next."""


class StaleRecord(Refused):
    """Raised when a record was changed or deleted after the copy being saved was read."""


class FixedField(Refused):
    """Raised when a field was changed that can't be edited on this record."""


class Unanswered(Refused):
    """Raised when a question came up that the user who filled in the form hasn't seen."""


def refusal_in_words(error: Exception) -> str:
    """Return why a save or delete was refused and what to do next; the log gets the details."""
    if isinstance(error, ProtectedError):
        users = ", ".join(str(record) for record in islice(error.protected_objects, 5))
        more = len(error.protected_objects) - 5
        others = f" and {more} more" if more > 0 else ""
        return f"Not deleted: it is used by {users}{others}. Deactivate it instead."
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
