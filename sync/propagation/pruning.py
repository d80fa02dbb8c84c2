"""Remove from the log what tells nothing any more: old events that had no effect."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from sync.models import SyncEvent
from sync.rules.decision import NOT_PROPAGATED, UNCHANGED
from sync.rules.reasons import Code, Reason, because

BATCH = 5000  # events of one transaction

# Of a record that was saved again as it was. Any other reason tells something: where a record came
# from, or that it was added.
REASONS: tuple[Reason, ...] = ({}, because(Code.NO_COUNTERPART))


def without_effect() -> QuerySet[SyncEvent]:
    """Return the events that added, changed, deleted, linked and unlinked nothing."""
    return SyncEvent.objects.filter(
        Q.create([("reason", reason) for reason in REASONS], connector=Q.OR),
        outcome__in=(UNCHANGED, NOT_PROPAGATED),
        source_changes={},
        changes={},
        undo={},
    )


def prune(before: datetime, *, dry_run: bool = False) -> Iterator[tuple[int, int]]:
    """Remove the events of before `before` that had no effect, or only count them.

    Yield for each batch how many events it read, and how many of them went: it stays done, whatever
    becomes of those that follow.
    """
    old = SyncEvent.objects.filter(created_at__lt=before).order_by("pk")
    last = 0
    while keys := list(old.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        useless = without_effect().filter(created_at__lt=before, pk__gt=last, pk__lte=keys[-1])
        yield len(keys), useless.count() if dry_run else useless.delete()[0]
        last = keys[-1]
