"""What the rules make of patients and their policies: they stay on their side."""

from collections.abc import Iterable, Sequence

from ehr.models import Patient as EHRPatient
from kareo.records import Person, Record
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.pairs.translation import Changes
from sync.rules import table
from sync.rules.decision import NOT_PROPAGATED, UPDATED, Cause, Outcome
from sync.rules.reasons import Code, Reason, because

POLICY_RULES = {
    InsurancePolicy.Rank.PRIMARY: table.PM_PRIMARY_CHANGED,
    InsurancePolicy.Rank.SECONDARY: table.PM_SECONDARY_CHANGED,
}
# By field: what fires where it changes, or is filled in on a patient who is added.
PATIENT_RULES: dict[type[Person], dict[str, table.Rule]] = {
    PMPatient: {},
    EHRPatient: {
        "primary_insurance": table.EHR_PRIMARY_CHANGED,
        "secondary_insurance": table.EHR_SECONDARY_CHANGED,
    },
}


def decide_policies(
    policies: Sequence[InsurancePolicy], cause: Cause, hold: bool = False
) -> Iterable[Outcome]:
    if cause is Cause.MERGED:
        yield from (_moved(policy, policy.patient) for policy in policies)
        return
    for policy in policies:
        changes = cause.changes_of(policy)
        earlier = policy.before if cause is Cause.SAVED else None
        if earlier and not changes:
            continue
        # One that changed its rank is told once: of the rank that it has, unless that is tertiary.
        ranks = [policy.rank, earlier.rank] if earlier else [policy.rank]
        rules = (POLICY_RULES.get(InsurancePolicy.Rank(rank)) for rank in ranks)
        rule = next(filter(None, rules), None)
        # The patient is named so that the patient's history has it, too.
        yield Outcome(
            rule,
            NOT_PROPAGATED,
            policy,
            policy.patient,
            source_changes=changes,
            reason=_reason(rule, policy, changes if earlier else {}),
        )


def _reason(rule: table.Rule | None, policy: InsurancePolicy, edited: Changes) -> Reason:
    """Return why nothing is to be entered in the EHR either, where that is so."""
    if rule is None:
        return because(Code.TERTIARY)
    if edited and edited.keys().isdisjoint(policy.coverage_fields):
        return because(Code.ONLY_IN_PM)
    return {}


def decide_patients(
    patients: Sequence[Person], cause: Cause, hold: bool = False
) -> Iterable[Outcome]:
    if cause is Cause.MERGED:
        yield from (_moved(patient) for patient in patients)
        return
    for patient in patients:
        rules, changes = PATIENT_RULES[type(patient)], cause.changes_of(patient)
        if cause is Cause.SAVED:
            entered = patient.changes_since(patient.before)
            for name, rule in rules.items():
                if name in entered:
                    own = {name: entered[name]}
                    yield Outcome(rule, NOT_PROPAGATED, patient, source_changes=own)
            changes = {name: each for name, each in changes.items() if name not in rules}
        yield from _of_no_rule(patient, cause, changes)


def _moved(record: Record, owner: Record | None = None) -> Outcome:
    """Move a policy of `owner`, or a patient of the EHR, to what is kept of plans or insurances."""
    changes = Cause.MERGED.changes_of(record)
    return Outcome(table.PLANS_MERGED, UPDATED, record, owner, source_changes=changes)


def _of_no_rule(record: Record, cause: Cause, changes: Changes) -> Iterable[Outcome]:
    """Log a change that no rule speaks of, for the record's history."""
    reason = {}
    if cause is Cause.DELETED:
        reason = because(Code.DELETED)
    elif record.before is None:
        reason = because(Code.ADDED)
    if reason or changes:
        yield Outcome(None, NOT_PROPAGATED, record, source_changes=changes, reason=reason)
