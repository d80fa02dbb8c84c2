"""Why a save or delete was not done, in words for whoever tried."""

import logging
from itertools import islice

from django.db import DatabaseError, IntegrityError
from django.db.models import ProtectedError

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A save or delete that was not done. Its text tells a user why and what to do next."""


class StaleRecord(Refused):
    """Raised when a record was changed or deleted after the copy being saved was read."""


class FixedField(Refused):
    """Raised when a field was changed that can't be edited on this record."""


def refusal_in_words(error: Exception) -> str:
    """Return why a save or delete was refused and what to do next; the log gets the details."""
    if isinstance(error, ProtectedError):
        users = ", ".join(str(record) for record in islice(error.protected_objects, 5))
        more = len(error.protected_objects) - 5
        others = f" and {more} more" if more > 0 else ""
        return f"Not deleted: it is used by {users}{others}. Deactivate it instead."
    if isinstance(error, IntegrityError):
        return (
            "Nothing was saved: someone else saved a record that conflicts with this one, or"
            " deleted one that it needs. Check it and save again."
        )
    if isinstance(error, DatabaseError):
        logger.exception("The database refused", exc_info=error)
        return (
            "Nothing was saved: the database was too busy, or failed. Try again. If it happens"
            " again, tell your administrator."
        )
    return str(error)
