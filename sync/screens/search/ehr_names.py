"""By which names the EHR shows whom PM calls what was typed.

It shows no payer IDs and no other names, and a company's former name until that is brought along.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsuranceCompany
from sync.models import InsuranceLink
from sync.pairs.flags import stale_names
from sync.screens.search.lists import search_list, seen

PM_CALLS_IT = "The EHR has no such name. PM calls it {}."
BY_PAYER_ID = "The EHR has no payer IDs. That company is called {} there."
SHOWS_IT_AS = "PM has a company of that name or payer ID. The EHR still shows it as {}."
SHOWS_OTHERS_AS = "The EHR still shows other insurances of that company as {}."
CALLS_OTHERS = "PM calls a company so that the EHR shows as {}."
# Their lists are searched by the names that the EHR shows.
BY_EHR_NAMES = frozenset[type[Model]]({Insurance, EHRPatient})
MOST_CALLED = 5  # companies: a name of more says nothing


def found_by_pm(request: HttpRequest, model: type[Model], typed: str) -> tuple[str, str]:
    """Return the name by which the list of `model`, which finds nothing, finds it; what to say.

    By a payer ID or an other name; or by its name, where the EHR still shows a former one.
    "" and "" where it has no such name, or the user may not see PM's companies.
    """
    for company in _called(request, typed) if model in BY_EHR_NAMES else ():
        for name in [company.name, *company.other_names.splitlines()]:
            if search_list(request, model, name).exists():
                is_number = not _is_called(company, typed)
                said = BY_PAYER_ID if is_number else PM_CALLS_IT
                return name, said if name == company.name else SHOWS_IT_AS
    return "", ""


def shown_otherwise(request: HttpRequest, typed: str) -> tuple[str, str]:
    """Return the name that the EHR shows of some, where it finds others by what was typed.

    A former name; or of a company that PM also calls what was typed, its own.

    With what to say of it; "" and "" for none.
    """
    pairs = stale_names().filter(plan__company__in=_called(request, typed))
    others = pairs.exclude(insurance__company_name__icontains=typed).order_by("pk")
    if name := others.values_list("insurance__company_name", flat=True).first():
        return name, SHOWS_OTHERS_AS
    # Some have it in the name of their plan; those of a company that is only also called so don't.
    also = [c for c in _called(request, typed) if typed.casefold() not in c.name.casefold()]
    shown = InsuranceLink.objects.filter(plan__company__in=also, insurance__is_active=True)
    shown = shown.exclude(insurance__name__icontains=typed).order_by("pk")
    name = shown.values_list("insurance__company_name", flat=True).first()
    return (name, CALLS_OTHERS) if name else ("", "")


def _called(request: HttpRequest, typed: str) -> Sequence[InsuranceCompany]:
    """Return the companies with that name, other name or payer ID, or a part of one."""
    if InsuranceCompany not in seen(request):
        return ()
    found: Any = search_list(request, InsuranceCompany, typed)
    return [
        company
        for company in found.order_by("-is_active", "pk")[:MOST_CALLED]
        if _is_called(company, typed)
        or "".join(typed.split()).casefold() in company.payer_id.casefold()
    ]


def _is_called(company: InsuranceCompany, typed: str) -> bool:
    return typed.casefold() in f"{company.name}\n{company.other_names}".casefold()
