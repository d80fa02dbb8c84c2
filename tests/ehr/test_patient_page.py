"""What is asked once of an EHR patient's insurances."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance, Patient
from tests.factories import EHRPatientFactory, InsuranceFactory
from tests.screens import change_url, errors_of, submit

pytestmark = pytest.mark.django_db

ADD = reverse("admin:ehr_patient_add")
PERSON = {
    "chart_number": "C1",
    "last_name": "Doe",
    "first_name": "Pat",
    "date_of_birth": "05/17/1980",
}


def asked_of(response: Any) -> list[str]:
    """Return what a page asks; [] where it was saved."""
    return [] if response.status_code == 302 else errors_of(response)["__all__"]


def both(insurance: Insurance) -> dict[str, int]:
    return {"primary_insurance": insurance.pk, "secondary_insurance": insurance.pk}


def test_one_insurance_as_primary_and_secondary(admin_client: Client) -> None:
    insurance = InsuranceFactory()

    [question] = asked_of(page := submit(admin_client, ADD, **PERSON, **both(insurance)))

    named = f'<a href="{change_url(insurance)}">{insurance}</a>'
    assert f"{named} is both primary and secondary." in question
    assert not Patient.objects.exists()
    assert asked_of(submit(admin_client, ADD, page)) == []
    assert Patient.objects.get().secondary_insurance == insurance


def test_not_where_it_has_been_so_all_along(admin_client: Client) -> None:
    insurance = InsuranceFactory()
    patient = EHRPatientFactory(primary_insurance=insurance, secondary_insurance=insurance)

    assert asked_of(submit(admin_client, change_url(patient), last_name="Roe")) == []
    assert len(asked_of(submit(admin_client, change_url(patient), is_active=None))) == 0


def test_two_without_any_insurance_are_no_question(admin_client: Client) -> None:
    patient = EHRPatientFactory(primary_insurance=InsuranceFactory())

    assert asked_of(submit(admin_client, change_url(patient), primary_insurance="")) == []


@pytest.mark.parametrize("field", ["primary_insurance", "secondary_insurance"])
def test_one_that_was_deactivated_after_the_page_was_opened(
    admin_client: Client, field: str
) -> None:
    insurance, patient = InsuranceFactory(), EHRPatientFactory()
    page = admin_client.get(change_url(patient))
    Insurance.objects.filter(pk=insurance.pk).change(is_active=False)

    page = submit(admin_client, change_url(patient), page, **{field: insurance.pk})

    [question] = asked_of(page)
    named = f'<a href="{change_url(insurance)}">{insurance}</a>'
    assert question.startswith(f"{named} is inactive (last changed by ")
    assert asked_of(submit(admin_client, change_url(patient), page)) == []
    patient.refresh_from_db()
    assert getattr(patient, field) == insurance
    assert asked_of(submit(admin_client, change_url(patient), last_name="Roe")) == []


@pytest.mark.parametrize("key", ["x", "0", "9" * 30, "99999", "", "inactive"])
def test_an_insurance_that_is_not_offered_is_not_filled_in(admin_client: Client, key: str) -> None:
    patient, inactive = EHRPatientFactory(), InsuranceFactory(is_active=False)
    key = str(inactive.pk) if key == "inactive" else key
    url = f"{change_url(patient)}?secondary_insurance={key}"

    assert submit(admin_client, url).status_code == 302

    patient.refresh_from_db()
    assert patient.secondary_insurance is None


def test_an_insurance_is_filled_in_only_where_there_is_none(admin_client: Client) -> None:
    held, begun = InsuranceFactory(), InsuranceFactory()
    patient = EHRPatientFactory(primary_insurance=held)
    url = f"{change_url(patient)}?primary_insurance={begun.pk}&secondary_insurance={begun.pk}"

    submit(admin_client, url)
    submit(admin_client, url, secondary_insurance="")  # what is cleared stays so

    patient.refresh_from_db()
    assert (patient.primary_insurance, patient.secondary_insurance) == (held, None)
