"""What a user did last, for the first page: a line for each action, however much it wrote."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sync.models import SyncEvent
from sync.rules.table import PM_COMPANY_ADDED, PM_PLAN_ADDED
from sync.screens.log.sentences import added_first, also_entered, is_addition, kind
from sync.screens.wording.events import goes_with_plans
from sync.screens.wording.namesakes import tell_apart
from sync.screens.wording.records import counted

MOST = 8  # actions
READ = 3 * MOST  # events: one query finds them, and most actions have few


class Action(NamedTuple):
    """The first event of an action, what was done beside that, and the events that crossed over."""

    event: SyncEvent
    others: str
    effects: list[SyncEvent]


def recent_actions(user: Any) -> list[Action]:
    """Return the newest actions of `user`."""
    newest = list(SyncEvent.objects.filter(actor=user.get_username())[:READ])
    batches: dict[object, list[SyncEvent]] = {}
    for event in newest:
        batches.setdefault(event.batch, []).append(event)
    is_cut = len(newest) == READ  # the oldest action may have more than these
    if is_cut and len(batches) > 1:
        batches.popitem()
        is_cut = False
    of_each = [added_first(events[::-1]) for events in batches.values()][:MOST]
    effects = [_effects(events) for events in of_each]
    actions = [
        Action(events[0], " and more" if is_cut else _others(events), made)
        for events, made in zip(of_each, effects, strict=True)
    ]
    # Each event once: what is told of it is written into it.
    shown = {each.pk: each for action in actions for each in (action.event, *action.effects)}
    tell_apart(user, shown.values())
    return actions


def _effects(events: Sequence[SyncEvent]) -> list[SyncEvent]:
    """Return what tells what became of the other list: of what was added, all that it made there.

    A company makes nothing, but its first plan does.
    """
    first = events[0]
    own = [event for event in events if event.source_id == first.source_id]
    made = [event for event in own if event.outcome == SyncEvent.Outcome.CREATED]
    if first.rule == PM_COMPANY_ADDED.id:
        made = [event for event in events if event.rule == PM_PLAN_ADDED.id][:1]
    return made if is_addition(first) and made else [first]


def _others(events: Sequence[SyncEvent]) -> str:
    """Say what else was done: " and 3 more", " and 2 policies", ", entered primary insurance"."""
    first, *others = events
    own = first.source_model, first.source_id
    records = {(event.source_model, event.source_id) for event in others} - {own}
    if goes_with_plans(first):  # which says how many
        return ""
    if not records:
        entered = also_entered(first, others)
        return f", entered {entered}" if entered else ""
    labels = {label for label, _key in records}
    if len(labels) > 1 or first.source_model in labels:
        return f" and {len(records):,} more"
    return f" and {counted(len(records), kind(labels.pop()))}"
