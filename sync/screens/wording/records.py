"""Records, their fields and what changed in them, as people know them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import DateField
from django.utils.formats import date_format
from django.utils.text import capfirst

from kareo.pages.forms.pickers import told_apart
from kareo.records.fields import MoneyField, NamesField
from pm.models import InsuranceCompany
from sync.matching.look_alikes import Likeness, LookAlike, Shared
from sync.pairs.sides import SIDES

# Beside what they share; empty where that says all.
LIKENESS = {
    Likeness.SAME: "same name and address",
    Likeness.AGAIN: "same name, and neither has an address",
    Likeness.NEAR_BY: "same name, same building or PO box, other suite or floor",
    Likeness.SAME_PAYER_ID: "",
    Likeness.OTHER_NAME: "",
    Likeness.WELL_KNOWN: "",
    Likeness.NAME_ALONE: "same name, and one of the two has no whole address",
    Likeness.SAME_NAME: "same name, other address",
    Likeness.SAME_PLACE: "same address, other name",
}
SHARED = {
    Shared.PAYER_ID: "same payer ID {}",
    Shared.PHONE: "same phone {}",
    Shared.ALSO_CALLED: "also called {}",
    Shared.CALLED: "{} is another name of this one",
    Shared.BOTH_CALLED: "both are also called {}",
    Shared.WELL_KNOWN: "widely known as another name of {}",
}
# What tells a company from another one of its name, the shortest first, and who is without it.
WAYS_TO_TELL: tuple[tuple[Callable[[InsuranceCompany], str], str], ...] = (
    (lambda company: ", ".join(filter(None, [company.city, company.state])), "no address"),
    (lambda company: company.payer_id and f"payer ID {company.payer_id}", "no payer ID"),
    (lambda company: company.street, "no address"),
)


def likeness_in_words(alike: LookAlike) -> str:
    """Say what makes a record look like another one."""
    return ", ".join(filter(None, [LIKENESS[alike.rank], *shared_in_words(alike.shared)]))


def shared_in_words(shared: Mapping[Shared, str]) -> list[str]:
    return [SHARED[what].format(value) for what, value in shared.items()]


@cache
def record_kind(model_label: str) -> str:
    """Return what a record is called and where it lives, such as `EHR insurance`."""
    model = apps.get_model(model_label)
    system = SIDES[model._meta.app_label].name
    return f"{system} {str(model._meta.verbose_name).removeprefix(system).strip()}"


def field_name(model_label: str, name: str) -> str:
    """Return the field's name as people know it; the plain name where the model has no such."""
    return str(getattr(field_of(model_label, name), "verbose_name", name))


def field_of(model_label: str, name: str) -> Any:
    """Return the field; None where the model has none of this name, or no more."""
    fields = {field.name: field for field in apps.get_model(model_label)._meta.concrete_fields}
    return fields.get(name)


def changed_fields(model_label: str, changes: dict[str, list[Any]]) -> str:
    """Name the fields that were written; of being active, say which way it went."""
    names = [field_name(model_label, name) for name in changes if name != "is_active"]
    if "is_active" in changes:
        names.append(f"set to {'active' if changes['is_active'][1] else 'inactive'}")
    return ", ".join(names)


def told_from(one: Any, other: Any) -> tuple[str, str]:
    """Name two records of one name by what tells them from each other, companies in short."""
    if isinstance(one, InsuranceCompany) and isinstance(other, InsuranceCompany):
        ways = [([way(one), way(other)], without) for way, without in WAYS_TO_TELL]
        differing = [(about, without) for about, without in ways if about[0] != about[1]]
        differing.sort(key=lambda way: not all(way[0]))  # first what both have
        for (first, second), without in differing[:1]:
            return f"{one} ({first or without})", f"{other} ({second or without})"
    texts = told_apart(one), told_apart(other)
    if texts[0] != texts[1]:
        return texts
    return f"{one} (no. {one.pk})", f"{other} (no. {other.pk})"


def change_in_words(model_label: str, name: str, change: list[Any]) -> str:
    """Return what changed in a field; records as `sync.screens.wording.namesakes` told them."""
    before, after = (_value_in_words(model_label, name, value) for value in change)
    if before == after and all(isinstance(value, dict) for value in change):
        before, after = (f"{each['text']} (no. {each['id']})" for each in change)
    return f"{capfirst(field_name(model_label, name))}: {before} → {after}"


def changes_in_words(model_label: str, changes: dict[str, list[Any]]) -> list[str]:
    """Return what changed, a line for each field."""
    return [change_in_words(model_label, name, change) for name, change in changes.items()]


def counted(count: int, what: str) -> str:
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count:,} {what if count == 1 else plural}"


def listed(names: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _value_in_words(model_label: str, name: str, value: Any) -> Any:
    if value in (None, ""):
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):  # another record
        return value.get("told", value["text"])
    field = field_of(model_label, name)
    if isinstance(field, DateField):  # the log has it as text
        return date_format(field.to_python(value))
    if isinstance(field, MoneyField):  # as it was typed, 12 or 12.5, or as the database has it
        return f"{field.to_python(value):.2f}"
    if isinstance(field, NamesField):
        return ", ".join(value.splitlines())
    return dict(field.flatchoices or ()).get(value, value) if field else value
