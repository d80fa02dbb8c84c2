"""The searched text follows the record, however it is written, and holds nothing by accident."""

from typing import Any

import pytest
from django.db import connection, models

from ehr.models import Insurance
from kareo.records.migrating import fill
from pm.models import InsuranceCompany, InsurancePlan, Patient
from tests.factories import CompanyFactory, PlanFactory, PMPatientFactory, anew, insurance_of

pytestmark = pytest.mark.django_db

CARD = {
    "street_1": "P.O. Box 981106",
    "street_2": "7 North Oak Street",
    "zip_code": "79998-1106",
    "phone": "(800) 555-0101",
}


def test_it_says_what_the_card_says() -> None:
    company = CompanyFactory(name="Aetna", payer_id="60054", city="El Paso", **CARD)

    assert company.search_text.splitlines() == [
        "",
        "aetna",
        "p.o. box 981106",
        "7 north oak street",
        "el paso",
        "60054",
        "800-555-0101",
        "Z79998-1106",
        "P981106",
        " N ST ",
        "IAAFFFABAB",
    ]


def test_a_save_a_set_and_a_pair_write_it() -> None:
    plan = PlanFactory(name="Before", **CARD)
    insurance = insurance_of(plan)
    assert "before" in insurance.search_text

    plan.name = "After"
    plan.save(update_fields=["name"])

    assert "\nafter\n" in anew(plan).search_text
    assert "– after –" in anew(insurance).search_text
    InsurancePlan.objects.all().change(phone="800-555-0199")
    assert "\nIAAFFFABJJ\n" in anew(plan).search_text
    assert "\nIAAFFFABJJ\n" in anew(insurance).search_text


def test_a_patient_has_one_too() -> None:
    patient = PMPatientFactory(last_name="ÅBARA", first_name="Chidi", chart_number="K1")

    assert patient.search_text == "\nåbara\nabara\nchidi\nk1\nBORNBJIAAFBH\n"


def test_it_holds_in_standard_form_only_what_it_does_not_say_already() -> None:
    company = CompanyFactory(
        name="Health Net", street_1="7 N. Fern Oak St Ste 200", street_2="One County Road 634"
    )

    assert company.search_text.splitlines()[1:] == [
        "health net",
        "7 n. fern oak st ste 200",
        "one county road 634",
        "irvine",
        "healthnet",
        "Z92617",
        "cr",
        " CR634 ",
        "fernoak",
        " N ST ",
        "/STE200/",
    ]


@pytest.mark.parametrize(
    ("name", "part", "has"),
    [
        ("100% Care", "0% c", True),
        ("100 Care", "0% c", False),
        ("A_B", "a_b", True),
        ("AxB", "a_b", False),
        ("A\\B", "a\\b", True),
        ("Straße", "strasse", True),
        ("North", "North", False),
    ],
)
def test_its_lookup_takes_every_character_as_it_is(name: str, part: str, has: bool) -> None:
    CompanyFactory(name=name)

    assert InsuranceCompany.objects.filter(search_text__has=part).exists() is has
    if part.isascii() and name.isascii():
        assert InsuranceCompany.objects.filter(name__within=part.upper()).exists() is (
            has or name == "North"
        )


def test_a_migration_fills_it_for_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kareo.records.migrating.BATCH", 2)
    PlanFactory.create_batch(5, **CARD)
    PMPatientFactory.create_batch(3)
    models: tuple[Any, ...] = (InsuranceCompany, InsurancePlan, Insurance, Patient)
    right = [dict(model.objects.values_list("pk", "search_text")) for model in models]
    if connection.vendor == "postgresql":  # else it can't put the rows together anew
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in models:
        model.objects.update(search_text="")

    for model in (InsuranceCompany, InsurancePlan, Insurance):
        fill(model.objects.all(), model.searched_fields)
    fill(Patient.objects.all(), ("last_name", "first_name", "chart_number"), is_address=False)

    assert [dict(model.objects.values_list("pk", "search_text")) for model in models] == right


@pytest.mark.django_db(transaction=True)
def test_a_later_migration_can_make_the_table_anew() -> None:
    """As SQLite does for a new column; its indexes come along under the table's own name."""
    column = models.CharField(max_length=5, default="later")
    column.set_attributes_from_name("later")

    with connection.schema_editor() as editor:
        editor.add_field(InsurancePlan, column)
    with connection.cursor() as cursor:
        kept = connection.introspection.get_constraints(cursor, InsurancePlan._meta.db_table)
    with connection.schema_editor() as editor:
        editor.remove_field(InsurancePlan, column)

    assert "pm_plan_by_words" in kept
