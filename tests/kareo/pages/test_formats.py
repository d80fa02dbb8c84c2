"""Dates are shown as the US writes them, in forms and lists alike."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import EHRPatientFactory, PMPatientFactory
from tests.screens import change_url, errors_of, submit

pytestmark = pytest.mark.django_db

BORN = datetime.date(1986, 1, 5)


@pytest.mark.parametrize("factory", [PMPatientFactory, EHRPatientFactory])
def test_a_birth_date_is_shown_as_the_us_writes_it(
    admin_client: Client, factory: type[PMPatientFactory | EHRPatientFactory]
) -> None:
    patient = factory(date_of_birth=BORN)
    app = patient._meta.app_label

    assert "01/05/1986" in admin_client.get(reverse(f"admin:{app}_patient_changelist")).text
    assert 'value="01/05/1986"' in admin_client.get(change_url(patient)).text


def test_who_changed_a_date_meanwhile_is_told_so(admin_client: Client) -> None:
    patient = PMPatientFactory(date_of_birth=datetime.date(1980, 5, 17))
    page = admin_client.get(change_url(patient))
    patient.date_of_birth = BORN
    patient.save()

    refused = submit(admin_client, change_url(patient), page, last_name="Roe")

    assert "Date of birth was 05/17/1980 and is now 01/05/1986." in refused.text
    assert 'value="01/05/1986"' in refused.text
    assert submit(admin_client, change_url(patient), refused).status_code == 302
    patient.refresh_from_db()
    assert (patient.last_name, patient.date_of_birth) == ("Roe", BORN)


@pytest.mark.parametrize(("typed", "year"), [("01/05/1886", "1886"), ("Jan 5 0186", "0186")])
def test_a_year_that_is_too_early_is_named(admin_client: Client, typed: str, year: str) -> None:
    response = submit(admin_client, change_url(PMPatientFactory()), date_of_birth=typed)

    assert errors_of(response)["date_of_birth"] == [f"The year {year} is before 1900. Check it."]
