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
    name = Q(name_key=record.name_key)
    if isinstance(record, InsuranceCompany):
        return _likest(InsuranceCompany.objects.exclude(pk=record.pk), record, name, or_place=True)
    if isinstance(record, InsurancePlan) and record.company_id:
        rows = InsurancePlan.objects.exclude(pk=record.pk).filter(company=record.company_id)
        return _likest(rows.select_related("company", "link__insurance"), record, name)
    if isinstance(record, Insurance) and record.company_name and record.plan_name:
        return _likest(Insurance.objects.exclude(pk=record.pk), record, name)
    return []


def counterparts(record: InsurancePlan | Insurance, company_name: str = "") -> list[LookAlike]:
    """Return the orphans on the other side that may belong to `record`; the likest first.

    Of a plan, `company_name` is its company's.
    """
    if isinstance(record, InsurancePlan):
        name = Q(name_key=name_key(f"{company_name} {record.name}"))
        return _likest(Insurance.objects.filter(link=None), record, name, or_place=True)
    # Their keys first: an index finds a plan by its company's key and its own name.
    companies = InsuranceCompany.objects.named([name_key(record.company_name)])
    keys = list(companies.values_list("pk", flat=True))
    name = Q(company__in=keys, name_key=name_key(record.plan_name))
    plans = InsurancePlan.objects.filter(link=None).select_related("company")
    return _likest(plans, record, name, or_place=True)


def _likest(
    rows: QuerySet[Any], record: Any, name: Q, *, or_place: bool = False
) -> list[LookAlike]:
    """Return the likest of `rows`: of that `name`, or at the same place."""
    nowhere = Q(pk__in=[])  # an empty key is that of no place
    near = Q(near_key=record.near_key) if record.near_key else nowhere
    here = near & Q(address_key=record.address_key) if record.address_key else nowhere
    rank = Case(
        When(name & here, then=Value(SAME)),
        When(name & near, then=Value(NEAR_BY)),
        When(name, then=Value(SAME_NAME)),
        default=Value(SAME_PLACE),
    )
    wanted = rows.filter(name | here if or_place else name)
    found = wanted.annotate(likeness=rank).order_by("likeness", "pk")
    return [LookAlike(row, row.likeness) for row in found[:MOST_SHOWN]]
