"""Who has a plan or its insurance, on either side: counted in sets, and said in words."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, F

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsurancePlan, InsurancePolicy


def users_in_words(
    deactivated: Collection[int],
    counterparts: Mapping[int, Insurance] | Mapping[int, InsurancePlan],
) -> dict[int, str]:
    """Return {source key: who still has the record that is being deactivated}, in words.

    `counterparts` are by source key; sources without one are left out.
    """
    pairs: dict[int, tuple[int, int]] = {}  # source key: plan, insurance
    for key in deactivated:
        counterpart = counterparts.get(key)
        if isinstance(counterpart, Insurance):
            pairs[key] = (key, counterpart.pk)
        elif counterpart:
            pairs[key] = (counterpart.pk, key)
    if not pairs:
        return {}
    policies = _policy_counts(plan for plan, _ in pairs.values())
    patients = _patient_counts(insurance for _, insurance in pairs.values())
    gone = "No longer offered in either system."
    return {
        key: f"{gone} {who_has_it(patients[insurance], policies[plan])}"
        for key, (plan, insurance) in pairs.items()
    }


def who_has_it(patients: int, policies: int) -> str:
    """Say how many patients and policies have a pair."""
    if not patients and not policies:
        return "Nobody has it."
    return (
        f"{_counted(patients, 'EHR patient')} and {_counted(policies, 'PM policy')} still have it."
    )


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


def _counted(count: int, what: str) -> str:
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count} {what if count == 1 else plural}"
