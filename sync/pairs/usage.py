"""How many have a plan or its insurance, on either side: counted in sets."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import Count, F

from ehr.models import Patient as EHRPatient
from pm.models import InsurancePolicy
from sync.models import InsuranceLink


class Usage(NamedTuple):
    """How many have a pair: EHR patients, and active PM policies."""

    patients: int
    policies: int


def usage_of(links: Mapping[int, InsuranceLink]) -> dict[int, Usage]:
    """Return the usage of these pairs, by the same keys."""
    policies = _policy_counts(link.plan_id for link in links.values())
    patients = _patient_counts(link.insurance_id for link in links.values())
    return {
        key: Usage(patients[link.insurance_id], policies[link.plan_id])
        for key, link in links.items()
    }


def _policy_counts(plans: Iterable[int]) -> Counter[int]:
    rows = InsurancePolicy.objects.active().filter(plan__in=set(plans))
    return Counter(dict(rows.values_list("plan").annotate(Count("pk")).order_by()))


def _patient_counts(insurances: Iterable[int]) -> Counter[int]:
    keys = set(insurances)
    primary = EHRPatient.objects.filter(primary_insurance__in=keys)
    # Whoever has one as both counts once.
    secondary = EHRPatient.objects.filter(secondary_insurance__in=keys).exclude(
        primary_insurance=F("secondary_insurance")
    )
    counts: Counter[int] = Counter()
    for rows, name in ((primary, "primary_insurance"), (secondary, "secondary_insurance")):
        counts.update(dict(rows.values_list(name).annotate(Count("pk")).order_by()))
    return counts
