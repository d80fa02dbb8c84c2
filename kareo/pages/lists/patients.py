"""The list of patients, who are also found by what insures them."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from kareo.pages.admin import RecordAdmin
from kareo.pages.lists.long import ListFilter
from kareo.records import Person
from kareo.records.acting import may_see
from kareo.search.insured import Insured, insured_patients
from kareo.search.others import found_by_others

if TYPE_CHECKING:
    from django.contrib.admin.options import _ListFilterT

P = TypeVar("P", bound=Person)

SEARCHED = "searched"  # the parameter of a patients' list
INSURANCE = "insurance"  # its value


class SearchedIn(ListFilter):
    """Whether a search looks among insurances at once. It shows only while one searches."""

    title = "what is searched"
    parameter_name = SEARCHED

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        is_of_use = self.value() or request.GET.get(SEARCH_VAR)
        return [(INSURANCE, "Names of insurances")] if is_of_use else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset  # `InsuredAdmin` reads it


class InsuredAdmin(RecordAdmin[P]):
    """Patients, who are also found by what insures them."""

    insured: ClassVar[Insured]

    def keys_found(
        self, request: HttpRequest, queryset: QuerySet[P], typed: str
    ) -> set[Any] | None:
        """Look among insurances where the patients' own words find nobody, or when told to."""
        if not may_see(request.user, self.insured.sees):
            return super().keys_found(request, queryset, typed)
        if request.GET.get(SEARCHED) != INSURANCE:
            keys = super().keys_found(request, queryset, typed)
            if keys or keys is None:
                return keys
        if (found := insured_patients(queryset, typed, self.insured)) is None:
            return None
        if found.is_more:
            request.found_more = True  # type: ignore[attr-defined]  # read by the list
        if found.keys:
            found_by_others(request)[self.model] = "insurance"
        return found.keys

    def get_list_filter(self, request: HttpRequest) -> "tuple[_ListFilterT, ...]":
        return (*super().get_list_filter(request), SearchedIn)
