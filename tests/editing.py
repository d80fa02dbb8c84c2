"""Edit records as a form, the shell or somebody patient does."""

from typing import Any

from kareo.records import StaleRecord
from sync.models import SyncEvent
from tests.factories import anew


def typed(record: Any, **values: Any) -> Any:
    """Return `record` as typed in a form and not saved: as stored (unless new), with `values`."""
    stored = record.pk is not None
    copy = anew(record) if stored else record
    copy.before = anew(record) if stored else None
    for name, value in values.items():
        setattr(copy, name, value)
    copy.derive()
    return copy


def edit(record: Any, **values: Any) -> SyncEvent | None:
    """Save `record` with `values`; return the newest event of the log."""
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return SyncEvent.objects.first()


def edit_until_done(model: Any, pk: int, **values: Any) -> None:
    """Save `values` as a person does: when refused, load the record again and repeat the change."""
    while True:
        try:
            edit(model.objects.get(pk=pk), **values)
        except StaleRecord:
            continue
        return
