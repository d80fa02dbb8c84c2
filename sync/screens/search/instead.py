"""What to search for instead, where a search of a list finds nothing."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from ehr.models import Insurance
from pm.models import InsuranceCompany
from sync.screens.search.close_names import NAMES
from sync.screens.search.page import meant, search_list

DID_YOU_MEAN = "Did you mean {}?"
PM_CALLS_IT = "The EHR has no such name. PM calls it {}."
SHOWS_IT_AS = "PM has a company of that name or payer ID. The EHR still shows it as {}."
MOST_CALLED = 5  # companies: a name of more says nothing


def instead(request: HttpRequest, model: type[Model], typed: str) -> tuple[str, str]:
    """Return the name to search `model` for, and what to say of it; two "" for none."""
    if model is Insurance and (found := _found_by_pm(request, typed)):
        return found
    if model in NAMES and (name := meant(request, typed, [model])):
        return name, DID_YOU_MEAN
    return "", ""


def _found_by_pm(request: HttpRequest, typed: str) -> tuple[str, str] | None:
    """Return the name, which the EHR finds, of whom PM knows by what was typed, and what to say.

    By a payer ID or an other name; or by its name, where the EHR still shows a former one.
    """
    pages: Any = admin.site.get_model_admin(InsuranceCompany)
    if not pages.has_view_permission(request):
        return None
    companies = search_list(request, InsuranceCompany, typed)
    for company in companies.order_by("-is_active", "pk")[:MOST_CALLED]:
        names = [company.name, *company.other_names.splitlines()]
        if typed.casefold() not in "\n".join([company.payer_id, *names]).casefold():
            continue
        for name in names:
            if search_list(request, Insurance, name).exists():
                return name, PM_CALLS_IT if name == company.name else SHOWS_IT_AS
    return None
