"""Where records, lists and the log are found."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe

from ehr.models import Patient as EHRPatient
from kareo.pages.back import BACK
from kareo.pages.html.fields import escaped
from kareo.records import Person
from pm.models import Patient as PMPatient
from sync.drift.findings import Finding
from sync.drift.look_alikes import LOOK_ALIKES
from sync.models import SyncEvent
from sync.pairs.sides import SIDES

# Policies are edited on their patient's page and have none of their own.
WITHOUT_PAGE = frozenset({"pm.InsurancePolicy"})
FINDING = "drift"  # the parameter of a list's URL that narrows it to a finding


def change_url(model_label: str, pk: int) -> str:
    """Return the URL of a record's page."""
    before, after = _around_key(model_label, get_script_prefix())
    return f"{before}{pk}{after}"


@cache  # a page of the log has three for each of its lines
def _around_key(model_label: str, script_prefix: str) -> tuple[str, str]:
    url = reverse(f"admin:{model_label.lower().replace('.', '_')}_change", args=[0])
    before, _, after = url.rpartition("/0/")
    return f"{before}/", f"/{after}"


def record_link(model_label: str, pk: int | None, text: str) -> SafeString:
    """Return `text` as a link to the record, or plain where it has no page."""
    if model_label and pk is not None and model_label not in WITHOUT_PAGE:
        return link_to(change_url(model_label, pk), text)
    return mark_safe(escaped(text))  # noqa: S308 (escaped)


def link_to(url: str, text: str) -> SafeString:
    """Return `text` as a link to `url`."""
    return mark_safe(f'<a href="{escaped(url)}">{escaped(text)}</a>')  # noqa: S308 (escaped)


def list_url(model: type[Model], **query: Any) -> str:
    """Return the URL of the list of `model`, narrowed by `query`."""
    url = _list_path(model, get_script_prefix())
    return f"{url}?{urlencode(query)}" if query else url


@cache
def _list_path(model: type[Model], script_prefix: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def merge_url(model: type[Model], keys: Sequence[int]) -> str:
    """Return the URL of the page that merges the records with these keys, or one with another."""
    page = reverse("sync:merge", args=[model._meta.model_name])
    return f"{page}?{urlencode([('key', key) for key in keys])}"


def log_url(**filters: object) -> str:
    """Return the URL of the sync log, filtered."""
    return list_url(SyncEvent, **filters)


def finding_url(finding: Finding) -> str:
    """Return the URL of the page on which a finding is worked on."""
    if finding.model is None:
        return reverse("sync:coverage_worklist")
    if finding.id in LOOK_ALIKES:
        return reverse("sync:look_alikes", args=[finding.id])
    return list_url(finding.model, **{FINDING: finding.id})


def patient_in_other_system(patient: Person, back: str) -> tuple[str, str]:
    """Return the page of `patient` in the other system, and what to call a link there.

    A save there leads `back`, if anywhere. Where the other system has no such patient, it is the
    list, searched for the chart number.
    """
    other, found = same_patient(patient)
    place = SIDES[other._meta.app_label].place
    if found is None:
        return list_url(other, q=patient.chart_number), f"Look for this patient in {place}"
    url = change_url(other._meta.label, found.pk)
    if back:
        url = f"{url}?{urlencode({BACK: back})}"
    return url, f"Open this patient in {place}"


def same_patient(patient: Person) -> tuple[type[Any], Any]:
    """Return the other system's model of patients, and its record of `patient`, if any."""
    other, found = same_patients([patient])
    return other, found[0] if found else None


def same_patients(patients: Sequence[Person]) -> tuple[type[Any], list[Any]]:
    """Return the other system's model of patients, and its records of these `patients`."""
    other: type[Any] = EHRPatient if isinstance(patients[0], PMPatient) else PMPatient
    charts = [patient.chart_number for patient in patients]
    return other, list(other._default_manager.filter(chart_number__in=charts))
