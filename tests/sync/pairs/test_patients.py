"""The patients who have a plan, an insurance or a company, on each side."""

from typing import Any

import pytest

from pm.models import InsurancePlan, InsurancePolicy
from sync.pairs.patients import (
    counts_with,
    ehr_patients_of,
    ehr_patients_with,
    pm_patients_of,
    pm_patients_with,
)
from tests.conftest import Statements
from tests.factories import (
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
    orphan_plan,
)

pytestmark = pytest.mark.django_db


def who(record: Any) -> tuple[set[str], set[str]]:
    """Return the chart numbers on each side of whoever has `record`."""
    sides = (pm_patients_with(record), ehr_patients_with(record))
    pm, ehr = (list(side.values_list("chart_number", flat=True)) for side in sides)
    assert len(pm) == len(set(pm))
    assert len(ehr) == len(set(ehr))
    return set(pm), set(ehr)


def test_by_plan_insurance_and_company() -> None:
    plan = PlanFactory()
    other = PlanFactory(company=plan.company)
    insurance = insurance_of(plan)
    patient = PMPatientFactory(chart_number="P1")
    PolicyFactory(patient=patient, plan=plan)
    PolicyFactory(patient=patient, plan=plan, rank=InsurancePolicy.Rank.SECONDARY)
    PolicyFactory(patient=PMPatientFactory(chart_number="P2"), plan=other)
    PolicyFactory(patient=PMPatientFactory(chart_number="P3"), plan=plan, is_active=False)
    PolicyFactory()
    EHRPatientFactory(chart_number="E1", primary_insurance=insurance, secondary_insurance=insurance)
    EHRPatientFactory(chart_number="E2", secondary_insurance=insurance_of(other))
    EHRPatientFactory(primary_insurance=InsuranceFactory())

    assert who(plan) == who(insurance) == ({"P1"}, {"E1"})
    assert who(plan.company) == ({"P1", "P2"}, {"E1", "E2"})


def test_an_orphan_is_had_on_its_own_side_only() -> None:
    plan = orphan_plan()
    PolicyFactory(patient=PMPatientFactory(chart_number="P1"), plan=plan)
    EHRPatientFactory()

    assert who(plan) == ({"P1"}, set())


def test_where_no_list_may_be_seen_nothing_is_counted(statements: Statements) -> None:
    with statements() as sent:
        assert counts_with(PlanFactory.build(pk=1), []) == []
    assert sent == []


def test_of_several_plans_each_patient_is_there_once() -> None:
    first, second, other = PlanFactory(), PlanFactory(), PlanFactory()
    patient = PMPatientFactory()
    PolicyFactory(plan=first, patient=patient)
    PolicyFactory(plan=second, patient=patient, rank=InsurancePolicy.Rank.SECONDARY)
    PolicyFactory(plan=other)
    insured = EHRPatientFactory(
        primary_insurance=insurance_of(first), secondary_insurance=insurance_of(second)
    )
    EHRPatientFactory(primary_insurance=insurance_of(other))
    plans = InsurancePlan.objects.filter(pk__in=[first.pk, second.pk]).values("pk")

    assert list(pm_patients_of(plans)) == [patient]
    assert list(ehr_patients_of(plans)) == [insured]
