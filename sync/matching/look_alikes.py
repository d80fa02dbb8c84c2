"""Records that may be the same one entered twice, and orphans that may be counterparts."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from ehr.models import Insurance
from kareo.records.names import name_key
from kareo.records.rows.reading import read
from pm.models import InsuranceCompany, InsurancePlan
from sync.pairs.sides import side_of

# Enough to see what is there; whoever wants them all has the list's search.
MOST_SHOWN = 5


class Likeness(IntEnum):
    """How much a record looks like another one; the lower, the more."""

    SAME = 0  # name and address
    NEAR_BY = 1  # the name, and the building or box: another suite or floor
    SAME_NAME = 2  # at another address
    SAME_PLACE = 3  # under another name


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A stored record that looks like another one, and how much."""

    record: Any
    rank: Likeness


def look_alikes(record: Any) -> list[LookAlike]:
    """Return the stored records that `record`, typed or stored, looks like; the likest first.

    Companies of the same name or address; a company's plans of the same name; insurances of the
    same company and plan name. Needs the derived fields.
    """
    rows: QuerySet[Any]
    name, (_near, here) = Q(name_key=record.name_key), _places(record)
    if isinstance(record, InsuranceCompany):
        rows = InsuranceCompany.objects.exclude(pk=record.pk)
        return _likest(rows.filter(name | here), record, name)
    if isinstance(record, InsurancePlan) and record.company_id:
        rows = InsurancePlan.objects.exclude(pk=record.pk).filter(name, company=record.company_id)
        return _likest(rows.select_related("company", "link__insurance"), record, name)
    if isinstance(record, Insurance) and record.company_name and record.plan_name:
        return _likest(Insurance.objects.exclude(pk=record.pk).filter(name), record, name)
    return []


def same(record: Any) -> list[Any]:
    """Return the stored records that `look_alikes` says are the SAME as `record`.

    Without the others: every add asks this while it holds its locks.
    """
    if not record.near_key or not record.address_key:
        return []
    here: dict[str, object] = {"name_key": record.name_key, "address_key": record.address_key}
    if isinstance(record, InsurancePlan):
        here["company_id"] = record.company_id
    found = _read_in_building(type(record), record.near_key, here)
    return [other for other in found if other.pk != record.pk][:MOST_SHOWN]


def same_orphans(record: InsurancePlan | Insurance) -> list[Any]:
    """Return the orphans on the other side that `counterparts` says are the SAME as `record`."""
    if not record.near_key or not record.address_key:
        return []
    there = side_of(record).other
    here: dict[str, object] = {"address_key": record.address_key}
    if isinstance(record, InsurancePlan):
        here["name_key"] = name_key(record.company.name, record.name)
        found = _read_in_building(there.model, record.near_key, here)
    else:
        here["name_key"] = name_key(record.plan_name)
        company = name_key(record.company_name)
        plans = _read_in_building(there.model, record.near_key, here)
        found = [plan for plan in plans if plan.company.name_key == company]
    taken = set(there.keys_linked(other.pk for other in found)) if found else set()
    return [other for other in found if other.pk not in taken][:MOST_SHOWN]


def _read_in_building(model: type[Any], near_key: str, also: dict[str, object]) -> list[Any]:
    return read(model, "near_key", [near_key], "default", also=also, along=model.read_along)


def counterparts(record: InsurancePlan | Insurance, *, at_place: bool = False) -> list[LookAlike]:
    """Return the orphans on the other side that may belong to `record`; the likest first.

    `at_place` leaves out those of the name elsewhere. Needs the derived fields.
    """
    near, here = _places(record)
    orphans: Any = side_of(record).other.orphans()
    if at_place:
        name = _same_name(record)
        return _likest(orphans.filter(name & near | here), record, name)
    name = _same_name(record, by_index=True)
    return _likest(orphans.filter(name | here), record, name)


def _places(record: Any) -> tuple[Q, Q]:
    """Return the conditions to be in the building of `record`, and at its very address."""
    nowhere = Q(pk__in=[])  # an empty key is that of no place
    near = Q(near_key=record.near_key) if record.near_key else nowhere
    return near, near & Q(address_key=record.address_key) if record.address_key else nowhere


def _likest(rows: QuerySet[Any], record: Any, name: Q) -> list[LookAlike]:
    """Return the likest of `rows`, which are of that `name` or at the address of `record`."""
    near, here = _places(record)
    rank = Case(
        When(name & here, then=Value(int(Likeness.SAME))),
        When(name & near, then=Value(int(Likeness.NEAR_BY))),
        When(name, then=Value(int(Likeness.SAME_NAME))),
        default=Value(int(Likeness.SAME_PLACE)),
    )
    found = rows.annotate(likeness=rank).order_by("likeness", "pk")
    return [LookAlike(row, Likeness(row.likeness)) for row in found[:MOST_SHOWN]]


def _same_name(record: InsurancePlan | Insurance, *, by_index: bool = False) -> Q:
    """Return the condition to have the company's and plan's name of `record`.

    `by_index` asks for the companies first: an index finds a plan by its company and its own name.
    Without, something else must narrow the search.
    """
    if isinstance(record, InsurancePlan):
        return Q(name_key=name_key(record.company.name, record.name))
    plan, company = name_key(record.plan_name), name_key(record.company_name)
    if by_index:
        companies = InsuranceCompany.objects.named([company])
        return Q(company__in=list(companies.values_list("pk", flat=True)), name_key=plan)
    return Q(company__name_key=company, name_key=plan)
