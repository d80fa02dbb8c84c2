"""Events as sentences: the same for the preview, the message after a save, and the log."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from kareo.pages.html.fields import escaped
from kareo.records.texts.names import name_key
from sync.models import SyncEvent
from sync.pairs.sides import side_at
from sync.roles import may_see
from sync.rules.reasons import Code, Why
from sync.rules.table import (
    COMPANIES_MERGED,
    COMPANY,
    INSURANCE,
    PAIR_REPAIRED,
    PLAN,
    PLANS_MERGED,
    PM_COMPANY_ADDED,
    PM_COMPANY_EDITED,
    PM_PLAN_ADDED,
    RULES_BY_ID,
)
from sync.screens.urls import record_link
from sync.screens.wording.reasons import reason_in_words
from sync.screens.wording.records import changed_fields, counted, record_kind

MERGES = (COMPANIES_MERGED.id, PLANS_MERGED.id)
# Reasons beside which there is nothing else to say.
SAYS_ALL = (Code.HAD_NO_COUNTERPART, Code.PLANS_TOO, Code.ONLY_IN_PM, Code.UNDONE)
NOW_LINKED = "The two are now linked."
DONE = {
    SyncEvent.Outcome.CREATED: "was created",
    SyncEvent.Outcome.UPDATED: "was updated",
    SyncEvent.Outcome.UNCHANGED: "needed no change",
}
TO_COME = {
    SyncEvent.Outcome.CREATED: "will be created",
    SyncEvent.Outcome.UPDATED: "will be updated",
    SyncEvent.Outcome.UNCHANGED: "needs no change",
}


def rule_title(event: SyncEvent) -> str:
    """Return what people call the event's rule; "" where it has none."""
    rule = RULES_BY_ID.get(event.rule)
    return rule.title if rule else event.rule


def reason_of(event: SyncEvent, *, was: bool = False) -> str:
    """Say why the rule decided so, or did: what there `was` then may be otherwise by now."""
    if not event.reason:
        return ""
    return reason_in_words(event.reason, event.source_model, was=was)


def effect(event: SyncEvent) -> SafeString:
    """Say what became of the other list, with a link to the record there, and why."""
    return _joined(_effect(event, _target(event)))


def effect_in_text(event: SyncEvent) -> str:
    """Say the same without the link."""
    return " ".join(_effect(event, event.target_text))


def _effect(event: SyncEvent, target: str) -> Iterator[str]:
    """Yield what became of the other list, and why, in parts; the record there is `target`."""
    if event.hides_target:
        yield _hidden(event)
        return
    yield from _crossed(event, target)
    is_linked = event.reason.get("code") == Code.LINKED
    if why := NOW_LINKED if is_linked else reason_of(event, was=True):
        yield why


def _joined(parts: Iterable[str]) -> SafeString:
    return mark_safe(" ".join(map(escaped, parts)))  # noqa: S308 (escaped)


def effect_in_history(event: SyncEvent) -> SafeString | str:
    """Return the effect; a dash where there was none, as for a record that no rule speaks of."""
    is_plain = not event.rule and event.reason.get("code") in (Code.ADDED, Code.DELETED)
    if event.reason.get("code") == Code.STALE_NAMES:
        return f"{went_stale(event)}."
    return "–" if is_plain else effect(event) or "–"


def went_stale(event: SyncEvent) -> str:
    """Say how many names a rename made stale then: by now they may not be."""
    rule = RULES_BY_ID[event.rule]
    return f"{rule.label}: {counted(event.reason['count'], 'EHR name')} went stale"


def effect_of_both(first: SyncEvent, second: SyncEvent) -> SafeString:
    """Say in one sentence that two records were created for one, and why."""
    told = [(_target(event), record_kind(event.target_model)) for event in (first, second)]
    (one, its_kind), (other, other_kind) = told
    why = reason_of(second, was=True)
    return format_html("{} {} and {} {} were created. {}", its_kind, one, other_kind, other, why)


def crossed(event: SyncEvent, *, will: bool = False) -> SafeString:
    """Say what became of the other list, or `will`, with a link to the record there."""
    return _joined(_crossed(event, _target(event), will=will))


