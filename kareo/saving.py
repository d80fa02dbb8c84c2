"""What is said around every save and delete: signals to follow it, and words to refuse it with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

if TYPE_CHECKING:
    from kareo.records import Record

# Sent with `records` and `deleting` before their rows are locked, inside the transaction: whoever
# writes other rows along with these takes its locks now.
locking = Signal()
# Sent with `records` after a set of records was saved together, each with its `before`.
saved_together = Signal()
# Sent with `records`; a receiver answers {key: {field name: why it can't be edited there}}.
fixing_fields = Signal()


class Refused(Exception):
    """A save or delete that was not done. Its text tells a user why and what to do next."""


class StaleRecord(Refused):
    """Raised when a record was changed or deleted after the copy being saved was read."""


class FixedField(Refused):
    """Raised when a field was changed that another system fixes."""


def fixed_fields(records: Sequence["Record"]) -> dict[Any, dict[str, str]]:
    """Return {key: {field name: why it can't be edited}} of those `records` that have any."""
    reasons: dict[Any, dict[str, str]] = {}
    for _receiver, answer in fixing_fields.send(sender=type(records[0]), records=records):
        answered: Any = answer
        for key, why in answered.items():
            reasons.setdefault(key, {}).update(why)
    return reasons
