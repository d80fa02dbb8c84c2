"""What each rule makes of saved, typed or deleted records. Reads only; `sync.apply` writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync import drift, rules, usage
from sync.likeness import chosen_key
from sync.matching import CompanyFinder, Match
from sync.models import InsuranceLink, SyncEvent
from sync.rules import Rule
from sync.translation import Changes, as_insurance, as_plan, differences

CREATED = SyncEvent.Outcome.CREATED
UPDATED = SyncEvent.Outcome.UPDATED
UNCHANGED = SyncEvent.Outcome.UNCHANGED
NOT_PROPAGATED = SyncEvent.Outcome.NOT_PROPAGATED


class Happened(Enum):
    """What was, or is about to be, done with the records."""

    SAVED = auto()
    DELETED = auto()
    REPAIRED = auto()


@dataclass(slots=True)
class Outcome:
    """What one rule decides for one record.

    `target` is the record on the other side: unsaved when it is to be created, unchanged when it is
    to be updated; of a policy, its patient, whose history it belongs to. `changes` are the target's
    and `source_changes` the source's, as {field: [before, after]}. `corrections` are the changes
    that the source itself takes over from the other side. `linking` says that the two get linked,
    and `match` what stands at an added insurance's address in PM.
    """

    rule: Rule | None
    outcome: SyncEvent.Outcome
    source: Record
    target: Record | None = None
    changes: Changes = field(default_factory=dict)
    source_changes: Changes = field(default_factory=dict)
    corrections: Changes = field(default_factory=dict)
    note: str = ""
    linking: bool = False
    match: Match | None = None

    @property
    def joins(self) -> bool:
        """Whether it links two records that were there already, or are typed just now."""
        return self.linking and self.outcome != CREATED

    def written(self) -> list[tuple[Record, dict[str, Any]]]:
        """Return which stored records are written, and with which values."""
        both = ((self.source, self.corrections), (self.target, self.changes))
        return [
            (record, {name: after for name, (_before, after) in changes.items()})
            for record, changes in both
            if record and changes
        ]


def decide(records: Iterable[Record], happened: Happened = Happened.SAVED) -> list[Outcome]:
    """Return what the rules make of `records`, each with its stored state in `before`.

    Asks a handful of queries for each kind of record, however many there are. Records must have
    their derived fields.
    """
    outcomes: list[Outcome] = []
    for model, group in groupby(records, key=type):
        same = list(group)
        _load_named(same, happened)
        outcomes += DECIDERS[model](same, happened)
    return outcomes


def _load_named(records: Sequence[Record], happened: Happened) -> None:
    """Fetch the records that texts and changes will name: one query each, not one a record."""
    for relation in filter(attrgetter("is_relation"), records[0].entered_fields()):
        named = [state for r in records for state in _naming(r, relation, happened)]
        lookup = "plan__company" if relation.name == "plan" else relation.name
        prefetch_related_objects(named, lookup)


def _naming(record: Record, relation: Any, happened: Happened) -> list[Record]:
    """Return the states of `record`, now and before, of which `relation` will be named."""
    before, attname = record.before, relation.attname
    if (
        before
        and happened is Happened.SAVED
        and getattr(record, attname) != getattr(before, attname)
    ):
        return [record, before]
    in_text = isinstance(record, InsurancePolicy) and relation.name == "patient"
    all_named = isinstance(record, EHRPatient) and before is None
    return [record] if in_text or all_named or happened is Happened.DELETED else []


def _source_changes(record: Record, happened: Happened) -> Changes:
    if happened is Happened.DELETED:
        return {name: [now, None] for name, (_, now) in record.changes_since(None).items()}
    return record.changes_since(record.before) if record.before else {}


def _companies(companies: Sequence[InsuranceCompany], happened: Happened) -> Iterable[Outcome]:
    renamed = [c for c in companies if c.before and c.before.name != c.name]
    stale = drift.stale_name_counts({company.pk: company.name for company in renamed})
    for company in companies:
        changes = _source_changes(company, happened)
        if happened is Happened.DELETED:
            yield Outcome(None, NOT_PROPAGATED, company, source_changes=changes, note="Deleted.")
        elif company.before is None:
            yield Outcome(rules.PM_COMPANY_ADDED, NOT_PROPAGATED, company)
        else:
            note = drift.stale_names_in_words(stale.get(company.pk, 0))
            yield Outcome(
                rules.PM_COMPANY_EDITED, NOT_PROPAGATED, company, source_changes=changes, note=note
            )


def _plans(plans: Sequence[InsurancePlan], happened: Happened) -> Iterable[Outcome]:
    known = [plan.pk for plan in plans if plan.before or happened is not Happened.SAVED]
    links = InsuranceLink.objects.filter(plan__in=known).select_related("insurance")
    insurances = {link.plan_id: link.insurance for link in links} if known else {}
    if happened is Happened.DELETED:
        yield from (_deleted(rules.PM_PLAN_DELETED, p, insurances.get(p.pk)) for p in plans)
        return
    ids = {plan.company_id for plan in plans if plan.company_id}
    # Read anew: a company in memory may have been renamed since.
    companies = InsuranceCompany.objects.in_bulk(ids)
    edited_rule, added_rule = rules.PM_PLAN_EDITED, rules.PM_PLAN_ADDED
    if happened is Happened.REPAIRED:
        edited_rule = added_rule = rules.PAIR_REPAIRED
    users = usage.users_in_words(deactivated(plans), insurances)
    free = _free(Insurance, plans, insurances)
    for plan in plans:
        company = companies.get(int(plan.company_id)) if plan.company_id else plan.company
        plan.company = company or plan.company
        values = as_insurance(plan, plan.company.name)
        insurance = insurances.get(plan.pk)
        source_changes = _source_changes(plan, happened)
        if insurance:
            yield _compared(edited_rule, plan, insurance, values, source_changes, users)
        elif joined := free.get(chosen_key(plan, Insurance)):
            yield _joined(plan, joined, values)
        elif plan.before and happened is Happened.SAVED:
            note = (
                "This plan has no insurance in the EHR to bring up to date: it was deleted there."
            )
            yield Outcome(edited_rule, NOT_PROPAGATED, plan, None, {}, source_changes, note=note)
        else:
            target = Insurance(**values, origin=plan.origin)
            target.derive()
            yield Outcome(added_rule, CREATED, plan, target, linking=True)


def _insurances(insurances: Sequence[Insurance], happened: Happened) -> Iterable[Outcome]:
    known = [i.pk for i in insurances if i.before or happened is not Happened.SAVED]
    links = InsuranceLink.objects.filter(insurance__in=known).select_related("plan__company")
    plans = {link.insurance_id: link.plan for link in links} if known else {}
    if happened is Happened.DELETED:
        yield from (_deleted(rules.EHR_INSURANCE_DELETED, i, plans.get(i.pk)) for i in insurances)
        return
    repaired = happened is Happened.REPAIRED
    added = [i for i in insurances if i.pk not in plans and (repaired or i.before is None)]
    finder = CompanyFinder(added) if added else None
    users = usage.users_in_words(deactivated(insurances), plans)
    free = _free(InsurancePlan, insurances, plans)
    for insurance in insurances:
        plan = plans.get(insurance.pk)
        source_changes = _source_changes(insurance, happened)
        rule = rules.PAIR_REPAIRED if repaired else rules.EHR_INSURANCE_EDITED
        if plan:
            yield _compared(rule, insurance, plan, as_plan(insurance), source_changes, users)
        elif joined := free.get(chosen_key(insurance, InsurancePlan)):
            names = {"company_name": [insurance.company_name, joined.company.name]}
            outcome = _joined(insurance, joined, as_plan(insurance), names)
            outcome.match = finder.find(insurance) if finder else None
            yield outcome
        elif finder and (repaired or insurance.before is None):
            yield from _added(insurance, finder, repaired)
        else:
            note = "This insurance has no plan in PM to bring up to date: it was deleted there."
            yield Outcome(rule, NOT_PROPAGATED, insurance, None, {}, source_changes, note=note)


def _added(insurance: Insurance, finder: CompanyFinder, repaired: bool) -> Iterable[Outcome]:
    """Decide for one insurance without a plan: a new plan, under the company there or a new one."""
    match = finder.find(insurance, chosen_key(insurance, InsuranceCompany))
    company = match.company
    corrections: Changes = {}
    rule = rules.EHR_INSURANCE_ADDED_MATCHED if company else rules.EHR_INSURANCE_ADDED_UNMATCHED
    if repaired:
        rule = rules.PAIR_REPAIRED
    if company is None:
        address = {name: getattr(insurance, name) for name in insurance.address_fields}
        company = InsuranceCompany(name=insurance.company_name, **address, origin=insurance.home)
        company.derive()
        finder.add(company)
        yield Outcome(rule, CREATED, insurance, company, note=match.note, match=match)
    elif company.name != insurance.company_name:
        corrections = {"company_name": [insurance.company_name, company.name]}
    plan = InsurancePlan(company=company, **as_plan(insurance), origin=insurance.home)
    plan.derive()
    yield Outcome(
        rule,
        CREATED,
        insurance,
        plan,
        corrections=corrections,
        note=match.note,
        linking=True,
        match=match,
    )


def _free(model: type[Record], records: Sequence[Record], linked: Mapping[int, Any]) -> Any:
    """Return {key: record of `model`} of those picked for `records` that are still orphans."""
    picked = {chosen_key(r, model) for r in records if r.chosen and r.pk not in linked}
    if not (keys := picked - {None}):
        return {}
    manager: Any = model._default_manager
    rows = manager.filter(link=None)
    rows = rows.select_related("company") if model is InsurancePlan else rows
    return rows.in_bulk(keys)


# What a blank of one of two that get linked takes from the other, so that nothing entered is lost.
CONTACT = ("phone", "fax")


def _joined(
    source: Record, target: Record, values: Mapping[str, Any], names: Changes | None = None
) -> Outcome:
    """Link two orphans: `target` takes the `values` of `source`; `source` takes PM's `names`."""
    kept = [name for name in CONTACT if not values[name] and getattr(target, name)]
    changes = differences(target, {n: value for n, value in values.items() if n not in kept})
    corrections = {name: ["", getattr(target, name)] for name in kept}
    corrections |= {name: change for name, change in (names or {}).items() if len(set(change)) > 1}
    return Outcome(
        rules.PAIR_REPAIRED,
        UPDATED if changes else UNCHANGED,
        source,
        target,
        changes,
        corrections=corrections,
        note="The two are linked now.",
        linking=True,
    )


