"""The page of the coverage worklist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ehr.models import Patient as EHRPatient
from kareo.records import Person, PostalAddress
from kareo.records.registry import WHO_HAS
from kareo.search.terms import matching
from pm.models import InsurancePolicy
from sync.drift.counts import Found, found_now
from sync.drift.findings import COVERAGE, MOST_COUNTED
from sync.drift.worklist import (
    SEES,
    Difference,
    Entry,
    Wrong,
    differing_coverage,
    differing_coverage_of,
    entries,
)
from sync.pairs.sides import EHR, PM, Side, side_of
from sync.pairs.translation import differences, given_by
from sync.roles import may_change, may_see
from sync.screens.entering import active_plan_of, add_there, enter_url, may_begin, missing_there
from sync.screens.wording.records import listed

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
# Of these the list that lacks it has a page that begins filled in.
TO_ENTER = {Wrong.ONLY_IN_PM, Wrong.ONLY_IN_EHR, Wrong.NOT_IN_PM, Wrong.NOT_IN_EHR}
# What is to be done, and in which list. Who is to add a patient stands in place of the link.
CORRECTED: dict[Wrong, tuple[str, tuple[Side, ...]]] = {
    Wrong.DIFFERS: ("correct it", (PM, EHR)),
    Wrong.ONLY_IN_PM: ("enter it", (EHR,)),
    Wrong.ONLY_IN_EHR: ("enter it", (PM,)),
    Wrong.INACTIVE_IN_PM: ("activate the patient", (PM,)),
    Wrong.INACTIVE_IN_EHR: ("activate the patient", (EHR,)),
}
# What two insurances differ in, by the EHR's fields.
PARTS = {
    "company_name": "company",
    "plan_name": "plan",
    **dict.fromkeys(PostalAddress.address_fields, "address"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with the ways to the patient's page on each side, which leads `back` to this one.

    `keys` are those, by list and rank, of what a page there begins filled in, as far as it is
    active: what only the other list has.
    """

    entry: Entry
    user: Any
    back: str
    keys: Mapping[Side, Mapping[str, int]] = field(default_factory=dict)

    @property
    def ways(self) -> list[SafeString]:
        """The link to the patient's page in PM and that in the EHR, or what to do without one."""
        entry = self.entry
        return [self._open(each) if each else self._add() for each in (entry.in_pm, entry.in_ehr)]

    @property
    def lines(self) -> list[tuple[Difference, SafeString | str]]:
        """What differs, each with what is wrong in words."""
        return [(each, self._in_words(each)) for each in self.entry.differences]

    def _in_words(self, difference: Difference) -> SafeString | str:
        words, orphan = in_words(difference), difference.orphan
        if orphan:
            missing = missing_there(self.user, side_of(orphan), orphan.pk)
            return format_html("{}. {}", words, missing)
        ask = self._whom_to_ask(difference)
        return f"{words}. {ask}" if ask else words

    def _whom_to_ask(self, difference: Difference) -> str:
        """Say who puts it right, where `user` may nowhere; "" else."""
        to_do, sides = CORRECTED.get(difference.wrong, ("", ()))
        if not sides or any(self._may_correct(difference, side) for side in sides):
            return ""
        if difference.is_to_come and difference.wrong is Wrong.ONLY_IN_EHR:
            to_do = "check the day"
        ways = [f"{WHO_HAS[f'{side.app}.Patient']} to {to_do} in {side.place}" for side in sides]
        return f"Ask {', or '.join(ways)}"

    def _may_correct(self, difference: Difference, side: Side) -> bool:
        patient = self.entry.in_pm if side is PM else self.entry.in_ehr
        if patient and difference.wrong in TO_ENTER:
            return may_begin(self.user, patient)
        labels = ("pm.Patient", "pm.InsurancePolicy") if side is PM else ("ehr.Patient",)
        return all(may_change(self.user, label) for label in labels)

    def _open(self, patient: Person) -> SafeString:
        side = side_of(patient)
        keys = self.keys.get(side, {}) if may_begin(self.user, patient) else {}
        url = enter_url(self.user, patient, keys, back=self.back)
        there, verb = _there(side.place, patient), "Enter" if keys else "Open"
        return format_html('<a href="{}">{} in {}</a>', url, verb, there)

    def _add(self) -> SafeString:
        patient = self.entry.patient
        other = side_of(patient).other
        there = format_html("in {}", _there(other.place, patient))
        keys = self.keys.get(other, {})
        return add_there(self.user, patient, keys, named=there, back=self.back)


