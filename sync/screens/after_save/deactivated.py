"""Who stays active in the other list after patients were deactivated, which nothing copies."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from ehr.models import Patient as EHRPatient
from pm.models import Patient as PMPatient
from sync.models import SyncEvent
from sync.pairs.sides import side_of
from sync.roles import may_see
from sync.screens.urls import change_url
from sync.screens.wording.records import counted

OTHERS: dict[str, tuple[Any, Any]] = {
    PMPatient._meta.label: (PMPatient, EHRPatient),
    EHRPatient._meta.label: (EHRPatient, PMPatient),
}


def may_deactivate(request: HttpRequest) -> bool:
    """Return whether it may deactivate patients, so that no other save asks for those.

    A page doesn't send a box that isn't checked, and a list sends none.
    """
    match = request.resolver_match
    is_of_patients = match is not None and "_patient_" in (match.url_name or "")
    return is_of_patients and "is_active" not in request.POST


def still_active(user: Any, events: QuerySet[SyncEvent]) -> SafeString | str:
    """Say whose counterparts `events` left active, "" where there are none that `user` may see."""
    off = events.filter(source_model__in=OTHERS, source_changes__is_active=[True, False])
    model = off.order_by("pk").values_list("source_model", flat=True).first()
    if model is None:
        return ""
    here, there = OTHERS[model]  # a page and a list are of one side
    if not may_see(user, there._meta.label):
        return ""
    charts = here.objects.filter(pk__in=off.order_by().values("source_id")).order_by()
    found = there.objects.active().filter(chart_number__in=charts.values("chart_number"))
    side, count = side_of(there), found.count()
    if count > 1:
        return f"{counted(count, f'{side.name} patient')} stay active."
    if (patient := found.first()) is None:
        return ""
    url = change_url(there._meta.label, patient.pk)
    return format_html('{}\'s <a href="{}">patient</a> stays active.', capfirst(side.place), url)
