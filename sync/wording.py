"""Outcomes in words: the same sentence for messages and for the log."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from sync.links import record_link
from sync.models import SyncEvent
from sync.rules import PM_COMPANY_ADDED, PM_PLAN_ADDED, RULES_BY_ID
from sync.sight import may_see

SYSTEMS = {"pm": "PM", "ehr": "EHR"}


def field_name(model_label: str, name: str) -> str:
    """Return the field's name as people know it; the plain name where the model has no such."""
    model = apps.get_model(model_label)
    fields: dict[str, Any] = {field.name: field for field in model._meta.get_fields()}
    return str(getattr(fields.get(name), "verbose_name", name))


def changes_in_words(model_label: str, changes: dict[str, list[Any]]) -> str:
    """Name the fields that were written; of being active, say which way it went."""
    names = [field_name(model_label, name) for name in changes if name != "is_active"]
    if "is_active" in changes:
        names.append(f"set to {'active' if changes['is_active'][1] else 'inactive'}")
    return ", ".join(names)


def record_kind(model_label: str) -> str:
    """Return what a record is called and where it lives, such as `EHR insurance`."""
    model = apps.get_model(model_label)
    system = SYSTEMS[model._meta.app_label]
    return f"{system} {str(model._meta.verbose_name).removeprefix(system).strip()}"


def change_in_words(model_label: str, name: str, change: list[Any]) -> str:
    before, after = (_value_in_words(model_label, name, value) for value in change)
    return f"{capfirst(field_name(model_label, name))}: {before} → {after}"


def _value_in_words(model_label: str, name: str, value: Any) -> Any:
    if value in (None, ""):
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    model: Any = apps.get_model(model_label)
    choices = {f.name: dict(f.flatchoices) for f in model._meta.concrete_fields if f.choices}
    return choices.get(name, {}).get(value, value)


def source_in_words(event: SyncEvent) -> SafeString:
    """Name the record that was saved, with a link to it."""
    link = record_link(event.source_model, event.source_id, event.source_text)
    return format_html("{}: {}", record_kind(event.source_model), link)


DONE = {
    SyncEvent.Outcome.CREATED: "was created",
    SyncEvent.Outcome.UPDATED: "was updated",
    SyncEvent.Outcome.UNCHANGED: "needed no change",
}
FORETOLD = {
    SyncEvent.Outcome.CREATED: "will be created",
    SyncEvent.Outcome.UPDATED: "will be updated",
    SyncEvent.Outcome.UNCHANGED: "needs no change",
}


def effect(event: SyncEvent) -> SafeString:
    """Say what became of the other list, with a link to the record there, and the note."""
    return format_html("{} {}", crossed(event), event.note) if event.note else crossed(event)


def worth_telling(events: Sequence[SyncEvent]) -> list[SyncEvent]:
    """Leave out the advice to add a plan to a new company where one is added along with it."""
    with_plan = any(event.rule == PM_PLAN_ADDED.id for event in events)
    return [event for event in events if not (with_plan and event.rule == PM_COMPANY_ADDED.id)]


def source_seen_by(user: Any, event: SyncEvent) -> SafeString:
    """Name the record that was saved; only its kind where `user` may not see it."""
    if may_see(user, event.source_model):
        return source_in_words(event)
    return format_html("{}", record_kind(event.source_model))


def effect_seen_by(user: Any, event: SyncEvent) -> SafeString:
    """Say what became of the other list, as far as `user` may see it."""
    if not event.target_model or may_see(user, event.target_model):
        return effect(event)
    return format_html("What it did in {}, your role doesn't show you.", system_of(event))


def system_of(event: SyncEvent) -> str:
    """Return which of the two systems the record concerned is in."""
    return SYSTEMS[event.target_model.partition(".")[0]]


def crossed(event: SyncEvent, *, will: bool = False) -> SafeString:
    """Say what became of the other list, or `will`, with a link to the record there."""
    rule, label = RULES_BY_ID.get(event.rule), event.target_model
    if event.outcome == SyncEvent.Outcome.NOT_PROPAGATED:
        warning = f"{rule.label}: " if rule and rule.label else ""
        said = (rule.crosses_nothing if will else rule.nothing) if rule else ""
        return format_html("{}{}", warning, said)
    what = (FORETOLD if will else DONE)[SyncEvent.Outcome(event.outcome)]
    if event.changes and not will:
        what += f": {changes_in_words(label, event.changes)}"
    target = record_link(label, event.target_id, event.target_text)
    return format_html("{} {} {}.", capfirst(record_kind(label)), target, what)


def warns(outcome: str, corrected: bool) -> bool:
    """Whether to warn: nothing crosses over, or what was typed is not what is saved."""
    return outcome == SyncEvent.Outcome.NOT_PROPAGATED or (
        corrected and outcome == SyncEvent.Outcome.CREATED
    )
