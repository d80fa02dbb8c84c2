"""The EHR's own records."""

import pytest
from django.core.exceptions import ValidationError

from ehr.models import Insurance, drop_down_name
from ehr.models import Patient as EHRPatient
from tests.factories import EHRPatientFactory, InsuranceFactory

pytestmark = pytest.mark.django_db


def test_the_drop_down_shows_the_articles_example() -> None:
    name = drop_down_name("Aetna", "Aetna HMO", "111 Academy Drive", "", "92617")

    assert name == "Aetna – Aetna HMO – 111 Academy Drive, 92617"


def test_the_drop_down_shows_the_second_line_after_a_space_and_the_whole_zip() -> None:
    name = drop_down_name("Aetna", "HMO", "PO Box 7", "Suite 4", "92617-1234")

    assert name == "Aetna – HMO – PO Box 7 Suite 4, 92617-1234"


def test_the_longest_name_fits_its_column() -> None:
    insurance = InsuranceFactory(
        company_name="c" * 150,
        plan_name="p" * 150,
        street_1="1 " + "s" * 98,
        street_2="2" * 100,
        zip_code="92617-1234",
    )

    stored = Insurance.objects.get()
    assert stored.name == insurance.name
    assert len(stored.name) <= (Insurance._meta.get_field("name").max_length or 0)


def test_an_insurance_reads_as_the_drop_down_shows_it() -> None:
    insurance = InsuranceFactory(company_name="Aetna", plan_name="HMO", zip_code="926171234")

    assert str(insurance) == insurance.name
    assert insurance.name.endswith(", 92617-1234")


def test_an_insurance_needs_names_and_address() -> None:
    with pytest.raises(ValidationError) as refused:
        Insurance().full_clean()

    assert set(refused.value.message_dict) == {
        "company_name",
        "plan_name",
        "street_1",
        "city",
        "state",
        "zip_code",
    }


def test_the_drop_down_is_in_the_order_of_its_names() -> None:
    names = ["Humana", "Aetna", "Cigna"]
    for name in names:
        InsuranceFactory(company_name=name)

    assert [i.company_name for i in Insurance.objects.all()] == ["Aetna", "Cigna", "Humana"]


def test_patients_are_found_by_either_insurance() -> None:
    first, second, third = InsuranceFactory.create_batch(3)
    primary = EHRPatientFactory(primary_insurance=first)
    secondary = EHRPatientFactory(primary_insurance=second, secondary_insurance=first)
    EHRPatientFactory()

    using = EHRPatient.objects.using_insurance
    assert set(using(first)) == {primary, secondary}
    assert set(using(second.pk)) == {secondary}
    assert set(using(first, second)) == {primary, secondary}
    assert not using(third).exists()


def test_a_chart_number_is_one_persons() -> None:
    EHRPatientFactory(chart_number="C1")

    with pytest.raises(ValidationError) as refused:
        EHRPatientFactory.build(chart_number="C1").full_clean()
    assert set(refused.value.message_dict) == {"chart_number"}
