"""Where the two lists no longer agree, each question asked once and in sets."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, F, QuerySet

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.models import InsuranceLink


def stale_names() -> QuerySet[InsuranceLink]:
    """Return the pairs whose EHR name shows another company name than PM has now."""
    return InsuranceLink.objects.exclude(insurance__company_name=F("plan__company__name"))


def stale_name_counts(names: Mapping[int, str]) -> dict[int, int]:
    """Return {company key: how many EHR names would not show its name}, by {key: name}."""
    if not names:
        return {}
    shown = InsuranceLink.objects.filter(plan__company__in=list(names)).values_list(
        "plan__company", "insurance__company_name"
    )
    counts: Counter[int] = Counter()
    for company, name, count in shown.annotate(Count("pk")).order_by():
        if name != names[company]:
            counts[company] += count
    return dict(counts)


def old_names(company: InsuranceCompany) -> list[tuple[str, int]]:
    """Return (old company name, how many EHR names show it), the commonest first."""
    rows = stale_names().filter(plan__company=company)
    names = rows.values_list("insurance__company_name").annotate(shown=Count("pk"))
    return list(names.order_by("-shown", "insurance__company_name"))


def stale_names_in_words(count: int) -> str:
    """Return a sentence on `count` stale names, or nothing when there are none."""
    if not count:
        return ""
    names = "1 EHR name still shows" if count == 1 else f"{count} EHR names still show"
    return f"{names} an old company name. Save each plan to bring its name up to date."


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


def orphan_plans() -> QuerySet[InsurancePlan]:
    """Return the plans that have no insurance in the EHR."""
    return InsurancePlan.objects.filter(link__isnull=True)


def orphan_insurances() -> QuerySet[Insurance]:
    """Return the insurances that have no plan in PM."""
    return Insurance.objects.filter(link__isnull=True)
