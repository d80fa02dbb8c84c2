"""What is said around every save and delete: signals to follow it, and words to refuse it with."""

from typing import TYPE_CHECKING

from django.dispatch import Signal

if TYPE_CHECKING:
    from kareo.records import Record

# Sent with `records` and `deleting` before their rows are locked, inside the transaction: whoever
# writes other rows along with these takes its locks now.
locking = Signal()
# Sent with `records` after a set of records was saved together, each with its `before`.
saved_together = Signal()
# Sent with `record`; a receiver answers {field name: why it can't be edited on this record}.
fixing_fields = Signal()


class Refused(Exception):
    """A save or delete that was not done. Its text tells a user why and what to do next."""


class StaleRecord(Refused):
    """Raised when a record was changed or deleted after the copy being saved was read."""


class FixedField(Refused):
    """Raised when a field was changed that another system fixes."""


def fixed_fields(record: "Record") -> dict[str, str]:
    """Return the fields of `record` that can't be edited now, each with the reason."""
    reasons: dict[str, str] = {}
    for _receiver, answer in fixing_fields.send(sender=type(record), record=record):
        reasons.update(answer)  # type: ignore[arg-type]  # send() doesn't know its receivers
    return reasons
