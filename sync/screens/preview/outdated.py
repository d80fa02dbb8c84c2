"""What stands on a page before anything is typed, and isn't true of what is typed by now."""

from sync.models import SyncEvent
from sync.pairs.state import PairState
from sync.rules import RULES_BY_ID, Decision
from sync.rules.decision import NOT_PROPAGATED, UNCHANGED
from sync.rules.reasons import Code
from sync.rules.table import PM_FIRST, RULES, Page


def outdated(decision: Decision, label: str) -> list[str]:
    """Return what doesn't hold on the page of a `label`: rules by their ids, a card by its state.

    A rule that can't fire now, or that changes nothing; how many names are stale, where the preview
    says how many will be.
    """
    events = decision.events
    firing = {event.rule for event in events if _does_something(event)}
    advice = {PM_FIRST.id}
    forms = {(label, Page.ADD), (label, Page.CHANGE)}
    stand = {rule.id for rule in RULES if forms.intersection(rule.pages)} - advice
    found = sorted(stand - firing)
    if any(event.reason.get("code") == Code.STALE_NAMES for event in events):
        found.append(PairState.STALE_NAME.value)
    return found


def _does_something(event: SyncEvent) -> bool:
    """Whether what its rule says of it isn't said by the preview alone: nothing, of an orphan."""
    if event.outcome == NOT_PROPAGATED:
        rule = RULES_BY_ID.get(event.rule)
        return rule is not None and not rule.orphaned
    return event.outcome != UNCHANGED
