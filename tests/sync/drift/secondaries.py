"""Patients whose secondary insurance differs between PM and the EHR, for the worklist's tests."""

from typing import Any

from pm.models import InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from tests.factories import (
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
)


def secondary(
    chart_number: str,
    plan: InsurancePlan | None = None,
    *,
    patient: PMPatient | None = None,
    **values: Any,
) -> InsurancePolicy:
    """Return a secondary policy of the PM patient of this chart number, made if need be."""
    patient = patient or PMPatientFactory(chart_number=chart_number)
    plan = plan or PlanFactory()
    rank = InsurancePolicy.Rank.SECONDARY
    return PolicyFactory(patient=patient, plan=plan, rank=rank, **values)


def all_that_can_be_wrong() -> None:
    """Make a patient, C1 to C7, for each thing that can be wrong with a secondary."""
    secondary("C1")
    EHRPatientFactory(chart_number="C1", secondary_insurance=InsuranceFactory())
    secondary("C2")
    EHRPatientFactory(chart_number="C2")
    secondary("C3")
    secondary("C4")
    EHRPatientFactory(chart_number="C4", secondary_insurance=InsuranceFactory(), is_active=False)
    PMPatientFactory(chart_number="C5")
    EHRPatientFactory(chart_number="C5", secondary_insurance=InsuranceFactory())
    EHRPatientFactory(chart_number="C6", secondary_insurance=InsuranceFactory())
    PMPatientFactory(chart_number="C7", is_active=False)
    EHRPatientFactory(chart_number="C7", secondary_insurance=InsuranceFactory())
