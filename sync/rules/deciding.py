"""What the rules make of saved, typed, deleted or repaired records: each kind has its decider."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync.rules.companies import decide_companies
from sync.rules.decision import Cause, Decision, Outcome
from sync.rules.pairs import decide_insurances, decide_plans
from sync.rules.patients import decide_patients, decide_policies

Decider = Callable[[Any, Cause, bool], Iterable[Outcome]]

DECIDERS: dict[type[Record], Decider] = {
    InsuranceCompany: decide_companies,
    InsurancePlan: decide_plans,
    InsurancePolicy: decide_policies,
    PMPatient: decide_patients,
    Insurance: decide_insurances,
    EHRPatient: decide_patients,
}


AT_ONCE = 500  # SQLite reads no more records that others name in one statement


def decide(
    records: Iterable[Record], cause: Cause = Cause.SAVED, *, hold: bool = False
) -> Decision:
    """Return what the rules make of `records`, each with its stored state in `before`.

    Asks a handful of queries for each kind of record, however many there are, and writes nothing.
    Records must have their derived fields. `hold`, in the transaction of a save, keeps what else
    it reads and goes by from being changed until that ends.
    """
    outcomes: list[Outcome] = []
    by_model: dict[type[Record], list[Record]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record)
    for model, same in by_model.items():
        _read_named(same, cause)
        outcomes += DECIDERS[model](same, cause, hold)
    if cause.writes_all:
        for outcome in outcomes:
            outcome.corrections = outcome.source_changes | outcome.corrections
    return Decision(cause, outcomes)


def dry_run(records: Sequence[Record]) -> Decision:
    """Return what saving `records` would do. They and their targets become that, in memory only.

    Each record has its stored state in `before`. Raises Refused, as a save.
    """
    for record in records:
        record.prepare()
    decision = decide(records)
    for outcome in decision.outcomes:
        for record, values in outcome.written():
            record.assign(values)
            record.derive()
    return decision


def _read_named(records: Sequence[Record], cause: Cause) -> None:
    """Read the records that texts and changes will name: one query each, not one a record."""
    for relation in filter(attrgetter("is_relation"), records[0].logged_fields()):
        naming = [state for r in records for state in _states_naming(r, relation, cause)]
        lookup = "plan__company" if relation.name == "plan" else relation.name
        for start in range(0, len(naming), AT_ONCE):
            prefetch_related_objects(naming[start : start + AT_ONCE], lookup)


def _states_naming(record: Record, relation: Any, cause: Cause) -> list[Record]:
    """Return the states of `record`, now and before, of which `relation` will be named."""
    before, attname = record.before, relation.attname
    if before and cause.is_edit and getattr(record, attname) != getattr(before, attname):
        return [record, before]
    in_text = isinstance(record, InsurancePolicy) and relation.name == "patient"
    all_named = isinstance(record, EHRPatient) and before is None
    return [record] if in_text or all_named or cause is Cause.DELETED else []
