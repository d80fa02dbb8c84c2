"""The ways to enter in the other list what a patient has in one: pages that begin filled in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import localize_input
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.pages.back import BACK
from kareo.records import Person
from kareo.records.registry import WHO_HAS
from pm.models import Patient as PMPatient
from sync.pairs.sides import Side
from sync.screens.after_save.next_steps import may
from sync.screens.urls import change_url


def add_there(
    user: Any, patient: Person, keys: Mapping[str, int], *, named: str = "", back: str = ""
) -> SafeString:
    """Return what to do about a patient whom the other list doesn't have: a form, filled in.

    `keys` are those of the other list, by rank, of what the patient has in this one: active ones,
    as the form asks about others. The link says Add and the chart number, or what is `named`; a
    save there leads `back`.
    """
    model: Any = EHRPatient if isinstance(patient, PMPatient) else PMPatient
    if not may(user, "add", model._meta.label):
        who = WHO_HAS[model._meta.label]
        return format_html("ask {} to add {}", who, patient.chart_number)
    known: dict[str, Any] = {
        name: getattr(patient, name) for name in ("chart_number", "last_name", "first_name")
    } | {"date_of_birth": localize_input(patient.date_of_birth)}
    url = reverse(f"admin:{model._meta.app_label}_patient_add")
    url = _with(url, {**known, **_filled_in(model, keys), BACK: back})
    return format_html('<a href="{}">Add {}</a>', url, named or patient.chart_number)


def enter_url(user: Any, patient: Person, keys: Mapping[str, int], *, back: str = "") -> str:
    """Return the URL of the page of `patient`, filled in with what has `keys`, by rank.

    Where `user` may enter it.
    """
    begun = _filled_in(type(patient), keys) if may_begin(user, patient) else {}
    return _with(change_url(patient._meta.label, patient.pk), {**begun, BACK: back})


def may_begin(user: Any, patient: Person) -> bool:
    """Return whether `user` may enter for `patient` what only the other list has."""
    adds_policies = isinstance(patient, EHRPatient) or may(user, "add", "pm.InsurancePolicy")
    return adds_policies and may(user, "change", patient._meta.label)


def missing_there(user: Any, side: Side, key: int) -> SafeString:
    """Say of the plan or insurance of `side` with this key that it can't be entered, and why.

    It has no counterpart, so no page of the other list finds it.
    """
    label = side.model._meta.label
    said = f"This {side.noun} is missing in {side.other.place}"
    if not may(user, "change", label):
        return format_html("{}: ask {} to send it", said, WHO_HAS[label])
    return format_html('{}: <a href="{}">open it to send it</a>', said, change_url(label, key))


def active_plan_of(insurance: Insurance) -> int | None:
    """Return the key of the plan that stands for `insurance`, where it is active."""
    link = getattr(insurance, "link", None)  # an orphan has none
    return link.plan_id if link and link.plan.is_active else None


def _filled_in(model: type[Person], keys: Mapping[str, int]) -> dict[str, int]:
    """Return what the page of a patient reads of its URL."""
    kind = "insurance" if model is EHRPatient else "plan"
    return {f"{rank}_{kind}": key for rank, key in keys.items()}


def _with(url: str, known: Mapping[str, Any]) -> str:
    query = urlencode({name: value for name, value in known.items() if value})
    return f"{url}?{query}" if query else url
