"""Who has a plan, an insurance or a company: the patients on each side."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

from django.db import connections
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


def pm_patients_of(plans: QuerySet[Any, Any]) -> QuerySet[PMPatient]:
    """Return the PM patients with an active policy of one of `plans`, a query of keys."""
    policies = InsurancePolicy.objects.active().filter(plan__in=plans)
    return PMPatient.objects.filter(pk__in=policies.values("patient"))


def ehr_patients_with(record: Had) -> QuerySet[EHRPatient]:
    """Return the EHR patients whose primary or secondary is `record`, or its counterpart."""
    _from_policy, way = WAYS[type(record)]
    return _insured(way, record.pk)


def ehr_patients_of(plans: QuerySet[Any, Any]) -> QuerySet[EHRPatient]:
    """Return the EHR patients whose primary or secondary is the insurance of one of `plans`."""
    return _insured("link__plan__in", plans)


def _insured(way: str, by: Any) -> QuerySet[EHRPatient]:
    primary, secondary = (
        EHRPatient.objects.order_by().filter(**{f"{field}__{way}": by}).values("pk")
        for field in ("primary_insurance", "secondary_insurance")
    )
    # Either by its own index; a condition with OR would read all patients.
    return EHRPatient.objects.filter(pk__in=primary.union(secondary))


ANY_KEY = -1
PATIENTS_WITH: dict[type[Any], Any] = {PMPatient: pm_patients_with, EHRPatient: ehr_patients_with}


def counts_with(record: Had, kinds: Sequence[type[Any]]) -> list[int]:
    """Return how many patients of each of these `kinds` have `record`, in one query."""
    if not kinds:
        return []
    connection = connections[PMPatient.objects.db]
    sql, params = _counting(type(record), tuple(kinds), connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(sql, [record.pk if param == ANY_KEY else param for param in params])
        found = dict(cursor.fetchall())
    return [found.get(at, 0) for at in range(len(kinds))]  # of nobody there is no row


@cache  # every page of a record asks it, and to make the statement takes longer than to run it
def _counting(model: type[Had], kinds: tuple[type[Any], ...], using: str) -> tuple[str, list[Any]]:
    """Return the statement and its parameters, with ANY_KEY for the key of the record."""
    first, *others = (
        PATIENTS_WITH[kind](model(pk=ANY_KEY))
        .order_by()
        .values(at=Value(at))
        .annotate(many=Count("pk"))
        for at, kind in enumerate(kinds)
    )
    sql, params = first.union(*others, all=True).query.get_compiler(using).as_sql()
    return sql, list(params)
