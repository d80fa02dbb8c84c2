"""The parts of forms: each says once what it is."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
)
from tests.screens import change_url

pytestmark = pytest.mark.django_db

FORMS = ("pm_insurancecompany", "pm_insuranceplan", "pm_patient", "ehr_insurance", "ehr_patient")


def parts_of(page: str) -> list[tuple[str, list[str]]]:
    """Return the heading of each part of a form, and the labels in it."""
    parts = re.findall(r"<fieldset class=\"module aligned.*?</fieldset>", page, re.DOTALL)
    return [
        (
            (re.findall(r"<h[24][^>]*>([^<]*)</h", part) or [""])[0],
            re.findall(r"<label[^>]*>([^<]*)</label>", part),
        )
        for part in parts
    ]


def test_no_heading_is_said_again_by_the_only_label_below_it(admin_client: Client) -> None:
    records = (
        CompanyFactory(),
        PlanFactory(),
        PMPatientFactory(),
        InsuranceFactory(),
        EHRPatientFactory(),
    )
    urls = [reverse(f"admin:{name}_add") for name in FORMS]
    for url in urls + [change_url(record) for record in records]:
        parts = parts_of(admin_client.get(url).text)
        assert parts
        for heading, labels in parts:
            said = [label.rstrip(":") for label in labels]
            assert not heading or heading not in said, url
            assert not heading or len(said) != 1, url


def test_a_patient_is_active_beside_the_birth_date(admin_client: Client) -> None:
    for patient in (PolicyFactory().patient, EHRPatientFactory()):
        page = admin_client.get(change_url(patient)).text
        line = page.partition("form-row field-date_of_birth field-is_active")[2]
        assert 'name="is_active"' in line.partition("form-row")[0]


def test_a_company_says_what_it_is_to_be_read_as(admin_client: Client) -> None:
    page = admin_client.get(change_url(CompanyFactory())).text
    assert "How this address is compared with others." in page
