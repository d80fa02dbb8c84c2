"""What was done with a set of records at once, in one message."""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sync.models import SyncEvent
from sync.roles import may_see
from sync.rules.decision import NOT_PROPAGATED, UPDATED
from sync.rules.table import BATCH_UNDONE, INSURANCE, PAIR_REPAIRED, PLANS_MOVED
from sync.screens.after_save.next_steps import left_by
from sync.screens.merging.told import merged_in_words
from sync.screens.urls import log_url
from sync.screens.wording.events import MERGES
from sync.screens.wording.namesakes import tell_apart
from sync.screens.wording.records import counted, listed

Message = tuple[SafeString, list[str]]  # and the rules that it is of


def told_of_set(user: Any, few: Sequence[SyncEvent], events: QuerySet[SyncEvent]) -> Message | None:
    """Return what to say of `events`, of which `few` are the first; None to say it of each."""
    if few and few[0].rule in MERGES:
        return _merged(user, few[0], events)
    if few and few[0].rule == BATCH_UNDONE.id:
        return _undone(few[0], events)
    if len(few) < 2:
        return None
    if not events.exclude(rule=PAIR_REPAIRED.id, outcome=UPDATED).exists():
        return _brought_up_to_date(few, events)
    if not events.exclude(rule=PLANS_MOVED.id).exists():
        return _moved(user, few[0], events)
    return None


def joined(parts: Iterable[SafeString | str]) -> SafeString:
    """Return these sentences one after the other, without the empty ones."""
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def _undone(first: SyncEvent, events: QuerySet[SyncEvent]) -> Message:
    removed = events.filter(undo__has_key="deleted").count()
    restored = events.filter(undo__has_key="created").count()
    back = events.count() - removed - restored
    counts = ((back, "changed back"), (removed, "removed"), (restored, "brought back"))
    said = listed([f"{counted(count, 'record')} {how}" for count, how in counts if count])
    url = log_url(batch=first.batch)
    log = format_html('<a href="{}">See the sync log</a>.', url)
    return joined([f"Undone: {said}.", log]), [BATCH_UNDONE.id]


def _merged(user: Any, first: SyncEvent, events: QuerySet[SyncEvent]) -> Message:
    """Say in one message what was merged, and how many records moved."""
    said = merged_in_words(events.order_by("pk").iterator(), user)
    log = format_html('<a href="{}">See the sync log</a>.', log_url(batch=first.batch))
    return joined([*said, log]), [first.rule]


def _brought_up_to_date(few: Sequence[SyncEvent], events: QuerySet[SyncEvent]) -> Message:
    """Say in one message of how many pairs the EHR was brought up to date."""
    is_of_names = all(event.changes.keys() == {"company_name"} for event in few)
    what = counted(events.count(), "EHR name" if is_of_names else "EHR insurance")
    text = format_html(
        '{} brought up to date. <a href="{}">See the sync log</a>.',
        what,
        log_url(batch=few[0].batch, rule=PAIR_REPAIRED.id),
    )
    return text, [PAIR_REPAIRED.id]


def _moved(user: Any, first: SyncEvent, events: QuerySet[SyncEvent]) -> Message:
    """Say in one message how many plans were moved, and what of the EHR followed."""
    counts = dict(events.values_list("outcome").annotate(Count("pk")).order_by())
    [told] = tell_apart(user, [copy(first)])
    to = told.source_changes["company"][1]
    said = [f"{counted(sum(counts.values()), 'plan')} moved to {to.get('told', to['text'])}."]
    if may_see(user, INSURANCE):
        if updated := counts.get(UPDATED, 0):
            said.append(f"{counted(updated, 'EHR insurance')} updated.")
        if orphans := counts.get(NOT_PROPAGATED, 0):
            said.append(f"{counted(orphans, 'plan')} without an insurance: nothing in the EHR.")
    url = log_url(batch=first.batch, rule=PLANS_MOVED.id)
    log = format_html('<a href="{}">See the sync log</a>.', url)
    return joined([*said, log, *left_by(user, events)]), [PLANS_MOVED.id]
