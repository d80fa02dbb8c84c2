"""What is decided for patients and policies: nothing crosses, and an unchanged one says nothing."""

import pytest

from kareo.records.models import reference
from pm.models import InsurancePolicy
from sync.rules import Cause, decide
from sync.rules.decision import NOT_PROPAGATED, Outcome
from tests.conftest import Statements
from tests.editing import typed
from tests.factories import EHRPatientFactory, InsuranceFactory, PMPatientFactory, PolicyFactory

pytestmark = pytest.mark.django_db


def rules_of(outcomes: list[Outcome]) -> list[str]:
    return [outcome.rule.id if outcome.rule else "" for outcome in outcomes]


def test_a_typed_change_of_either_insurance_would_cross_nothing() -> None:
    insurance = InsuranceFactory()
    patient = typed(EHRPatientFactory(), primary_insurance=insurance, secondary_insurance=insurance)

    outcomes = decide([patient]).outcomes

    assert set(rules_of(outcomes)) == {"ehr-primary-changed", "ehr-secondary-changed"}
    assert {outcome.kind for outcome in outcomes} == {NOT_PROPAGATED}
    assert all(outcome.target is None for outcome in outcomes)


def test_unchanged_records_decide_nothing() -> None:
    records = [EHRPatientFactory(), PMPatientFactory(), PolicyFactory()]

    assert decide([typed(record) for record in records]).outcomes == []


@pytest.mark.parametrize("rank", InsurancePolicy.Rank)
def test_a_typed_policy_would_cross_nothing(rank: InsurancePolicy.Rank) -> None:
    policy = PolicyFactory.build(patient=PMPatientFactory(), plan=PolicyFactory().plan, rank=rank)

    [outcome] = decide([policy]).outcomes

    expected = "" if rank == "tertiary" else f"pm-{rank}-changed"
    assert (rules_of([outcome]), outcome.kind) == ([expected], NOT_PROPAGATED)


def test_records_of_several_kinds_are_decided_in_their_order() -> None:
    policy, patient = PolicyFactory(), EHRPatientFactory()

    outcomes = decide([policy, patient], Cause.DELETED).outcomes

    assert [outcome.source for outcome in outcomes] == [policy, patient]
    assert rules_of(outcomes) == ["pm-primary-changed", ""]


def test_a_deleted_policy_lists_all_that_it_held() -> None:
    policy = PolicyFactory(policy_number="W1", copay=0)

    [outcome] = decide([policy], Cause.DELETED).outcomes

    assert outcome.source_changes["policy_number"] == ["W1", None]
    assert outcome.source_changes["plan"] == [reference(policy.plan), None]
    assert "copay" in outcome.source_changes  # nothing to pay was something entered
    assert "group_number" not in outcome.source_changes


def test_deciding_sends_reads_only(statements: Statements) -> None:
    insurance = InsuranceFactory()
    records = [
        typed(EHRPatientFactory(), secondary_insurance=insurance),
        typed(PolicyFactory(), policy_number="W2"),
        typed(PMPatientFactory(), last_name="Roe"),
    ]

    with statements() as sent:
        decide(records)
        decide(records, Cause.DELETED)

    assert all(sql.startswith("SELECT") for sql in sent)
