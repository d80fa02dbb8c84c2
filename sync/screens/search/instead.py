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
MOST_CALLED = 5  # companies: a name of more says nothing


def instead(request: HttpRequest, model: type[Model], typed: str) -> tuple[str, str]:
    """Return the name to search `model` for, and what to say of it; two "" for none."""
    if model is Insurance and (name := _name_in_pm(request, typed)):
        return name, PM_CALLS_IT
    if model in NAMES and (name := meant(request, typed, [model])):
        return name, DID_YOU_MEAN
    return "", ""


def _name_in_pm(request: HttpRequest, typed: str) -> str:
    """Return the name, which the EHR finds, of whom PM knows by a payer ID or an other name."""
    pages: Any = admin.site.get_model_admin(InsuranceCompany)
    if not pages.has_view_permission(request):
        return ""
    companies = search_list(request, InsuranceCompany, typed)
    for company in companies.order_by("-is_active", "pk")[:MOST_CALLED]:
        called = f"{company.payer_id}\n{company.other_names}".casefold()
        if typed.casefold() in called and search_list(request, Insurance, company.name).exists():
            return str(company.name)
    return ""
