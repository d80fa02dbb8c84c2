"""The page that searches both lists at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ehr.models import Insurance
from kareo.records import Person
from kareo.search.others import found_by_others
from pm.models import InsuranceCompany, InsurancePlan
from sync.pairs.sides import side_of
from sync.screens.search.ehr_names import BY_EHR_NAMES, found_by_pm, shown_otherwise
from sync.screens.search.lists import meant, search_list, seen
from sync.screens.urls import change_url, link_to, list_url

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
    """What was found on one list: the first few, where all of it is, and what to say of it."""

    title: str
    app: str
    url: str
    rows: list[Row]
    is_more: bool
    said: SafeString | str


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
            "meant": "" if found or not typed else meant(request, typed, seen(request)),
        },
    )


def _found(request: HttpRequest, typed: str) -> Iterator[FoundOn]:
    other = said = ""  # the name by which the EHR shows the rest, or all
    for model in seen(request):
        by, rows = typed, _rows(request, model, typed)
        if model is Insurance:
            other, said = (
                shown_otherwise(request, typed) if rows else found_by_pm(request, model, typed)
            )
        if not rows and other and model in BY_EHR_NAMES:
            by, rows = other, _rows(request, model, other)
        if rows:
            is_told = other and (model is Insurance or by == other)
            link = link_to(list_url(model, q=other), other)
            yield FoundOn(
                _title(request, model),
                model._meta.app_label,
                list_url(model, q=by),
                rows[:MOST_SHOWN],
                len(rows) > MOST_SHOWN,
                format_html(said, link) if is_told else "",
            )


def _rows(request: HttpRequest, model: type[Any], typed: str) -> list[Row]:
    """Return what the list of `model` finds, up to one more than is shown."""
    found = search_list(request, model, typed).order_by(*model._meta.ordering)
    return [Row(record) for record in found[: MOST_SHOWN + 1]]


def _title(request: HttpRequest, model: type[Any]) -> str:
    side, name = side_of(model).name, str(model._meta.verbose_name_plural)
    by = f", by their {others}" if (others := found_by_others(request).get(model)) else ""
    return f"{side} {name.removeprefix(f'{side} ')}{by}"
