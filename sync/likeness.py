"""Records that may be the same one entered twice, and orphans that may be counterparts."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from ehr.models import Insurance
from kareo.names import name_key
from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.links import change_url

# Enough to see what is there; whoever wants them all has the list's search.
MOST_SHOWN = 5

SAME, NEAR_BY, SAME_NAME, SAME_PLACE = range(4)
IN_WORDS = {
    SAME: "same name and address",
    NEAR_BY: "same name, same building or PO box, other suite or floor",
    SAME_NAME: "same name, other address",
    SAME_PLACE: "same address, other name",
}


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A stored record that looks like another one, and how much."""

    record: Any
    rank: int

    @property
    def why(self) -> str:
        return IN_WORDS[self.rank]

    @property
    def url(self) -> str:
        return change_url(self.record._meta.label, self.record.pk)

    @property
    def token(self) -> str:
        """Name the record, as `Record.chosen` does."""
        return token_of(self.record)


def token_of(record: Record) -> str:
    return f"{record._meta.label}:{record.pk}"


def chosen_key(record: Record, model: type[Record]) -> int | None:
    """Return the key of the `model` that the user picked for `record`, None where of another."""
    label, _, key = record.chosen.partition(":")
    known = label == model._meta.label and key.isascii() and key.isdigit() and len(key) < 19
    return int(key) if known else None


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


def counterparts(
    record: InsurancePlan | Insurance, company_name: str = "", *, at_place: bool = False
) -> list[LookAlike]:
    """Return the orphans on the other side that may belong to `record`; the likest first.

    Of a plan, `company_name` is its company's. `at_place` leaves out those of the name elsewhere.
    """
    rows: QuerySet[Any]
    if isinstance(record, InsurancePlan):
        rows = Insurance.objects.filter(link=None)
        name = Q(name_key=name_key(f"{company_name} {record.name}"))
    else:
        rows = InsurancePlan.objects.filter(link=None).select_related("company")
        # Their keys first: an index finds a plan by its company's key and its own name.
        companies = InsuranceCompany.objects.named([name_key(record.company_name)])
        keys = list(companies.values_list("pk", flat=True))
        name = Q(company__in=keys, name_key=name_key(record.plan_name))
    near, here = _places(record)
    return _likest(rows.filter((name & near if at_place else name) | here), record, name)


def _places(record: Any) -> tuple[Q, Q]:
    """Return the conditions to be in the building of `record`, and at its very address."""
    nowhere = Q(pk__in=[])  # an empty key is that of no place
    near = Q(near_key=record.near_key) if record.near_key else nowhere
    return near, near & Q(address_key=record.address_key) if record.address_key else nowhere


def _likest(rows: QuerySet[Any], record: Any, name: Q) -> list[LookAlike]:
    """Return the likest of `rows`, which are of that `name` or at the address of `record`."""
    near, here = _places(record)
    rank = Case(
        When(name & here, then=Value(SAME)),
        When(name & near, then=Value(NEAR_BY)),
        When(name, then=Value(SAME_NAME)),
        default=Value(SAME_PLACE),
    )
    found = rows.annotate(likeness=rank).order_by("likeness", "pk")
    return [LookAlike(row, row.likeness) for row in found[:MOST_SHOWN]]
