"""What stands on a page before anything is typed, and isn't true of what is typed by now."""

from sync.models import SyncEvent
from sync.pairs.state import PairState
from sync.rules import Decision
from sync.rules.decision import NOT_PROPAGATED, UNCHANGED
from sync.rules.reasons import Code
from sync.rules.table import PM_FIRST, RULES, Page
from sync.screens.wording.events import worth_telling


def outdated(decision: Decision, label: str) -> list[str]:
    """Return what doesn't hold on the page of a `label`: rules by their ids, a card by its state.

    A rule that can't fire now, or of which the preview says the same; how many names are stale,
    where the preview says how many will be.
    """
    events = decision.events
    told = worth_telling(events)
    firing = {event.rule for event in events if _does_something(event, is_told=event in told)}
    advice = {PM_FIRST.id}
    forms = {(label, Page.ADD), (label, Page.CHANGE)}
    stand = {rule.id for rule in RULES if forms.intersection(rule.pages)} - advice
    found = sorted(stand - firing)
    if any(event.reason.get("code") == Code.STALE_NAMES for event in events):
        found.append(PairState.STALE_NAME.value)
    return found


def _does_something(event: SyncEvent, *, is_told: bool) -> bool:
    """Whether what its rule says of it isn't said by the preview: nothing crosses."""
    if event.outcome == NOT_PROPAGATED:
        return not is_told
    return event.outcome != UNCHANGED
