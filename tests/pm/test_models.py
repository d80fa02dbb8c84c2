"""PM's own records."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from pm.models import InsuranceCompany, InsurancePlan
from pm.models import Patient as PMPatient
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory, PMPatientFactory

pytestmark = pytest.mark.django_db


def test_a_company_is_found_by_the_key_of_its_address() -> None:
    aetna, other = CompanyFactory(name="Aetna", **AETNA_ADDRESS), CompanyFactory()
    objects = InsuranceCompany.objects

    assert objects.in_buildings([aetna.near_key]) == [aetna]
    assert objects.in_buildings([other.near_key, aetna.near_key, ""]) == [aetna, other]


def test_a_blank_address_finds_no_company_not_even_one_without_address() -> None:
    CompanyFactory(street_1="", city="", state="", zip_code="")

    assert InsuranceCompany.objects.in_buildings([""]) == []
    assert InsuranceCompany.objects.in_buildings([]) == []


def test_a_company_needs_a_name_only() -> None:
    with pytest.raises(ValidationError) as refused:
        InsuranceCompany().full_clean()
    assert set(refused.value.message_dict) == {"name"}

    InsuranceCompany(name="Aetna").full_clean()


def test_a_plan_needs_company_name_and_claims_address() -> None:
    with pytest.raises(ValidationError) as refused:
        InsurancePlan().full_clean()

    assert set(refused.value.message_dict) == {
        "company",
        "name",
        "street_1",
        "city",
        "state",
        "zip_code",
    }


def test_records_read_as_people_know_them() -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)

    assert str(plan) == "Aetna – HMO (111 Academy Drive, 92617)"
    assert str(plan.company) == "Aetna"
    assert str(PMPatientFactory(chart_number="C1")) == "Doe, Pat (C1)"
    assert plan.address == "111 Academy Drive, Irvine, CA 92617"
    assert InsuranceCompany(name="Aetna", city="Irvine", state="CA").address == "Irvine, CA"


def test_a_chart_number_is_one_persons() -> None:
    PMPatientFactory(chart_number="C1")

    with pytest.raises(ValidationError) as refused:
        PMPatientFactory.build(chart_number="C1").full_clean()
    assert set(refused.value.message_dict) == {"chart_number"}
    with pytest.raises(IntegrityError), transaction.atomic():
        PMPatientFactory(chart_number="C1")
    assert PMPatient.objects.count() == 1
