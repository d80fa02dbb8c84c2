"""The coverage worklist: who is on it, and what is wrong with them."""

import datetime
from typing import Any

import pytest
from django.db.models import Q
from django.utils.timezone import localdate

import pm.models
from pm.models import InsurancePolicy
from sync.drift import worklist
from sync.drift.worklist import Wrong
from tests.factories import (
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
    orphan_plan,
)
from tests.sync.drift.secondaries import all_that_can_be_wrong, secondary

pytestmark = pytest.mark.django_db


def found(*conditions: Q) -> list[str]:
    """Return the chart numbers on the worklist, in its order."""
    charts = [row["chart"] for row in worklist.differing_coverage(*conditions)]
    assert len(charts) == len(set(charts))
    return charts


def wrong(*conditions: Q) -> dict[str, Wrong]:
    """Return {chart number: what is wrong with the secondary} of the worklist."""
    charts = found(*conditions)
    entries = worklist.entries(charts)
    assert [entry.patient.chart_number for entry in entries] == charts
    return {
        entry.patient.chart_number: each.wrong
        for entry in entries
        for each in entry.differences
        if each.rank == InsurancePolicy.Rank.SECONDARY
    }


def test_a_patient_with_the_same_secondary_on_both_sides_is_not_on_it() -> None:
    policy = secondary("C1")
    EHRPatientFactory(chart_number="C1", secondary_insurance=insurance_of(policy.plan))

    assert wrong() == {}


def test_patients_without_any_secondary_are_not_on_it() -> None:
    plan = PlanFactory()
    PolicyFactory(
        patient=PMPatientFactory(chart_number="C1"), plan=plan, rank=InsurancePolicy.Rank.PRIMARY
    )
    EHRPatientFactory(chart_number="C1", primary_insurance=insurance_of(plan))
    EHRPatientFactory(chart_number="C2")

    assert wrong() == {}


def test_each_thing_that_can_be_wrong_is_told_apart() -> None:
    all_that_can_be_wrong()

    assert wrong() == {
        "C1": Wrong.DIFFERS,
        "C2": Wrong.ONLY_IN_PM,
        "C3": Wrong.NOT_IN_EHR,
        "C4": Wrong.INACTIVE_IN_EHR,
        "C5": Wrong.ONLY_IN_EHR,
        "C6": Wrong.NOT_IN_PM,
        "C7": Wrong.INACTIVE_IN_PM,
    }


def test_a_secondary_whose_insurance_was_deleted_in_the_ehr_differs_from_any_there() -> None:
    secondary("C1", orphan_plan())
    EHRPatientFactory(chart_number="C1", secondary_insurance=InsuranceFactory())

    assert wrong() == {"C1": Wrong.DIFFERS}


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"ends_on": -1}, False),
        ({"ends_on": 0}, True),
        ({"effective_on": 0}, True),
        ({"effective_on": 1}, False),
        ({"is_active": False}, False),
    ],
)
def test_pms_secondary_is_the_one_in_force_today(values: dict[str, int], counts: bool) -> None:
    days: dict[str, Any] = {
        name: localdate() + datetime.timedelta(days=value)
        for name, value in values.items()
        if name != "is_active"
    }
    secondary("C1", **(values | days))
    EHRPatientFactory(chart_number="C1")

    assert wrong() == ({"C1": Wrong.ONLY_IN_PM} if counts else {})


def test_the_secondary_that_takes_over_next_year_is_no_difference() -> None:
    policy = secondary("C1", ends_on=localdate())
    secondary("C1", patient=policy.patient, effective_on=localdate() + datetime.timedelta(days=1))
    EHRPatientFactory(chart_number="C1", secondary_insurance=insurance_of(policy.plan))

    assert wrong() == {}


def test_the_next_policy_is_told_and_whether_it_is_what_the_ehr_has() -> None:
    first = localdate() + datetime.timedelta(days=1)
    same = secondary("C1", effective_on=first, ends_on=first)
    secondary("C1", patient=same.patient, effective_on=first + datetime.timedelta(days=400))
    PolicyFactory(patient=same.patient, rank=InsurancePolicy.Rank.TERTIARY, effective_on=first)
    EHRPatientFactory(chart_number="C1", secondary_insurance=insurance_of(same.plan))
    other = secondary("C2", effective_on=first)
    EHRPatientFactory(chart_number="C2", secondary_insurance=InsuranceFactory())
    EHRPatientFactory(chart_number="C3", secondary_insurance=InsuranceFactory())

    told = [each for entry in worklist.entries(["C1", "C2", "C3"]) for each in entry.differences]

    assert [(each.coming, each.is_to_come) for each in told] == [
        (same, True),
        (other, False),
        (None, False),
    ]


def test_inactive_patients_are_not_on_it() -> None:
    secondary("C1", patient=PMPatientFactory(chart_number="C1", is_active=False))
    EHRPatientFactory(chart_number="C2", secondary_insurance=InsuranceFactory(), is_active=False)

    assert wrong() == {}


def test_a_condition_on_each_side_narrows_it_to_some_patients() -> None:
    secondary("C1", patient=PMPatientFactory(chart_number="C1", last_name="Okafor"))
    EHRPatientFactory(
        chart_number="X2", last_name="Marchetti", secondary_insurance=InsuranceFactory()
    )

    def named(name: str) -> dict[str, Wrong]:
        return wrong(Q(patient__last_name=name), Q(last_name=name))

    assert set(named("Okafor")) == {"C1"}
    assert set(named("Marchetti")) == {"X2"}
    assert named("Nobody") == {}
    assert set(wrong()) == {"C1", "X2"}


def test_a_patient_deleted_while_the_page_is_made_is_left_out() -> None:
    policy = secondary("C1")
    charts = found()
    pm.models.Patient.objects.filter(pk=policy.patient.pk).delete()

    assert worklist.entries(charts) == []


def test_one_that_was_put_right_while_the_page_is_made_is_left_out() -> None:
    policy = secondary("C1")
    charts = found()
    EHRPatientFactory(chart_number="C1", secondary_insurance=insurance_of(policy.plan))

    assert worklist.entries(charts) == []


def test_a_primary_is_compared_as_well_and_with_a_primary_only() -> None:
    plan = PlanFactory()
    PolicyFactory(patient=PMPatientFactory(chart_number="C1", last_name="Zeller"), plan=plan)
    EHRPatientFactory(
        chart_number="C1", last_name="Sellers", secondary_insurance=insurance_of(plan)
    )
    EHRPatientFactory(chart_number="C2", last_name="Young", primary_insurance=insurance_of(plan))

    assert found() == ["C2", "C1"]  # by PM's name where PM has the patient
    second, first = worklist.entries(found())
    assert [(each.rank.value, each.wrong) for each in first.differences] == [
        ("primary", Wrong.ONLY_IN_PM),
        ("secondary", Wrong.ONLY_IN_EHR),
    ]
    assert [(each.rank.value, each.wrong) for each in second.differences] == [
        ("primary", Wrong.NOT_IN_PM)
    ]


def test_a_tertiary_stays_in_pm_and_is_no_difference() -> None:
    PolicyFactory(rank=InsurancePolicy.Rank.TERTIARY)

    assert found() == []
