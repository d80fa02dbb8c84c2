"""What is done with patients and policies: they stay on their side, and the log says so."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tests.soak.model.reference.pairs import Edit
from tests.soak.model.reference.rows import (
    EHR_PATIENT,
    PLAN,
    PM_PATIENT,
    POLICY,
    Changes,
    EHRPatient,
    Policy,
)
from tests.soak.model.reference.world import NOT_PROPAGATED, Refusal, World, emptied

RANKS = {"primary": "pm-primary-changed", "secondary": "pm-secondary-changed"}
# What of a policy says something of the EHR's fields, too.
IN_EHR = {"plan", "rank", "effective_on", "ends_on", "is_active"}
INSURANCES = {
    "primary_insurance": "ehr-primary-changed",
    "secondary_insurance": "ehr-secondary-changed",
}


def save_added(world: World, row: Any) -> None:
    if isinstance(row, Policy) and not (
        world.get(PM_PATIENT, row.patient) and world.get(PLAN, row.plan)
    ):
        raise Refusal("a policy without a patient or a plan")
    world.insert(row)
    check(world, [row])
    logged = len(world.log)
    if isinstance(row, Policy):
        _tell_of_policy(world, row, [row.rank], {})
    else:
        if isinstance(row, EHRPatient):
            _tell_of_insurances(world, row, world.changes(row, None))
        world.tell("", NOT_PROPAGATED, row, reason={"code": "added"})
    world.log[logged].created.append(row.ref)


def edited(world: World, edits: Sequence[Edit]) -> None:
    check(world, [edit.row for edit in edits])
    for edit in edits:
        row, changes = edit.row, edit.changes
        if isinstance(row, Policy):
            if changes:
                _tell_of_policy(world, row, [row.rank, edit.before.rank], changes)
            continue
        if isinstance(row, EHRPatient):
            _tell_of_insurances(world, row, changes)
        rest = {name: change for name, change in changes.items() if name not in INSURANCES}
        if rest:
            world.tell("", NOT_PROPAGATED, row, source_changes=rest)


def delete(world: World, rows: Iterable[Any]) -> None:
    for row in rows:
        if row.label == PM_PATIENT:
            delete(world, [each for each in world.all(POLICY) if each.patient == row.key])
        changes = emptied(world.changes(row, None))
        if isinstance(row, Policy):
            _tell_of_policy(world, row, [row.rank], changes, deleted=True)
        else:
            deleted = {"code": "deleted"}
            world.tell(
                "", NOT_PROPAGATED, row, source_changes=changes, reason=deleted, deleted=True
            )
        world.delete(row)


def check(world: World, rows: Sequence[Any]) -> None:
    """Refuse two of a chart number, dates in the wrong order, and two policies for one rank."""
    for row in rows:
        others = [each for each in world.all(row.label) if each is not row]
        if row.label in (PM_PATIENT, EHR_PATIENT):
            if any(each.chart_number == row.chart_number for each in others):
                raise Refusal("the chart number is taken")
        elif row.effective_on and row.ends_on and row.ends_on < row.effective_on:
            raise Refusal("it ends before it starts")
        elif any(_rivals(row, each) for each in others):
            raise Refusal("two active policies of one rank")


def _rivals(one: Policy, other: Policy) -> bool:
    same = (one.patient, one.rank) == (other.patient, other.rank)
    return same and in_force_together(one, other)


def in_force_together(one: Policy, other: Policy) -> bool:
    if not (one.is_active and other.is_active):
        return False
    first = max(one.effective_on or date.min, other.effective_on or date.min)
    return first <= min(one.ends_on or date.max, other.ends_on or date.max)


def _tell_of_policy(
    world: World, policy: Policy, ranks: list[str], changes: Changes, deleted: bool = False
) -> None:
    rule = next((RANKS[rank] for rank in ranks if rank in RANKS), "")
    reason = {} if rule else {"code": "tertiary"}
    if rule and changes and not deleted and IN_EHR.isdisjoint(changes):
        reason = {"code": "only_in_pm"}
    world.tell(
        rule,
        NOT_PROPAGATED,
        policy,
        world.get(PM_PATIENT, policy.patient),
        source_changes=changes,
        reason=reason,
        deleted=deleted,
    )


def _tell_of_insurances(world: World, patient: EHRPatient, changes: Changes) -> None:
    for name, rule in INSURANCES.items():
        if name in changes:
            own = {name: changes[name]}
            world.tell(rule, NOT_PROPAGATED, patient, source_changes=own)
