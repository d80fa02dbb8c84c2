"""What is said around every save and delete: signals to follow it, and words to refuse it with."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, IntegrityError
from django.db.models import ProtectedError
from django.dispatch import Signal

if TYPE_CHECKING:
    from kareo.records import Record

logger = logging.getLogger(__name__)

# Sent with `records` and `deleting` before their rows are locked, inside the transaction: whoever
# writes other rows along with these takes its locks now.
locking = Signal()
# Sent with `records` after a set of records was saved together, each with its `before`.
saved_together = Signal()
# Sent with `records` that are about to be deleted together, after they were locked. Django sends
# `pre_delete` for each of them all the same, with the queryset as its `origin`.
deleting_together = Signal()
# Sent with `records`; a receiver answers {key: {field name: why it can't be edited there}}.
fixing_fields = Signal()
# Sent with a `record` whose form is valid and about to be saved, and with its `user`, None where
# nobody is known; a receiver answers [Question].
asking = Signal()


class Refused(Exception):
    """A save or delete that was not done. Its text tells a user why and what to do next."""


class StaleRecord(Refused):
    """Raised when a record was changed or deleted after the copy being saved was read."""


class FixedField(Refused):
    """Raised when a field was changed that another system fixes."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a user is asked once before a save. Saving again, with the `id` sent, confirms it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Who filled in a record's form, and the ids of the questions that were put there."""

    user: Any
    confirmed: frozenset[str]


def questions_about(record: "Record", user: Any) -> list[Question]:
    """Return what `user` is to be asked before `record` is saved as it is."""
    asked = asking.send(sender=type(record), record=record, user=user)
    answers: list[Any] = [answer for _receiver, answer in asked]
    return [question for answer in answers for question in answer]


def fixed_fields(records: Sequence["Record"]) -> dict[Any, dict[str, str]]:
    """Return {key: {field name: why it can't be edited}} of those `records` that have any."""
    reasons: dict[Any, dict[str, str]] = {}
    for _receiver, answer in fixing_fields.send(sender=type(records[0]), records=records):
        answered: Any = answer
        for key, why in answered.items():
            reasons.setdefault(key, {}).update(why)
    return reasons


def refusal_in_words(error: Exception) -> str:
    """Return why a save or delete was refused and what to do next; the log gets the details."""
    if isinstance(error, ProtectedError):
        users = ", ".join(str(record) for record in islice(error.protected_objects, 5))
        more = len(error.protected_objects) - 5
        others = f" and {more} more" if more > 0 else ""
        return f"Not deleted: it is used by {users}{others}. Deactivate it instead."
    if isinstance(error, IntegrityError):
        return (
            "Nothing was saved: someone else saved a record meanwhile that this one can't stand"
            " beside, or deleted one that it needs. Check it and save again."
        )
    if isinstance(error, DatabaseError):
        logger.exception("The database refused", exc_info=error)
        return (
            "Nothing was saved: the database was too busy, or failed. Try again. If it happens"
            " again, tell your administrator."
        )
    return str(error)
