"""What merging makes of companies, and of plans and insurances: which records change, and how.

Each function takes stored records, makes them in memory what they will be, and returns them for
`decide`. Writes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, TypeVar

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record, RecordQuerySet, Refused
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.models import InsuranceLink

R = TypeVar("R", bound=Record)

# What is chosen of a company as one, and the fields of it.
PARTS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "address": InsuranceCompany.address_fields,
    "program": ("program",),
    "payer_id": ("payer_id",),
    "phone": ("phone",),
    "fax": ("fax",),
    "contact_name": ("contact_name",),
    "notes": ("notes",),
}
FILLED = ("phone", "fax", "contact_name", "notes")  # of a plan, where they are blank
INSURED_BY = ("primary_insurance", "secondary_insurance")

# How stored records are read: as they are, or locked until the transaction ends.
Read = Callable[[RecordQuerySet[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A plan and its insurance; one of them is None where the other is an orphan."""

    plan: InsurancePlan | None
    insurance: Insurance | None

    def __str__(self) -> str:
        return str(self.plan or self.insurance)


@dataclass(slots=True)
class Merging:
    """Records as merging leaves them, and those that it leaves as they are.

    `stay` are the policies and EHR patients that would have one plan twice: which of the two is
    right is for people to say.
    """

    records: list[Record] = field(default_factory=list)
    stay: list[InsurancePolicy | EHRPatient] = field(default_factory=list)


def merge_companies(
    kept: InsuranceCompany, others: Sequence[InsuranceCompany], take: Mapping[str, int]
) -> list[InsuranceCompany]:
    """Return the companies once `others` are merged into `kept`.

    `take` is {part: key of the company whose value is taken}; of a part that isn't in it, what is
    kept, or where that is blank, the first that isn't.
    """
    companies = [kept, *others]
    by_key = {company.pk: company for company in companies}
    for company in companies:
        company.before = copy(company)
    for part, names in PARTS.items():
        filled = [company for company in companies if any(getattr(company, n) for n in names)]
        giver = by_key.get(take.get(part, 0)) or next(iter(filled), kept)
        kept.assign({name: getattr(giver.before, name) for name in names})
    kept.keep_former_name()
    for other in others:
        kept.other_names = f"{kept.other_names}\n{other.name}\n{other.other_names}"
        other.is_active, other.merged_into = False, kept
    for company in companies:
        company.derive()
    return companies


def move_plans(kept: InsuranceCompany, plans: Iterable[InsurancePlan]) -> list[InsurancePlan]:
    """Return those of `plans` that move to `kept`, or whose insurances take its new name."""
    was = kept.before
    changed = []
    for plan in plans:
        if plan.company_id != kept.pk or (was and was.name != kept.name):
            plan.before, plan.company = plan.before or copy(plan), kept
            changed.append(plan)
    return changed


def twins(
    kept: InsuranceCompany, plans: Iterable[InsurancePlan], linked: Collection[int]
) -> list[list[InsurancePlan]]:
    """Return the active `plans` that become the same in one company, each set's kept one first.

    That is one with an insurance, of those `linked`; then one of `kept`, then the oldest.
    """
    same: dict[tuple[str, str], list[InsurancePlan]] = defaultdict(list)
    for plan in plans:
        if plan.is_active and plan.address_key:
            same[plan.name_key, plan.address_key].append(plan)

    def preference(plan: InsurancePlan) -> tuple[bool, bool, int]:
        return plan.pk not in linked, plan.company_id != kept.pk, plan.pk

    groups = (sorted(group, key=preference) for group in same.values())
    return [group for group in groups if len(group) > 1 and len({p.company_id for p in group}) > 1]


