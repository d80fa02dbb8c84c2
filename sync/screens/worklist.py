"""The page of the secondary worklist."""

from dataclasses import dataclass, replace

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ehr.models import Patient as EHRPatient
from kareo.pages.search import matching
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.drift.counts import Found, found_now
from sync.drift.findings import MOST_COUNTED, SECONDARY
from sync.drift.worklist import (
    SEES,
    Entry,
    Wrong,
    differing_secondaries,
    differing_secondaries_of,
    entries,
)
from sync.roles import may_see
from sync.screens.urls import patient_url

PER_PAGE = 50
NAMES = ("search_text",)  # that patients are found by

WRONG = {
    Wrong.DIFFERS: "Differs",
    Wrong.ONLY_IN_PM: "Only in PM",
    Wrong.ONLY_IN_EHR: "Only in the EHR",
    Wrong.INACTIVE_IN_PM: "Only in the EHR: the patient is inactive in PM",
    Wrong.INACTIVE_IN_EHR: "Only in PM: the patient is inactive in the EHR",
    Wrong.NOT_IN_PM: "No such patient in PM",
    Wrong.NOT_IN_EHR: "No such patient in the EHR",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with what is wrong in words, and the patient's page on each side."""

    entry: Entry

    @property
    def wrong(self) -> str:
        return WRONG[self.entry.wrong]

    @property
    def pm_url(self) -> str:
        return patient_url(PMPatient, self.entry.in_pm, self.entry.patient.chart_number)

    @property
    def ehr_url(self) -> str:
        return patient_url(EHRPatient, self.entry.in_ehr, self.entry.patient.chart_number)


@never_cache  # it names patients
@require_safe
@staff_member_required
def secondary_worklist(request: HttpRequest) -> HttpResponse:
    """List the patients whose secondary is to be entered by hand, on one side or the other."""
    if not may_see(request.user, *SEES):
        raise PermissionDenied
    typed = request.GET.get("q", "").strip()
    found = found_now([SECONDARY], request.user.get_username())[SECONDARY.id]
    if typed:
        found = _matching(typed, found)
    page = Paginator(found.shown, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "sync/secondary_worklist.html",
        {
            **admin.site.each_context(request),
            "title": "Secondary worklist",
            "app_label": "sync",
            "page": page,
            "found": found,
            "rows": [Row(entry) for entry in entries(list(differing_secondaries_of(list(page))))],
            "typed": typed,
        },
    )


def _matching(typed: str, found: Found) -> Found:
    """Return those of the patients that were typed; among all, where not all are in `found`."""
    of_policies = matching(typed, [f"patient__{name}" for name in NAMES], InsurancePolicy)
    of_patients = matching(typed, NAMES, EHRPatient)
    if found.is_more:
        rows = differing_secondaries(of_policies, of_patients)[: MOST_COUNTED + 1]
    else:
        rows = differing_secondaries_of(found.keys, of_policies, of_patients)
    return replace(found, keys=[row["chart"] for row in rows])


def worklist_link(request: HttpRequest) -> SafeString | str:
    """Return the link to this page for the bar on top, nothing for who may not see it."""
    if not may_see(request.user, *SEES):
        return ""
    url = reverse("sync:secondary_worklist")
    here = mark_safe(' aria-current="true"') if request.path == url else ""
    return format_html('<a href="{}"{}>Secondary worklist</a>', url, here)
