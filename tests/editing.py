"""Edit records as a form, the shell or somebody patient does."""

from typing import Any, TypeVar

from django.db.models import Model

from kareo.records import StaleRecord
from kareo.records.models import Record
from sync.models import SyncEvent
from tests.factories import anew

R = TypeVar("R", bound=Record)


def typed(record: R, /, **values: Any) -> R:
    """Return `record` as typed in a form and not saved: as stored (unless new), with `values`."""
    stored = record.pk is not None
    copy = anew(record) if stored else record
    copy.before = anew(record) if stored else None
    for name, value in values.items():
        setattr(copy, name, value)
    copy.derive()
    return copy


def edit(record: Model, /, **values: Any) -> SyncEvent:
    """Save `record` with `values`; return the newest event of the log."""
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return SyncEvent.objects.latest("pk")


def edit_until_done(model: Any, pk: int, **values: Any) -> None:
    """Save `values` as a person does: when refused, load the record again and repeat the change."""
    while True:
        try:
            edit(model.objects.get(pk=pk), **values)
        except StaleRecord:
            continue
        return