def merge_pairs(merged: Sequence[tuple[Pair, Sequence[Pair]]], read: Read) -> Merging:
    """Return what changes once the other pairs are merged into the one kept, of each of `merged`.

    Raises Refused where the one kept lacks a half that another has: nobody could move there.
    """
    into: dict[Any, Any] = {}  # {one that is merged: the one kept}
    done = Merging()
    for kept, others in merged:
        _fill(kept.plan, [pair.plan for pair in others if pair.plan])
        if kept.plan and kept.plan.before:
            done.records.append(kept.plan)
        for pair in others:
            into |= _halves(kept, pair)
            if pair.plan and pair.insurance:  # its plan's company may be getting another name
                pair.insurance.before = copy(pair.insurance)
                pair.insurance.company_name = pair.plan.company.name
    for record, kept_record in into.items():
        record.before = record.before or copy(record)
        record.is_active, record.merged_into = False, kept_record
        record.derive()
        done.records.append(record)
    _move_policies({k.pk: v for k, v in into.items() if isinstance(k, InsurancePlan)}, read, done)
    _move_patients({k.pk: v for k, v in into.items() if isinstance(k, Insurance)}, read, done)
    return done


def pairs_of(plans: Iterable[InsurancePlan], links: Mapping[int, InsuranceLink]) -> list[Pair]:
    """Return each of `plans` with its insurance, by its link in {key of a plan: link}."""
    found = ((plan, links.get(plan.pk)) for plan in plans)
    return [Pair(plan, link.insurance if link else None) for plan, link in found]


def _fill(kept: InsurancePlan | None, others: Iterable[InsurancePlan]) -> None:
    for other in others:
        blanks = {n: getattr(other, n) for n in FILLED if kept and not getattr(kept, n)}
        if kept and any(blanks.values()):
            kept.before = kept.before or copy(kept)
            kept.assign(blanks)
            kept.derive()


def _halves(kept: Pair, other: Pair) -> dict[Any, Any]:
    if other.plan and not kept.plan:
        raise Refused(
            f"Nothing was merged: {kept} has no plan in PM, and {other} has one. Keep that one, or"
            " add the other to PM first, on its page."
        )
    if other.insurance and not kept.insurance:
        raise Refused(
            f"Nothing was merged: {kept} has no insurance in the EHR, and {other} has one. Keep"
            " that one, or add the other to the EHR first, on its page."
        )
    halves = ((other.plan, kept.plan), (other.insurance, kept.insurance))
    return {gone: stays for gone, stays in halves if gone}


def _move_policies(into: Mapping[int, InsurancePlan], read: Read, done: Merging) -> None:
    """Move policies to the plan kept; those of a patient who would have it twice stay."""
    moving: list[InsurancePolicy] = read(InsurancePolicy.objects.filter(plan__in=into))
    patients = {policy.patient_id for policy in moving}
    kept = {plan.pk for plan in into.values()}
    there = InsurancePolicy.objects.active().filter(plan__in=kept, patient__in=patients)
    by_patient: dict[tuple[int, int], list[InsurancePolicy]] = defaultdict(list)
    for policy in moving:
        policy.before = copy(policy)
        policy.plan = into[policy.plan_id]
    for policy in (*moving, *there):
        by_patient[policy.patient_id, policy.plan_id].append(policy)
    for policies in by_patient.values():
        own = [policy for policy in policies if policy.before]
        stays = any(_is_twice(*two) for two in combinations(policies, 2))
        (done.stay if stays else done.records).extend(own)


def _is_twice(one: InsurancePolicy, other: InsurancePolicy) -> bool:
    """Whether both, of one plan by now, were of two, and are of one rank or hold at one time."""
    had = {(each.before or each).plan_id for each in (one, other)}
    if len(had) == 1 or not (one.is_active and other.is_active):
        return False
    return one.rank == other.rank or one.covers_twice(other)


def _move_patients(into: Mapping[int, Insurance], read: Read, done: Merging) -> None:
    """Move EHR patients to the insurance kept, unless they would have it twice."""
    for patient in read(EHRPatient.objects.using_insurance(*into)):
        patient.before = copy(patient)
        for name in INSURED_BY:
            if kept := into.get(getattr(patient, f"{name}_id")):
                setattr(patient, name, kept)
        primary = patient.primary_insurance_id
        twice = primary is not None and primary == patient.secondary_insurance_id
        was_twice = patient.before.primary_insurance_id == patient.before.secondary_insurance_id
        (done.stay if twice and not was_twice else done.records).append(patient)
