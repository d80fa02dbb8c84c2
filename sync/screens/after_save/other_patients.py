"""What stays of patients in the other list, as nothing copies it: active, or under a number."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from ehr.models import Patient as EHRPatient
from kareo.records.registry import WHO_HAS
from pm.models import Patient as PMPatient
from sync.models import SyncEvent
from sync.pairs.sides import side_of
from sync.roles import may_change, may_see
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


def may_renumber(request: HttpRequest) -> bool:
    """Return whether it has edited a chart number on a page."""
    return "chart_number" in getattr(request, "edited", ())


def still_numbered(user: Any, events: QuerySet[SyncEvent]) -> SafeString | str:
    """Say that the other list has a patient by the number that `events` took away here.

    "" where it has none, or another person, or `user` may not see it: by that number the two are
    known to be one, so each is alone now.
    """
    event = events.filter(source_model__in=OTHERS, source_changes__has_key="chart_number").first()
    if event is None or not may_see(user, OTHERS[event.source_model][1]._meta.label):
        return ""
    here, there = OTHERS[event.source_model]
    patient = here.objects.get(pk=event.source_id)
    was = event.source_changes["chart_number"][0]
    known = there.objects.filter(date_of_birth=patient.date_of_birth, chart_number=was).first()
    if known is None or there.objects.filter(chart_number=patient.chart_number).exists():
        return ""
    label, place = there._meta.label, side_of(there).place
    has = format_html("{} still has this patient as {}", capfirst(place), was)
    if not may_change(user, label):
        return format_html("{}: ask {} to change the number there.", has, WHO_HAS[label])
    url = change_url(label, known.pk)
    return format_html('{}: <a href="{}">change the number there, too</a>.', has, url)
