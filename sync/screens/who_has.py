"""Who has a plan, an insurance or a company: how many, on its page, and which, on their lists."""

from typing import Any, NamedTuple

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.pages.forms.pickers import is_key
from kareo.pages.lists.long import ListFilter
from kareo.records.asking.answers import record_key
from pm.models import InsurancePlan
from pm.models import Patient as PMPatient
from sync.pairs.patients import PATIENTS_WITH, WAYS, counts_with, ehr_patients_of, pm_patients_of
from sync.pairs.sides import SIDES
from sync.roles import may_see
from sync.rules.table import INSURANCE
from sync.screens.urls import link_to, list_url
from sync.screens.wording.records import counted, listed

HAS = "has"  # the parameter of a patients' list
KINDS: dict[str, Any] = {model._meta.label: model for model in WAYS}
# What the patients of each side have it by.
BY = {"pm": ("pm.InsurancePolicy",), "ehr": ("ehr.Insurance",)}


class Patients(NamedTuple):
    """How many patients of one side have it, and where they are listed."""

    text: str
    url: str
    many: int


def who_has(page: Any) -> dict[str, Any]:
    """Return how many patients on each side have the record of `page`, as far as its user sees."""
    return {"sides": _patients_with(page["original"], page["user"])}


def still_have(record: Any, user: Any) -> SafeString:
    """Say which patients still have `record`, with links to them; "" where none that `user` sees"""
    sides = [side for side in _patients_with(record, user) if side.many]
    if not sides:
        return SafeString()
    links = [link_to(side.url, side.text) for side in sides]
    have = "has" if sum(side.many for side in sides) == 1 else "have"
    named = format_html_join(" and ", "{}", ((link,) for link in links))
    return format_html("{} still {} it.", named, have)


def along_with(companies: Any, user: Any) -> str:
    """Say how many plans and insurances go with `companies`, and how many patients have them."""
    plans = InsurancePlan.objects.active().filter(company__in=companies)
    count, keys = plans.count(), plans.values("pk")
    said = [counted(count, "active plan")]
    if may_see(user, INSURANCE):
        insurances = Insurance.objects.active().filter(link__plan__in=keys)
        said.append(counted(insurances.count(), "EHR insurance"))
    are = "is" if len(said) == count == 1 else "are"
    return f"{listed(said)} {are} deactivated as well.{_who_has_one(keys, user)}"


def _who_has_one(plans: Any, user: Any) -> str:
    """Say how many patients have one of `plans`, a query of keys, as far as `user` may see it."""
    sides = {PMPatient: pm_patients_of, EHRPatient: ehr_patients_of}
    counts = {
        SIDES[kind._meta.app_label].name: patients_of(plans).count()
        for kind, patients_of in sides.items()
        if _may_know(user, kind)
    }
    had = [counted(count, f"{side} patient") for side, count in counts.items() if count]
    if not had:
        return " Nobody has one of these." if counts else ""
    return f" {listed(had)} {'has' if sum(counts.values()) == 1 else 'have'} one of these."


def _patients_with(record: Any, user: Any) -> list[Patients]:
    kinds = [kind for kind in PATIENTS_WITH if _may_know(user, kind)]
    sides = []
    for kind, count in zip(kinds, counts_with(record, kinds), strict=True):
        text = counted(count, f"{SIDES[kind._meta.app_label].name} patient")
        url = list_url(kind, has=record_key(record)) if count else ""
        sides.append(Patients(text, url, count))
    return sides


class WhoHasFilter(ListFilter):
    """The patients who have what a page that links here is about. It shows only then."""

    title = "insurance"
    parameter_name = HAS

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not self.value():
            return []
        record = self._record(request)
        name = getattr(record, "plan_name", "") or getattr(record, "name", "")
        self.of = f"with {name}" if name else ""  # in the title of the list
        return [(self.value() or "", str(record))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Raise IncorrectLookupParameters where there is no such record for this user."""
        if self.value() is None:
            return queryset
        if not (record := self._record(request)) or not _may_know(request.user, queryset.model):
            raise IncorrectLookupParameters(f"nothing is known of {self.value()!r}")
        return queryset.filter(pk__in=PATIENTS_WITH[queryset.model](record).values("pk"))

    def _record(self, request: HttpRequest) -> Any:
        label, _, key = (self.value() or "").partition(":")
        model = KINDS.get(label)
        if model is None or not is_key(key) or not may_see(request.user, label):
            return None
        return model._default_manager.filter(pk=key).first()


def _may_know(user: Any, patients: Any) -> bool:
    """Return whether `user` may see of the `patients` of one side what they have."""
    return may_see(user, patients._meta.label, *BY[patients._meta.app_label])