def _compared(
    rule: Rule,
    source: Record,
    target: Record,
    values: Mapping[str, Any],
    source_changes: Changes,
    notes: Mapping[int, str],
) -> Outcome:
    changes = differences(target, values)
    outcome = UPDATED if changes else UNCHANGED
    return Outcome(
        rule, outcome, source, target, changes, source_changes, note=notes.get(source.pk, "")
    )


def _deleted(rule: Rule, source: Record, target: Record | None) -> Outcome:
    changes = _source_changes(source, Happened.DELETED)
    note = "" if target else "It had no counterpart."
    return Outcome(rule, NOT_PROPAGATED, source, target, source_changes=changes, note=note)


def deactivated(records: Sequence[Record]) -> list[int]:
    """Return the keys of the records that were active before and are not now."""
    return [r.pk for r in records if r.before and r.before.is_active and not r.is_active]


POLICY_RULES = {
    InsurancePolicy.Rank.PRIMARY: rules.PM_PRIMARY_CHANGED,
    InsurancePolicy.Rank.SECONDARY: rules.PM_SECONDARY_CHANGED,
}


def _policies(policies: Sequence[InsurancePolicy], happened: Happened) -> Iterable[Outcome]:
    for policy in policies:
        changes = _source_changes(policy, happened)
        if happened is Happened.SAVED and policy.before and not changes:
            continue
        ranks = [policy.rank]
        if happened is Happened.SAVED and policy.before:
            ranks = [policy.before.rank, policy.rank]
        for rank in dict.fromkeys(ranks):
            rule = POLICY_RULES.get(InsurancePolicy.Rank(rank))
            note = "" if rule else "A tertiary policy stays in PM: the EHR has no field for it."
            # The patient is named so that the patient's history has it, too.
            yield Outcome(
                rule, NOT_PROPAGATED, policy, policy.patient, source_changes=changes, note=note
            )


