"""What stays of patients in the other list, as nothing copies it: they, or what they are called."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from ehr.models import Patient as EHRPatient
from kareo.records.registry import WHO_HAS
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.models import SyncEvent
from sync.pairs.sides import side_of
from sync.roles import may_change, may_see
from sync.rules.reasons import Code
from sync.screens.log.sentences import is_deletion
from sync.screens.urls import change_url, record_link
from sync.screens.wording.records import counted, listed

PATIENTS: dict[str, tuple[Any, Any]] = {
    PMPatient._meta.label: (PMPatient, EHRPatient),
    EHRPatient._meta.label: (EHRPatient, PMPatient),
}
NAMES = ("last_name", "first_name")
CALLED = (*NAMES, "date_of_birth")


def deleted_patients(
    events: QuerySet[SyncEvent], first: SyncEvent | None
) -> QuerySet[SyncEvent] | None:
    """Return those of `events` that are of patients who were deleted, None where none was.

    `first` is one of them. With a patient go the policies, some of which are deleted alone, too.
    """
    alike = {*PATIENTS, InsurancePolicy._meta.label}
    if first is None or first.source_model not in alike or not is_deletion(first):
        return None
    gone = events.filter(source_model__in=PATIENTS, reason__code=Code.DELETED)
    return gone if gone.exists() else None


def still_there(user: Any, gone: QuerySet[SyncEvent]) -> SafeString | str:
    """Say which patients of the other list stay of those who are `gone` here, and who has them.

    "" where it has none of these chart numbers, or `user` may not see it.
    """
    [model] = gone.order_by().values_list("source_model", flat=True).distinct()
    _here, there = PATIENTS[model]  # a page and a list are of one side
    label, side = there._meta.label, side_of(there)
    if not may_see(user, label):
        return ""
    charts = gone.order_by().values(chart=KT("undo__deleted__chart_number"))
    found = there.objects.filter(chart_number__in=charts)
    if not (count := found.count()):
        return ""
    if count > 1:
        stay, them = format_html("{} stay.", counted(count, f"{side.name} patient")), "them"
    else:
        link = record_link(label, found[0].pk, str(found[0]))
        stay, them = format_html("{}'s patient stays: {}.", capfirst(side.place), link), "it"
    if may_change(user, label) or not found.active().exists():
        return stay
    ask = f"If nobody needs {them}, ask {WHO_HAS[label]} to deactivate {them}."
    return format_html("{} {}", stay, ask)


def may_deactivate(request: HttpRequest) -> bool:
    """Return whether it may deactivate patients, so that no other save asks for those.

    A page doesn't send a box that isn't checked, and a list sends none.
    """
    match = request.resolver_match
    is_of_patients = match is not None and "_patient_" in (match.url_name or "")
    return is_of_patients and "is_active" not in request.POST


def still_active(user: Any, events: QuerySet[SyncEvent]) -> SafeString | str:
    """Say whose counterparts `events` left active, "" where there are none that `user` may see."""
    off = events.filter(source_model__in=PATIENTS, source_changes__is_active=[True, False])
    model = off.order_by("pk").values_list("source_model", flat=True).first()
    if model is None:
        return ""
    here, there = PATIENTS[model]  # a page and a list are of one side
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
    event = events.filter(source_model__in=PATIENTS, source_changes__has_key="chart_number").first()
    if event is None or not may_see(user, PATIENTS[event.source_model][1]._meta.label):
        return ""
    here, there = PATIENTS[event.source_model]
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


def may_rename(request: HttpRequest) -> bool:
    """Return whether it has edited on a page what a patient is called, or the birth date."""
    return not set(CALLED).isdisjoint(getattr(request, "edited", ()))


def still_called(user: Any, events: QuerySet[SyncEvent]) -> SafeString | str:
    """Say what of a name or birth date that `events` changed here the other list has otherwise.

    "" where it has the same, or nobody of this chart number, or `user` may not see it.
    """
    event = events.filter(source_model__in=PATIENTS, source_changes__has_any_keys=CALLED).first()
    if event is None or not may_see(user, PATIENTS[event.source_model][1]._meta.label):
        return ""
    here, there = PATIENTS[event.source_model]
    patient = here.objects.get(pk=event.source_id)
    known = there.objects.filter(chart_number=patient.chart_number).first()
    if known is None:
        return ""
    earlier = {
        name: event.source_changes[name][0] for name in CALLED if name in event.source_changes
    }
    theirs = {name: getattr(known, name) for name in earlier}
    differing = [name for name in theirs if theirs[name] != getattr(patient, name)]
    if not differing:
        return ""
    # As the log has it, a date as text.
    is_old = all(str(theirs[name]) == earlier[name] for name in differing)
    parts = [f"{known.last_name}, {known.first_name}"] if {*NAMES} & {*differing} else []
    if "date_of_birth" in differing:
        parts.append(f"the birth date {localize(known.date_of_birth)}")
    has = f"{capfirst(side_of(there).place)} {'still ' if is_old else ''}has {listed(parts)}"
    label, it = there._meta.label, "it" if len(parts) == 1 else "both"
    if not may_change(user, label):
        return format_html("{}: ask {} to change {} there.", has, WHO_HAS[label], it)
    url = change_url(label, known.pk)
    return format_html('{}: <a href="{}">change {} there, too</a>.', has, url, it)
