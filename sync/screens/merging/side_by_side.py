"""Records that may be one, side by side: what differs, and how many have each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.models import InsuranceLink
from sync.roles import may_see

Of = Callable[[Any], str]

OF_BOTH: Mapping[str, Of] = {
    "Phone": lambda record: record.phone,
    "Fax": lambda record: record.fax,
    "Notes": lambda record: record.notes,
}
# {label: the value of a record}, for people. Those of a company's parts have the part's id.
COMPARED: Mapping[type[Any], Mapping[str, Of]] = {
    InsuranceCompany: {
        "name": lambda company: company.name,
        "address": lambda company: company.address,
        "program": lambda company: company.get_program_display(),
        "payer_id": lambda company: company.payer_id,
        "phone": lambda company: company.phone,
        "fax": lambda company: company.fax,
        "contact_name": lambda company: company.contact_name,
        "notes": lambda company: company.notes,
    },
    InsurancePlan: {
        "Company": lambda plan: plan.of_company,
        "Plan": lambda plan: plan.name,
        "Address": lambda plan: plan.address,
        "Contact": lambda plan: plan.contact_name,
        **OF_BOTH,
    },
    Insurance: {
        "Company": lambda insurance: insurance.company_name,
        "Plan": lambda insurance: insurance.plan_name,
        "Address": lambda insurance: insurance.address,
        **OF_BOTH,
    },
}
LABELS = {
    "name": "Name",
    "address": "Address",
    "program": "Program",
    "payer_id": "Payer ID",
    "phone": "Phone",
    "fax": "Fax",
    "contact_name": "Contact",
    "notes": "Notes",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one record; `is_taken`, where it is chosen among several."""

    key: int
    text: str
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What the records have of one kind. `part` is what is chosen of a company, else ""."""

    label: str
    cells: Sequence[Cell]
    part: str = ""


def differing(records: Sequence[Any], taken: Mapping[str, int] | None = None) -> list[Row]:
    """Return what differs, a row each; of companies with what is `taken`: {part: key}."""
    rows = []
    for name, value in COMPARED[type(records[0])].items():
        cells = [
            Cell(each.pk, value(each), taken is not None and taken.get(name) == each.pk)
            for each in records
        ]
        if len({cell.text for cell in cells}) > 1:
            rows.append(Row(LABELS.get(name, name), cells, name if taken is not None else ""))
    return rows


def counted_rows(records: Sequence[Any], user: Any) -> Iterator[Row]:
    """Yield how many plans, policies and EHR patients each of `records` has."""
    keys = [record.pk for record in records]
    if isinstance(records[0], InsuranceCompany):
        if may_see(user, InsurancePlan._meta.label):
            yield _row("Plans", keys, plan_counts(keys))
        return
    links = dict.fromkeys(keys)
    if isinstance(records[0], InsurancePlan):
        links |= dict(InsuranceLink.objects.filter(plan__in=keys).values_list("plan", "insurance"))
        plans = {key: key for key in keys}
        insurances = links
    else:
        links |= dict(
            InsuranceLink.objects.filter(insurance__in=keys).values_list("insurance", "plan")
        )
        plans, insurances = links, {key: key for key in keys}
    if may_see(user, InsurancePolicy._meta.label):
        rows = InsurancePolicy.objects.filter(plan__in=[*filter(None, plans.values())])
        found = dict(rows.values_list("plan").annotate(Count("pk")).order_by())
        yield _row("PM policies", keys, {key: found.get(plan, 0) for key, plan in plans.items()})
    if may_see(user, EHRPatient._meta.label):
        yield _row("EHR patients", keys, {key: _patients(of) for key, of in insurances.items()})


def plan_counts(companies: Sequence[int]) -> dict[int, int]:
    """Return {key of a company: how many plans it has}, of those that have any."""
    plans = InsurancePlan.objects.filter(company__in=companies).order_by()
    return dict(plans.values_list("company").annotate(Count("pk")))


def _patients(insurance: int | None) -> int:
    if insurance is None:
        return 0
    either = Q(primary_insurance=insurance) | Q(secondary_insurance=insurance)
    return EHRPatient.objects.filter(either).count()


def _row(label: str, keys: Sequence[int], counts: Mapping[int, int]) -> Row:
    return Row(label, [Cell(key, f"{counts.get(key, 0):,}") for key in keys])
