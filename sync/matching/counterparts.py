"""Orphans on the other side that may belong to a record."""

from typing import Any

from django.db.models import Q

from ehr.models import Insurance
from kareo.records.names import name_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.matching.look_alikes import LookAlike, likest, places
from sync.pairs.sides import side_of


def counterparts(record: InsurancePlan | Insurance, *, at_place: bool = False) -> list[LookAlike]:
    """Return the orphans on the other side that may belong to `record`; the likest first.

    `at_place` leaves out those of the name elsewhere. Needs the derived fields.
    """
    name = _same_name(record)
    near, here = places(record)
    orphans: Any = side_of(record).other.orphans()
    return likest(orphans.filter((name & near if at_place else name) | here), record, name)


def _same_name(record: InsurancePlan | Insurance) -> Q:
    """Return the condition to have the company's and plan's name of `record`."""
    if isinstance(record, InsurancePlan):
        return Q(name_key=name_key(f"{record.company.name} {record.name}"))
    # Their keys first: an index finds a plan by its company's key and its own name.
    companies = InsuranceCompany.objects.named([name_key(record.company_name)])
    keys = list(companies.values_list("pk", flat=True))
    return Q(company__in=keys, name_key=name_key(record.plan_name))
