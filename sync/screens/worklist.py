"""The page of the secondary worklist."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
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
from sync.drift.worklist import SEES, Entry, Wrong, differing_secondaries, entries
from sync.roles import may_see
from sync.screens.urls import patient_url

PER_PAGE = 50
NAMES = ("chart_number", "last_name", "first_name")  # that patients are found by

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
    pages: Paginator[Any] = Paginator(_found(typed), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "sync/secondary_worklist.html",
        {
            **admin.site.each_context(request),
            "title": "Secondary worklist",
            "app_label": "sync",
            "page": page,
            "rows": [Row(entry) for entry in entries(list(page))],
            "typed": typed,
        },
    )


def _found(typed: str) -> QuerySet[Any, Any]:
    """Return the rows of the worklist, of the patients that were typed where any was."""
    if not typed:
        return differing_secondaries()
    of_policies = matching(typed, [f"patient__{name}" for name in NAMES], InsurancePolicy)
    return differing_secondaries(of_policies, matching(typed, NAMES, EHRPatient))


def worklist_link(request: HttpRequest) -> SafeString | str:
    """Return the link to this page for the bar on top, nothing for who may not see it."""
    if not may_see(request.user, *SEES):
        return ""
    url = reverse("sync:secondary_worklist")
    here = mark_safe(' aria-current="true"') if request.path == url else ""
    return format_html('<a href="{}"{}>Secondary worklist</a>', url, here)
