"""After a save of who is inactive here: the other list has it alone, as the worklist says."""

import pytest
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from tests.factories import EHRPatientFactory, PlanFactory, PMPatientFactory, insurance_of
from tests.screens import change_url
from tests.sync.screens.after_save.telling import GOOD, WARNING, as_role, policy_of, told

pytestmark = pytest.mark.django_db

WORKLIST = reverse("sync:coverage_worklist")
COPAY = {"policies-0-copay": "5"}


@pytest.fixture
def insurance() -> Insurance:
    return insurance_of(PlanFactory())


def test_what_the_ehr_has_too_is_there_alone(admin_client: Client, insurance: Insurance) -> None:
    policy = policy_of(PMPatientFactory(is_active=False), insurance)
    in_ehr = EHRPatientFactory(
        chart_number=policy.patient.chart_number, primary_insurance=insurance
    )

    said = told(admin_client, policy.patient, **COPAY)

    way = f'<a href="{change_url(in_ehr)}">Open this patient in the EHR</a>'
    inactive = f"This patient is inactive in PM. The EHR has {insurance}: {way}."
    assert said == [(WARNING, f"Primary saved. {inactive}")]
    [row] = admin_client.get(WORKLIST).context["rows"]
    [(_difference, words)] = row.lines
    assert words == "Only in the EHR: the patient is inactive in PM"


def test_in_the_ehr_likewise_and_whom_to_ask(insurance: Insurance) -> None:
    patient = EHRPatientFactory(is_active=False)
    policy_of(PMPatientFactory(chart_number=patient.chart_number), insurance, rank="secondary")

    said = told(as_role("Clinical staff"), patient, secondary_insurance=insurance.pk)

    inactive = f"This patient is inactive in the EHR. PM has {insurance}."
    assert said == [(WARNING, f"Secondary saved. {inactive}")]


@pytest.mark.parametrize("there", ["none", "inactive", "without"])
def test_where_the_other_list_has_nothing_that_counts_nothing_is_to_be_done(
    admin_client: Client, insurance: Insurance, there: str
) -> None:
    policy = policy_of(PMPatientFactory(is_active=False), insurance)
    number = policy.patient.chart_number
    if there == "inactive":
        EHRPatientFactory(chart_number=number, is_active=False, primary_insurance=insurance)
    elif there == "without":
        EHRPatientFactory(chart_number=number)

    assert told(admin_client, policy.patient, **COPAY) == [
        (GOOD, "Primary saved. This patient is inactive in PM.")
    ]
    assert admin_client.get(WORKLIST).context["rows"] == []


def test_ranks_that_were_swapped_are_not_there_the_other_way_round(
    admin_client: Client, insurance: Insurance
) -> None:
    patient, other = PMPatientFactory(is_active=False), insurance_of(PlanFactory())
    policy_of(patient, insurance)
    policy_of(patient, other, rank="secondary")
    EHRPatientFactory(
        chart_number=patient.chart_number, primary_insurance=insurance, secondary_insurance=other
    )
    swapped = {"policies-0-rank": "secondary", "policies-1-rank": "primary"}

    said = told(admin_client, patient, **swapped)

    assert [text.partition(" The EHR has")[0] for _level, text in said] == [
        "Primary saved. This patient is inactive in PM.",
        "Secondary saved. This patient is inactive in PM.",
    ]
