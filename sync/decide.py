"""What each rule makes of saved, typed or deleted records. Reads only; `sync.apply` writes."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync import drift, rules
from sync.decide_pairs import decide_insurances, decide_plans
from sync.outcomes import (
    CREATED,
    NOT_PROPAGATED,
    UNCHANGED,
    UPDATED,
    Happened,
    Outcome,
    source_changes,
)
from sync.translation import Changes

__all__ = ["CREATED", "NOT_PROPAGATED", "UNCHANGED", "UPDATED", "Happened", "Outcome", "decide"]


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


def _companies(companies: Sequence[InsuranceCompany], happened: Happened) -> Iterable[Outcome]:
    renamed = [c for c in companies if c.before and c.before.name != c.name]
    stale = drift.stale_name_counts({company.pk: company.name for company in renamed})
    for company in companies:
        changes = source_changes(company, happened)
        if happened is Happened.DELETED:
            yield Outcome(None, NOT_PROPAGATED, company, source_changes=changes, note="Deleted.")
        elif company.before is None:
            yield Outcome(rules.PM_COMPANY_ADDED, NOT_PROPAGATED, company)
        else:
            note = drift.stale_names_in_words(stale.get(company.pk, 0))
            yield Outcome(
                rules.PM_COMPANY_EDITED, NOT_PROPAGATED, company, source_changes=changes, note=note
            )


POLICY_RULES = {
    InsurancePolicy.Rank.PRIMARY: rules.PM_PRIMARY_CHANGED,
    InsurancePolicy.Rank.SECONDARY: rules.PM_SECONDARY_CHANGED,
}


def _policies(policies: Sequence[InsurancePolicy], happened: Happened) -> Iterable[Outcome]:
    for policy in policies:
        changes = source_changes(policy, happened)
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
        changes = source_changes(patient, happened)
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
        yield from _of_no_rule(patient, happened, source_changes(patient, happened))


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
    InsurancePlan: decide_plans,
    InsurancePolicy: _policies,
    PMPatient: _pm_patients,
    Insurance: decide_insurances,
    EHRPatient: _ehr_patients,
}
