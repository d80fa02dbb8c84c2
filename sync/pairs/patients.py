"""Who has a plan, an insurance or a company: the patients on each side."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from django.db.models import Count, QuerySet, Value

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient

Had: TypeAlias = InsuranceCompany | InsurancePlan | Insurance

# The way to it from a policy, and from an insurance.
WAYS: dict[type[Had], tuple[str, str]] = {
    InsuranceCompany: ("plan__company", "link__plan__company"),
    InsurancePlan: ("plan", "link__plan"),
    Insurance: ("plan__link__insurance", "pk"),
}


def pm_patients_with(record: Had) -> QuerySet[PMPatient]:
    """Return the PM patients with an active policy under `record`, or under its counterpart."""
    way, _from_insurance = WAYS[type(record)]
    policies = InsurancePolicy.objects.active().filter(**{way: record.pk})
    return PMPatient.objects.filter(pk__in=policies.values("patient"))


def ehr_patients_with(record: Had) -> QuerySet[EHRPatient]:
    """Return the EHR patients whose primary or secondary is `record`, or its counterpart."""
    _from_policy, way = WAYS[type(record)]
    primary, secondary = (
        EHRPatient.objects.order_by().filter(**{f"{field}__{way}": record.pk}).values("pk")
        for field in ("primary_insurance", "secondary_insurance")
    )
    # Either by its own index; a condition with OR would read all patients.
    return EHRPatient.objects.filter(pk__in=primary.union(secondary))


PATIENTS_WITH: dict[type[Any], Any] = {PMPatient: pm_patients_with, EHRPatient: ehr_patients_with}


def counts_with(record: Had, kinds: Sequence[type[Any]]) -> list[int]:
    """Return how many patients of each of these `kinds` have `record`, in one query."""
    counts = [
        PATIENTS_WITH[kind](record).order_by().values(at=Value(at)).annotate(many=Count("pk"))
        for at, kind in enumerate(kinds)
    ]
    if not counts:
        return []
    first, *others = counts
    found = {row["at"]: row["many"] for row in first.union(*others, all=True)}
    return [found.get(at, 0) for at in range(len(kinds))]  # of nobody there is no row
