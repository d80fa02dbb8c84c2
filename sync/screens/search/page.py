"""The page that searches both lists at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import localize
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kareo.pages.lists.patients import found_by_insurance
from kareo.records import Person
from pm.models import InsuranceCompany, InsurancePlan
from sync.pairs.sides import side_of
from sync.screens.search.close_names import INSURED_BY, NAMES, close_name
from sync.screens.urls import change_url, list_url

MOST_SHOWN = 10  # of a list; its own page has the others


@dataclass(frozen=True, slots=True)
class Row:
    """A record that was found."""

    record: Any

    @property
    def url(self) -> str:
        return change_url(self.record._meta.label, self.record.pk)

    @property
    def details(self) -> list[str]:
        """What tells it from others of its name, beside what its text says."""
        return list(filter(None, self._details()))

    def _details(self) -> Iterator[str]:
        record = self.record
        if isinstance(record, InsuranceCompany):
            yield record.address
        company = record.company if isinstance(record, InsurancePlan) else record
        if isinstance(company, InsuranceCompany) and company.payer_id:
            yield f"payer ID {company.payer_id}"
        if isinstance(record, Person):
            yield f"born {localize(record.date_of_birth)}"
        if not record.is_active:
            yield "inactive"


@dataclass(frozen=True, slots=True)
class FoundOn:
    """What was found on one list: the first few, and where all of it is."""

    title: str
    app: str
    url: str
    rows: list[Row]
    is_more: bool


@never_cache  # it names patients
@require_safe
@staff_member_required
def search_both(request: HttpRequest) -> HttpResponse:
    """Search all lists that the user may see, each as its own page does."""
    typed = request.GET.get("q", "").strip()
    found = list(_found(request, typed)) if typed else []
    return render(
        request,
        "sync/search.html",
        {
            **admin.site.each_context(request),
            "title": "Search both lists",
            "app_label": "sync",
            "typed": typed,
            "found": found,
            "meant": "" if found or not typed else meant(request, typed, _seen(request)),
        },
    )


def meant(request: HttpRequest, typed: str, models: Sequence[type[Model]]) -> str:
    """Return the close name that the lists of `models` do find, "" for none."""

    def finds(guess: str) -> bool:
        return any(search_list(request, model, guess).exists() for model in models)

    seen = _seen(request)
    insurances = {INSURED_BY[model] for model in models if model in INSURED_BY}
    named = [model for model in seen if model in models or model in insurances]
    return close_name(typed, named, finds)


def _seen(request: HttpRequest) -> list[type[Any]]:
    pages: dict[type[Any], Any] = admin.site._registry
    return [model for model in NAMES if pages[model].has_view_permission(request)]


def _found(request: HttpRequest, typed: str) -> Iterator[FoundOn]:
    for model in _seen(request):
        found = search_list(request, model, typed)
        rows = [Row(record) for record in found.order_by(*model._meta.ordering)[: MOST_SHOWN + 1]]
        if rows:
            yield FoundOn(
                _title(request, model),
                model._meta.app_label,
                list_url(model, q=typed),
                rows[:MOST_SHOWN],
                len(rows) > MOST_SHOWN,
            )


def _title(request: HttpRequest, model: type[Any]) -> str:
    side, name = side_of(model).name, str(model._meta.verbose_name_plural)
    by = ", by their insurance" if model in found_by_insurance(request) else ""
    return f"{side} {name.removeprefix(f'{side} ')}{by}"


def search_list(request: HttpRequest, model: type[Any], typed: str) -> Any:
    """Return what the list of `model` finds."""
    pages: Any = admin.site.get_model_admin(model)
    found, _duplicates = pages.get_search_results(request, pages.get_queryset(request), typed)
    return found
