"""Who has a plan, an insurance or a company: how many, on its page, and which, on their lists."""

from typing import Any, NamedTuple

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest

from kareo.pages.lists import ListFilter
from kareo.pages.pickers import is_key
from kareo.records.asking.answers import record_key
from sync.pairs.patients import PATIENTS_WITH, WAYS, counts_with
from sync.pairs.sides import SIDES
from sync.roles import may_see
from sync.screens.urls import list_url
from sync.screens.wording.records import counted

HAS = "has"  # the parameter of a patients' list
KINDS: dict[str, Any] = {model._meta.label: model for model in WAYS}
# What the patients of each side have it by.
BY = {"pm": ("pm.InsurancePolicy",), "ehr": ("ehr.Insurance",)}


class Patients(NamedTuple):
    """How many patients of one side have it, and where they are listed."""

    text: str
    url: str


def who_has(page: Any) -> dict[str, Any]:
    """Return how many patients on each side have the record of `page`, as far as its user sees."""
    record = page["original"]
    kinds = [kind for kind in PATIENTS_WITH if _may_know(page["user"], kind)]
    sides = []
    for kind, count in zip(kinds, counts_with(record, kinds), strict=True):
        text = counted(count, f"{SIDES[kind._meta.app_label].name} patient")
        sides.append(Patients(text, list_url(kind, has=record_key(record)) if count else ""))
    return {"sides": sides}


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