def _crossed(event: SyncEvent, target: str, *, will: bool = False) -> Iterator[str]:
    rule, label = RULES_BY_ID.get(event.rule), event.target_model
    if is_merged_into(event):
        yield from _kept(event, target)
    elif event.outcome != SyncEvent.Outcome.NOT_PROPAGATED:
        what = (TO_COME if will else DONE)[SyncEvent.Outcome(event.outcome)]
        if event.changes and not will:
            what += f": {changed_fields(label, event.changes)}"
        yield from (capfirst(record_kind(label)), target, f"{what}.")
    elif rule is not None and event.reason.get("code") not in SAYS_ALL:
        if rule.label and not will:  # what is to come stands beside the rule's banner, with it
            yield f"{rule.label}:"
        yield rule.crosses_nothing if will else rule.nothing


def is_merged_into(event: SyncEvent) -> bool:
    """Whether it tells of a record that was merged into its target, or moved along."""
    is_of_merge = event.rule in MERGES
    moved = event.source_model not in (COMPANY, PLAN, INSURANCE)
    return is_of_merge and (moved or "merged_into" in event.source_changes)


def _kept(event: SyncEvent, target: str) -> Iterator[str]:
    """Say which one is kept, and what it took over; of a policy or patient that moved, nothing."""
    if "merged_into" in event.source_changes:
        took = changed_fields(event.target_model, event.changes) if event.changes else ""
        yield from ("Kept:", target, f"with changes: {took}." if took else "as it was.")


def _target(event: SyncEvent) -> SafeString:
    return record_link(event.target_model, event.target_id, event.target_text)


def effect_seen_by(user: Any, event: SyncEvent) -> SafeString:
    """Say what became of the other list, as far as `user` may see it."""
    if not event.target_model or may_see(user, event.target_model):
        return effect(event)
    return _hidden(event)


def _hidden(event: SyncEvent) -> SafeString:
    place = side_at(event.target_model).place
    return format_html("Your role doesn't show you what it did in {}.", place)


def worth_telling(events: Sequence[SyncEvent]) -> list[SyncEvent]:
    """Leave out that a new company stays in PM where a plan that doesn't is added along with it."""
    with_plan = any(map(is_of_plan, events))
    return [event for event in events if not (with_plan and event.rule == PM_COMPANY_ADDED.id)]


def is_of_plan(event: SyncEvent) -> bool:
    """Whether it tells, beside a company that is added, that its first plan is, or is linked."""
    is_linked = event.rule == PAIR_REPAIRED.id and event.source_model == PLAN
    return is_linked or event.rule == PM_PLAN_ADDED.id


def goes_with_plans(event: SyncEvent) -> bool:
    """Whether it is of a company that is deactivated with its plans."""
    return bool(event.reason.get("code") == Code.PLANS_TOO)


def name_shown(event: SyncEvent, *, will: bool = False) -> str:
    """Say which company name the EHR shows, or `will`, instead of one that was typed there."""
    is_new = event.outcome == SyncEvent.Outcome.CREATED or event.reason.get("code") == Code.LINKED
    typed, shown = event.source_changes.get("company_name", ("", ""))
    if event.source_model != INSURANCE or not is_new or event.reason.get("other_name"):
        return ""
    if name_key(typed) == name_key(shown):
        return ""
    return f"The EHR {'will show' if will else 'shows'} {shown}, PM's name."


def warns(event: SyncEvent) -> bool:
    """Whether to warn: something stays behind, or goes where its user may not expect it."""
    reason = event.reason
    if event.outcome == SyncEvent.Outcome.NOT_PROPAGATED:
        if event.rule == PM_COMPANY_EDITED.id:  # says what stays as it was, else nothing does
            return bool(reason) and reason["code"] != Code.PLANS_TOO
        return bool(event.rule) and reason.get("code") not in SAYS_ALL
    if event.outcome != SyncEvent.Outcome.CREATED:
        return False
    if event.target_model == COMPANY and reason.get("code") == Code.ONLY_INACTIVE:
        return True  # a second one
    if reason.get("why") == Why.OLDEST_OF_NAME:
        return True  # another may be meant
    if not event.source_changes:
        return False
    # Only spelled as PM does, or called so by PM too, or where its user wants it.
    is_meant = reason.get("why") == Why.CHOSEN
    return not (reason.get("same_name") or reason.get("other_name") or is_meant)
