"""Records that may be the same one entered twice, and orphans that may be counterparts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from ehr.models import Insurance
from kareo.records.rows.reading import read
from kareo.records.texts.lines import phone_line
from kareo.records.texts.names import name_key
from pm.models import InsuranceCompany, InsurancePlan, OtherName
from sync.matching.well_known import also_known_as
from sync.pairs.sides import side_of

# Enough to see what is there; whoever wants them all has the list's search.
MOST_SHOWN = 5
MOST_CALLED = 100  # companies of one other name, of which the likest are shown
NONE = Q(pk__in=[])


class Likeness(IntEnum):
    """How much a record looks like another one; the lower, the more."""

    SAME = 0  # name and address
    AGAIN = 1  # the name and a number, neither of which companies has an address
    NEAR_BY = 2  # the name, and the building or box: another suite or floor
    SAME_PAYER_ID = 3  # a company under another name or address
    OTHER_NAME = 4  # a company, one of whose other names is a name of the other
    WELL_KNOWN = 5  # a company, whose name is widely known as another name of the other
    NAME_ALONE = 6  # of a company, where one of the two has no whole address
    SAME_NAME = 7  # at another address
    SAME_PLACE = 8  # under another name


class Shared(StrEnum):
    """What two companies have in common beside name and address."""

    PAYER_ID = "payer_id"
    PHONE = "phone"
    ALSO_CALLED = "also_called"  # the stored one has this other name, which is the record's name
    CALLED = "called"  # the stored one's name is this other name of the record
    BOTH_CALLED = "both_called"  # both have this other name
    WELL_KNOWN = "well_known"  # of the record's name, the stored one's is widely known as another


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A stored record that looks like another one, how much, and what else both have."""

    record: Any
    rank: Likeness
    shared: Mapping[Shared, str] = field(default_factory=dict)


def look_alikes(record: Any) -> list[LookAlike]:
    """Return the stored records that `record`, typed or stored, looks like; the likest first.

    Companies of the same name, other name, payer ID or address; a company's plans of the same name;
    insurances of the same company and plan name. Needs the derived fields.
    """
    rows: QuerySet[Any]
    if isinstance(record, InsuranceCompany):
        return _companies_like(record)
    name = Q(name_key=record.name_key)
    if isinstance(record, InsurancePlan) and record.company_id:
        rows = InsurancePlan.objects.exclude(pk=record.pk).filter(name, company=record.company_id)
        return _likest(rows.select_related("company", "link__insurance"), record, name)
    if isinstance(record, Insurance) and record.company_name and record.plan_name:
        return _likest(Insurance.objects.exclude(pk=record.pk).filter(name), record, name)
    return []


def same(record: Any) -> list[Any]:
    """Return the stored records that `look_alikes` says are the SAME as `record`, or it AGAIN.

    Without the others: every add asks this while it holds its locks.
    """
    if isinstance(record, InsuranceCompany) and not record.address_key:
        return _again(record)[:MOST_SHOWN]
    if not record.near_key or not record.address_key:
        return []
    here: dict[str, object] = {"name_key": record.name_key, "address_key": record.address_key}
    if isinstance(record, InsurancePlan):
        here["company_id"] = record.company_id
    found = _read_in_building(type(record), record.near_key, here)
    return [other for other in found if other.pk != record.pk][:MOST_SHOWN]


def same_orphans(record: InsurancePlan | Insurance, companies: Iterable[str] = ()) -> list[Any]:
    """Return the orphans on the other side that `counterparts` says are the SAME as `record`.

    Or as an insurance would be under one of these other names of `companies`.
    """
    if not record.near_key or not record.address_key:
        return []
    there = side_of(record).other
    here: dict[str, object] = {"address_key": record.address_key}
    if isinstance(record, InsurancePlan):
        here["name_key"] = name_key(record.company.name, record.name)
        found = _read_in_building(there.model, record.near_key, here)
    else:
        here["name_key"] = name_key(record.plan_name)
        names = {name_key(name) for name in (record.company_name, *companies)}
        plans = _read_in_building(there.model, record.near_key, here)
        found = [plan for plan in plans if plan.company.name_key in names]
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


