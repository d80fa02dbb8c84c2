"""Which pairs disagree: as their links have it stored, and as the records themselves say."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from sync.models import InsuranceLink
from sync.pairs.sides import EHR, PM

NAME_IS_STALE = ~Q(insurance__company_name=F("plan__company__name"))
DIFFERS = Q.create(
    [
        ~Q(**{f"insurance__{theirs}": F(f"plan__{ours}")})
        for ours, theirs in zip(PM.fields, EHR.fields, strict=True)
    ],
    connector=Q.OR,
)


def stale_names() -> QuerySet[InsuranceLink]:
    """Return the pairs whose EHR name shows another company name than PM has now."""
    return InsuranceLink.objects.filter(stale_name=True)


def differing_pairs() -> QuerySet[InsuranceLink]:
    """Return the pairs that differ in a propagated field other than the company's name.

    A pair whose name is stale as well is in both.
    """
    return InsuranceLink.objects.filter(differs=True)


def wrong_flags() -> QuerySet[Any]:
    """Return the links whose flags aren't what the records say; reads all pairs."""
    return _compared().exclude(stale_name=F("name_is_stale"), differs=F("is_different"))


def wrong_pairs() -> QuerySet[Any]:
    """Return the links that have a wrong flag, or whose pairs disagree; reads all pairs."""
    agrees = dict.fromkeys(("name_is_stale", "is_different", "stale_name", "differs"), False)
    return _compared().exclude(**agrees)


def _compared() -> QuerySet[Any]:
    """Return all links with what the records say, as `name_is_stale` and `is_different`."""
    said = {
        name: ExpressionWrapper(condition, output_field=BooleanField())
        for name, condition in (("name_is_stale", NAME_IS_STALE), ("is_different", DIFFERS))
    }
    return InsuranceLink.objects.annotate(**said)
