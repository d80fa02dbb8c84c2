"""Outcomes in words: the same sentence for messages and for the log."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from sync.links import record_link
from sync.models import SyncEvent
from sync.rules import RULES_BY_ID

SYSTEMS = {"pm": "PM", "ehr": "EHR"}


def field_name(model_label: str, name: str) -> str:
    """Return the field's name as people know it; the plain name where the model has no such."""
    model = apps.get_model(model_label)
    fields: dict[str, Any] = {field.name: field for field in model._meta.get_fields()}
    return str(getattr(fields.get(name), "verbose_name", name))


def field_names(model_label: str, names: Iterable[str]) -> str:
    return ", ".join(field_name(model_label, name) for name in names)


def record_kind(model_label: str) -> str:
    """Return what a record is called and where it lives, such as `EHR insurance`."""
    model = apps.get_model(model_label)
    system = SYSTEMS[model._meta.app_label]
    return f"{system} {str(model._meta.verbose_name).removeprefix(system).strip()}"


def change_in_words(model_label: str, name: str, change: list[Any]) -> str:
    before, after = ("empty" if value in (None, "") else value for value in change)
    return f"{capfirst(field_name(model_label, name))}: {before} → {after}"


def effect(event: SyncEvent) -> SafeString:
    """Say what became of the other list, with a link to the record there."""
    rule = RULES_BY_ID.get(event.rule)
    if event.outcome == SyncEvent.Outcome.NOT_PROPAGATED:
        sentence = rule.nothing if rule else ""
        label = f"{rule.label}: " if rule and rule.label else ""
        return format_html("{}{} {}", label, sentence, event.note)
    kind = capfirst(record_kind(event.target_model))
    target = record_link(event.target_model, event.target_id, event.target_text)
    what = {
        SyncEvent.Outcome.CREATED: "was created",
        SyncEvent.Outcome.UPDATED: "was updated: " + field_names(event.target_model, event.changes),
        SyncEvent.Outcome.UNCHANGED: "needed no change",
    }[SyncEvent.Outcome(event.outcome)]
    return format_html("{} {} {}. {}", kind, target, what, event.note)