def _there(place: str, patient: Person) -> SafeString:
    """Say to the eye which list a link leads to, and to who only hears it, whose."""
    return format_html('{}<span class="visually-hidden">: {}</span>', place, patient)


def rows_of(found: Sequence[Entry], user: Any, back: str) -> list[Row]:
    """Return the rows of these entries, as `user` sees them; asks no query."""
    return [Row(entry, user, back, _keys_of(entry)) for entry in found]


def _keys_of(entry: Entry) -> dict[Side, dict[str, int]]:
    keys: dict[Side, dict[str, int]] = {PM: {}, EHR: {}}
    for each in entry.differences:
        if each.wrong not in TO_ENTER:
            continue
        if each.policy:
            link = getattr(each.policy.plan, "link", None)  # an orphan has none
            if link and link.insurance.is_active:
                keys[EHR][each.rank] = link.insurance_id
        elif each.insurance and not each.is_to_come and (key := active_plan_of(each.insurance)):
            keys[PM][each.rank] = key
    return keys


def in_words(difference: Difference) -> str:
    """Say what is wrong; of two insurances, what they differ in."""
    words = WRONG[difference.wrong]
    if difference.coming and difference.is_to_come:
        return f"{words}; PM has it from {localize(difference.coming.effective_on)}"
    if not (difference.wrong is Wrong.DIFFERS and difference.policy and difference.insurance):
        return words
    changes = differences(difference.insurance, given_by(difference.policy.plan))
    parts = dict.fromkeys(PARTS[name] for name in changes if name in PARTS)
    return f"{words}: {listed([*parts]) if parts else 'two entries that read the same'}"


@never_cache  # it names patients
@require_safe
@staff_member_required
def coverage_worklist(request: HttpRequest) -> HttpResponse:
    """List the patients whose primary or secondary is to be entered by hand, on either side."""
    if not may_see(request.user, *SEES):
        raise PermissionDenied
    typed = request.GET.get("q", "").strip()
    found = found_now([COVERAGE], request.user.get_username())[COVERAGE.id]
    if typed:
        found = _matching(typed, found)
    page = Paginator(found.shown, PER_PAGE).get_page(request.GET.get("page"))
    back = request.get_full_path()
    return render(
        request,
        "sync/coverage_worklist.html",
        {
            **admin.site.each_context(request),
            "title": "Coverage worklist",
            "subtitle": "Sync – between the two",
            "app_label": "sync",
            "page": page,
            "found": found,
            "rows": rows_of(entries(list(page)), request.user, back),
            "typed": typed,
        },
    )


def _matching(typed: str, found: Found) -> Found:
    """Return those of the patients that were typed; among all, where not all are in `found`."""
    of_policies = matching(typed, [f"patient__{name}" for name in NAMES], InsurancePolicy)
    of_patients = matching(typed, NAMES, EHRPatient)
    if found.is_more:
        rows = differing_coverage(of_policies, of_patients)[: MOST_COUNTED + 1]
    else:
        rows = differing_coverage_of(found.keys, of_policies, of_patients)
    return replace(found, keys=[row["chart"] for row in rows])


def worklist_link(request: HttpRequest) -> SafeString | str:
    """Return the link to this page for the bar on top, nothing for who may not see it."""
    if not may_see(request.user, *SEES):
        return ""
    url = reverse("sync:coverage_worklist")
    here = mark_safe(' aria-current="true"') if request.path == url else ""
    return format_html('<a href="{}"{}>Coverage worklist</a>', url, here)
