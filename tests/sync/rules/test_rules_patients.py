"""What a patient has as primary, secondary and tertiary crosses nowhere, and says so."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records.models import reference
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.models import SyncEvent
from sync.screens.wording.events import warns
from tests.editing import edit
from tests.factories import (
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    RecordFactory,
    anew,
    insurance_of,
)
from tests.screens import why

pytestmark = pytest.mark.django_db

RANKS = InsurancePolicy.Rank


@pytest.fixture
def insurances() -> list[Insurance]:
    return [insurance_of(plan) for plan in PlanFactory.create_batch(2)]


def events_of(
    action: Callable[..., Any] | type[RecordFactory[Any]], *args: Any, **kwargs: Any
) -> list[SyncEvent]:
    """Return the events that `action` adds, oldest first."""
    newest = SyncEvent.objects.first()
    action(*args, **kwargs)
    return list(SyncEvent.objects.filter(pk__gt=newest.pk if newest else 0).order_by("pk"))


def rules_of(events: list[SyncEvent]) -> list[str]:
    return [event.rule for event in events]


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("primary_insurance", "ehr-primary-changed"),
        ("secondary_insurance", "ehr-secondary-changed"),
    ],
)
class TestInTheEHR:
    def test_a_new_patients_insurance_crosses_nothing(
        self, field: str, rule: str, insurances: list[Insurance]
    ) -> None:
        added = events_of(EHRPatientFactory, **{field: insurances[0]})

        assert rules_of(added) == [rule, ""]
        assert added[0].outcome == "not_propagated"
        assert added[0].source_changes == {field: [None, reference(insurances[0])]}
        assert why(added[1]) == "Added."
        assert not InsurancePolicy.objects.exists()
        assert not PMPatient.objects.exists()

    def test_a_change_of_insurance_crosses_nothing(
        self, field: str, rule: str, insurances: list[Insurance]
    ) -> None:
        first, second = insurances
        patient = EHRPatientFactory(**{field: first})
        PMPatientFactory(chart_number=patient.chart_number)

        [event] = events_of(edit, patient, **{field: second})

        assert (event.rule, event.outcome) == (rule, "not_propagated")
        assert event.source_changes == {field: [reference(first), reference(second)]}
        assert (event.source_model, event.source_id) == ("ehr.Patient", patient.pk)
        assert event.target_model == ""
        assert not InsurancePolicy.objects.exists()

    def test_taking_it_away_is_a_change(
        self, field: str, rule: str, insurances: list[Insurance]
    ) -> None:
        patient = EHRPatientFactory(**{field: insurances[0]})

        [event] = events_of(edit, patient, **{field: None})

        assert event.rule == rule
        assert event.source_changes == {field: [reference(insurances[0]), None]}

    def test_a_patient_saved_unchanged_is_no_event(
        self, field: str, rule: str, insurances: list[Insurance]
    ) -> None:
        patient = EHRPatientFactory(**{field: insurances[0]})

        assert events_of(patient.save) == []
        assert events_of(anew(patient).save) == []

    def test_another_change_is_logged_apart_and_under_no_rule(
        self, field: str, rule: str, insurances: list[Insurance]
    ) -> None:
        patient = EHRPatientFactory()

        changed, other = events_of(edit, patient, first_name="Sam", **{field: insurances[0]})

        assert (changed.rule, list(changed.source_changes)) == (rule, [field])
        assert (other.rule, other.source_changes) == ("", {"first_name": ["Pat", "Sam"]})


def test_primary_and_secondary_changed_together_are_two_events(insurances: list[Insurance]) -> None:
    first, second = insurances
    patient = EHRPatientFactory(primary_insurance=first)

    events = events_of(edit, patient, primary_insurance=second, secondary_insurance=first)

    assert sorted(rules_of(events)) == ["ehr-primary-changed", "ehr-secondary-changed"]
    assert len({event.batch for event in events}) == 1


def test_a_new_ehr_patient_without_insurance_speaks_of_no_rule() -> None:
    [event] = events_of(EHRPatientFactory)

    assert (event.rule, why(event)) == ("", "Added.")


def test_a_deleted_ehr_patient_is_logged_with_all_it_had(insurances: list[Insurance]) -> None:
    patient = EHRPatientFactory(secondary_insurance=insurances[0])
    key = patient.pk

    [event] = events_of(patient.delete)

    assert (event.rule, why(event), event.source_id) == ("", "Deleted.", key)
    assert event.source_changes["secondary_insurance"] == [reference(insurances[0]), None]


@pytest.mark.parametrize(
    ("rank", "rule", "note"),
    [
        (RANKS.PRIMARY, "pm-primary-changed", ""),
        (RANKS.SECONDARY, "pm-secondary-changed", ""),
        (RANKS.TERTIARY, "", "A tertiary policy stays in PM: the EHR has no field for it."),
    ],
)
class TestInPM:
    def test_a_new_policy_crosses_nothing(
        self, rank: InsurancePolicy.Rank, rule: str, note: str
    ) -> None:
        patient, plan = PMPatientFactory(), PlanFactory()
        ehr_patient = EHRPatientFactory(chart_number=patient.chart_number)

        [event] = events_of(PolicyFactory, patient=patient, plan=plan, rank=rank)

        assert (event.rule, event.outcome, why(event)) == (rule, "not_propagated", note)
        assert event.source_model == "pm.InsurancePolicy"
        ehr_patient = EHRPatient.objects.get()
        assert ehr_patient.primary_insurance is ehr_patient.secondary_insurance is None

    def test_an_edited_policy_crosses_nothing(
        self, rank: InsurancePolicy.Rank, rule: str, note: str
    ) -> None:
        policy = PolicyFactory(rank=rank)

        [event] = events_of(edit, policy, is_active=False)

        assert (event.rule, event.outcome, why(event)) == (rule, "not_propagated", note)
        assert event.source_changes == {"is_active": [True, False]}

    def test_what_the_ehr_has_no_field_for_is_nothing_to_do_there(
        self, rank: InsurancePolicy.Rank, rule: str, note: str
    ) -> None:
        policy = PolicyFactory(rank=rank, policy_number="W1")

        [event] = events_of(edit, policy, policy_number="W2")

        stays = note or "It stays in PM: the EHR has no field for what changed."
        assert (event.rule, event.outcome, why(event)) == (rule, "not_propagated", stays)
        assert event.source_changes == {"policy_number": ["W1", "W2"]}
        assert not warns(event)

    def test_a_policy_moved_to_another_plan_names_both(
        self, rank: InsurancePolicy.Rank, rule: str, note: str
    ) -> None:
        policy = PolicyFactory(rank=rank)
        before, after = policy.plan, PlanFactory()

        [event] = events_of(edit, policy, plan=after)

        assert event.rule == rule
        assert event.source_changes == {"plan": [reference(before), reference(after)]}

    def test_a_policy_saved_unchanged_is_no_event(
        self, rank: InsurancePolicy.Rank, rule: str, note: str
    ) -> None:
        policy = PolicyFactory(rank=rank, effective_on=datetime.date(2026, 1, 1), copay="20.00")

        assert events_of(anew(policy).save) == []

    def test_a_deleted_policy_crosses_nothing(
        self, rank: InsurancePolicy.Rank, rule: str, note: str
    ) -> None:
        policy = PolicyFactory(rank=rank, policy_number="W1")

        [event] = events_of(policy.delete)

        assert (event.rule, event.outcome) == (rule, "not_propagated")
        assert event.source_changes["policy_number"] == ["W1", None]


@pytest.mark.parametrize(
    ("left", "taken", "rule"),
    [
        (RANKS.PRIMARY, RANKS.SECONDARY, "pm-secondary-changed"),
        (RANKS.SECONDARY, RANKS.PRIMARY, "pm-primary-changed"),
        (RANKS.SECONDARY, RANKS.TERTIARY, "pm-secondary-changed"),
        (RANKS.TERTIARY, RANKS.PRIMARY, "pm-primary-changed"),
    ],
)
def test_a_policy_that_changes_its_rank_is_told_once(
    left: InsurancePolicy.Rank, taken: InsurancePolicy.Rank, rule: str
) -> None:
    policy = PolicyFactory(rank=left)

    [event] = events_of(edit, policy, rank=taken)

    assert (event.rule, event.source_changes) == (rule, {"rank": [left, taken]})
    assert why(event) == ""


def test_a_policy_deleted_after_its_rank_changed_speaks_of_its_last_rank() -> None:
    policy = PolicyFactory(rank=RANKS.PRIMARY)
    edit(policy, rank=RANKS.SECONDARY)

    assert rules_of(events_of(policy.delete)) == ["pm-secondary-changed"]


def test_a_policy_saved_with_text_for_a_date_and_an_amount_is_unchanged() -> None:
    policy = PolicyFactory(effective_on=datetime.date(2026, 1, 1), copay="20.00")

    assert events_of(edit, anew(policy), effective_on="2026-01-01", copay="20") == []


def test_a_pm_patient_is_logged_under_no_rule() -> None:
    [added] = events_of(PMPatientFactory, chart_number="C1")
    patient = PMPatient.objects.get()
    [changed] = events_of(edit, patient, last_name="Roe")
    unchanged = events_of(patient.save)
    [deleted] = events_of(patient.delete)

    assert (added.rule, why(added)) == ("", "Added.")
    assert changed.source_changes == {"last_name": ["Doe", "Roe"]}
    assert unchanged == []
    assert why(deleted) == "Deleted."
    assert deleted.source_changes["chart_number"] == ["C1", None]


def test_a_pm_patient_takes_the_policies_along_and_each_is_logged() -> None:
    patient = PolicyFactory().patient
    PolicyFactory(patient=patient, rank=RANKS.SECONDARY)

    events = events_of(patient.delete)

    assert sorted(rules_of(events)) == ["", "pm-primary-changed", "pm-secondary-changed"]