def shared_by(company: InsuranceCompany, other: InsuranceCompany) -> dict[Shared, str]:
    """Return what the two have in common beside name and address, as `other` has it."""
    shared = {}
    if company.payer_id and company.payer_id == other.payer_id:
        shared[Shared.PAYER_ID] = other.payer_id
    if not other.address_key and not company.address_key and _is_same_phone(company, other):
        shared[Shared.PHONE] = other.phone
    own, theirs = company.other_names_by_key, other.other_names_by_key
    if also := theirs.get(company.name_key):
        shared[Shared.ALSO_CALLED] = also
    elif called := own.get(other.name_key):
        shared[Shared.CALLED] = called
    elif both := [name for key, name in theirs.items() if key in own]:
        shared[Shared.BOTH_CALLED] = both[0]
    elif other.name_key in also_known_as(company.name_key):
        shared[Shared.WELL_KNOWN] = company.name
    return shared


def _companies_like(company: InsuranceCompany) -> list[LookAlike]:
    name, (_near, here) = Q(name_key=company.name_key), _places(company)
    own = company.other_names_by_key
    called = OtherName.objects.filter(name_key__in={company.name_key, *own})
    callers = called.exclude(company=company.pk).values_list("company_id", flat=True)
    # By their keys: of a condition on another table, the database would look at every company.
    other_name = Q(name_key__in=own) | Q(pk__in=list(callers[:MOST_CALLED]))
    payer_id = Q(payer_id=company.payer_id) if company.payer_id else NONE
    well_known = Q(name_key__in=also_known_as(company.name_key))
    again = Q(pk__in=[other.pk for other in _again(company)]) if not company.address_key else NONE
    rows = InsuranceCompany.objects.exclude(pk=company.pk)
    found = _likest(
        rows.filter(name | here | payer_id | other_name | well_known),
        company,
        name,
        {
            Likeness.AGAIN: again,
            Likeness.SAME_PAYER_ID: payer_id,
            Likeness.OTHER_NAME: other_name,
            Likeness.WELL_KNOWN: well_known,
            Likeness.NAME_ALONE: name & Q(address_key="") if company.address_key else name,
        },
    )
    return [replace(alike, shared=shared_by(company, alike.record)) for alike in found]


def _again(company: InsuranceCompany) -> list[InsuranceCompany]:
    """Return those of the name without an address that have the payer ID or phone of `company`."""
    without = {"address_key": ""}
    named = read(InsuranceCompany, "name_key", [company.name_key], "default", also=without)
    numbers = {Shared.PAYER_ID, Shared.PHONE}
    return [
        other
        for other in named
        if other.pk != company.pk and numbers & shared_by(company, other).keys()
    ]


def _is_same_phone(company: InsuranceCompany, other: InsuranceCompany) -> bool:
    digits = phone_line(company.phone)
    return bool(digits) and digits == phone_line(other.phone)


def _places(record: Any) -> tuple[Q, Q]:
    """Return the conditions to be in the building of `record`, and at its very address."""
    # An empty key is that of no place.
    near = Q(near_key=record.near_key) if record.near_key else NONE
    return near, near & Q(address_key=record.address_key) if record.address_key else NONE


def _likest(
    rows: QuerySet[Any], record: Any, name: Q, more: Mapping[Likeness, Q] | None = None
) -> list[LookAlike]:
    """Return the likest of `rows`, which are of that `name` or at the address of `record`.

    Or like it by one of `more` conditions.
    """
    near, here = _places(record)
    ways = {
        Likeness.SAME: name & here,
        Likeness.NEAR_BY: name & near,
        Likeness.SAME_NAME: name,
        **(more or {}),
    }
    rank = Case(
        *(When(ways[likeness], then=Value(int(likeness))) for likeness in sorted(ways)),
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