PATIENT_RULES = {
    "primary_insurance": rules.EHR_PRIMARY_CHANGED,
    "secondary_insurance": rules.EHR_SECONDARY_CHANGED,
}


def _ehr_patients(patients: Sequence[EHRPatient], happened: Happened) -> Iterable[Outcome]:
    for patient in patients:
        changes = _source_changes(patient, happened)
        if happened is Happened.SAVED:
            entered = patient.changes_since(patient.before)
            for name, rule in PATIENT_RULES.items():
                if name in entered:
                    ours = {name: entered[name]}
                    yield Outcome(rule, NOT_PROPAGATED, patient, source_changes=ours)
            changes = {
                name: change for name, change in changes.items() if name not in PATIENT_RULES
            }
        yield from _of_no_rule(patient, happened, changes)


def _pm_patients(patients: Sequence[PMPatient], happened: Happened) -> Iterable[Outcome]:
    for patient in patients:
        yield from _of_no_rule(patient, happened, _source_changes(patient, happened))


def _of_no_rule(record: Record, happened: Happened, changes: Changes) -> Iterable[Outcome]:
    """Log a change that no rule speaks of, for the record's history."""
    if happened is Happened.DELETED:
        yield Outcome(None, NOT_PROPAGATED, record, source_changes=changes, note="Deleted.")
    elif record.before is None:
        yield Outcome(None, NOT_PROPAGATED, record, note="Added.")
    elif changes:
        yield Outcome(None, NOT_PROPAGATED, record, source_changes=changes)


DECIDERS: dict[type[Record], Callable[[Any, Happened], Iterable[Outcome]]] = {
    InsuranceCompany: _companies,
    InsurancePlan: _plans,
    InsurancePolicy: _policies,
    PMPatient: _pm_patients,
    Insurance: _insurances,
    EHRPatient: _ehr_patients,
}
