"""A card's own spelling finds what is stored in another one, in both lists and in pickers."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client

from ehr.models import Insurance
from kareo.search import spellings
from kareo.search.finding import found_keys
from kareo.search.terms import readings
from pm.models import InsuranceCompany, Patient
from tests.conftest import Statements
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
)
from tests.kareo.search.test_terms import ALL, listed, offered
from tests.screens import change_url

pytestmark = pytest.mark.django_db

PLACE = {"city": "Irvine", "state": "CA", "zip_code": "92617"}
# What is typed, what is stored, and a neighbor that must not be found.
BOXES = [
    ("RR 2 Box 65", "RR 2 Box 65", "PO Box 65"),
    ("R.R. 2, Box 65", "Rural Route 2 Box 65", "RR 3 Box 65"),
    ("Rural Route 02 Box #65", "RFD 2 Box 65", "RR 2 Box 66"),
    ("Star Route 1 Box 12", "HC 1 Box 12", "RR 1 Box 12"),
    ("Highway Contract 1 Box 12", "HC 1, Box 12", "HC 2 Box 12"),
    ("Drawer 12", "P.O. Box 12", "12 Example Court"),
    ("P O Box A-12", "PO Box A12", "PO Box B12"),
    ("Lock Box 12", "PO Box 12", "Box 21"),
    ("Gen Delivery", "General Delivery", "PO Box 12"),
    ("Box 65", "RR 2 Box 65", "65 Example Court"),
]
STREETS = [
    ("Ste 200", "7 Oak St, Suite 200", "200 Oak St"),
    ("Suite #200", "7 Oak St Ste. 200", "7 Oak St, Floor 200"),
    ("Oak Apt 4B", "7 Oak St #4-B", "7 Oak St #4C"),
    ("Second Floor", "7 Oak St Fl 2", "7 Oak St Ste 2"),
    ("12th Floor", "7 Oak St Floor 12", "12 Oak St"),
    ("CR 634", "7 County Road 634", "634 Example Court"),
    ("County Road 634", "7 CR634", "7 State Road 634"),
    ("US Hwy 51", "7 U.S. Highway 51", "51 Example Court"),
    ("Highway 51", "7 Hwy 51", "51 Example Court"),
    ("I-20", "7 Interstate 20", "20 Example Court"),
    ("CTH KK", "5861 County Road KK", "5861 County Road MM"),
    ("Cty Rd KK", "7 CTH KK", "KK Tower, 7 Oak St"),
    ("County Trunk Highway K", "7 Co Rd K", "7 County Highway KK"),
    ("CR 634", "County Road 634", "634 Example Court"),
    ("County Rd 634", "CR-634, Suite 5", "State Road 634"),
    ("CTH KK", "County Road KK", "County Road MM"),
    ("US-51", "PO Box 12, U.S. Highway 51", "PO Box 51"),
    ("CR 634", "Hospital Campus, County Road 634", "Hospital Campus"),
    ("5th", "7 Fifth Ave", "5 Example Court"),
    ("7 Fifth Avenue", "7 5th Ave", "7 6th Ave"),
    ("Forty-Second St", "7 42nd Street", "42 Example Street"),
    ("42nd", "7 Forty Second St", "42 Example Court"),
    ("Fernoak", "7 Fern Oak St", "7 Fern St"),
    ("Mountain View", "7 Mtn View Ave", "7 View Ave"),
    ("21 Monarch Pl", "Twenty-One Monarch Place", "Forty-One Monarch Place"),
    ("Saint Louis Ave", "7 St. Louis Ave", "7 Oak St, Louis Bldg"),
]
NAMES = [
    ("BlueCross BlueShield", "Blue Cross Blue Shield", "Blue Cross"),
    ("blue-cross", "Blue Cross", "Blue"),
    ("HealthNet", "Health Net", "Health"),
    ("O'Brien", "OBrien", "Brien"),
    ("OBrien", "O'Brien", "Brien"),
    ("AT&T", "AT & T", "AT"),
    ("Saint Louis", "St Louis", "Louis"),
    ("St. Louis", "Saint Louis", "Lois"),
]


def pairs(of: list[tuple[str, str, str]]) -> list[Any]:
    return [pytest.param(*case, id=case[0]) for case in of]


def found(model: str, typed: str) -> list[int]:
    """Return the keys that the list and the pickers of a model search for."""
    pages = admin.site.get_model_admin(apps.get_model(model.replace("_", ".")))
    rows = pages.model._default_manager.all()
    return sorted(found_keys(rows, typed, pages.search_fields) or ())


def keys_of(plan: Any) -> dict[str, int]:
    """Return {list: key} of a plan, its company and its insurance."""
    return dict(zip(ALL, (plan.company_id, plan.pk, insurance_of(plan).pk), strict=True))


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize(("typed", "stored", "other"), pairs(BOXES + STREETS))
def test_an_address_is_found(model: str, typed: str, stored: str, other: str) -> None:
    there = {**PLACE, "street_1": stored}
    right = keys_of(PlanFactory(company=CompanyFactory(name="Aetna", **there), name="H", **there))
    there["street_1"] = other
    PlanFactory(company=CompanyFactory(name="Cigna", **there), name="P", **there)

    assert found(model, typed) == [right[model]]
    assert found(model, stored) == [right[model]]  # as it is stored
    assert found(model, f"Aetna {typed} Irvine") == [right[model]]
    assert found(model, f"Cigna {typed}") == []


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize("typed", ["R.R. 2, Box 65", "Ætna CR 634"])
def test_a_list_and_its_picker_find_what_is_found(
    admin_client: Client, model: str, typed: str
) -> None:
    there = {**PLACE, "street_1": "Rural Route 2 Box 65", "street_2": "7 County Road 634"}
    right = keys_of(PlanFactory(company=CompanyFactory(name="Ætna", **there), name="H", **there))
    PlanFactory()

    assert found(model, typed) == [right[model]]
    assert [record.pk for record in listed(admin_client, model, typed)] == [right[model]]
    assert offered(admin_client, model, typed) == [right[model]]


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize(("typed", "stored", "other"), pairs(NAMES))
def test_a_name_is_found(model: str, typed: str, stored: str, other: str) -> None:
    right = keys_of(PlanFactory(company=CompanyFactory(name=stored), name="Gold"))
    PlanFactory(company=CompanyFactory(name=other), name="Gold")

    assert found(model, typed) == [right[model]]
    assert found(model, f"{typed} 92617") == [right[model]]


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize(("typed", "stored"), [("Pena", "Peña"), ("Peña", "Pena")])
def test_a_name_is_found_with_or_without_its_accents(model: str, typed: str, stored: str) -> None:
    right = keys_of(PlanFactory(company=CompanyFactory(name=stored), name=stored))
    PlanFactory(company=CompanyFactory(name="Pen"), name="Pen")

    assert found(model, typed) == [right[model]]


@pytest.mark.parametrize(
    ("typed", "stored"), [("Saint Louis", "St. Louis"), ("Penasco", "Peñasco")]
)
def test_a_city_is_found(typed: str, stored: str) -> None:
    right = keys_of(PlanFactory(company=CompanyFactory(city=stored), city=stored))
    PlanFactory(company=CompanyFactory(city="Louisville"), city="Louisville")

    for model, key in right.items():
        assert found(model, typed) == [key]


def test_what_words_find_by_themselves_stays_found() -> None:
    """A name may look like a road, a unit or a street."""
    names = ["CR Health 634", "Suite Life 200", "Fifth Third", "US Family 51"]
    for name in names:
        plan = PlanFactory(company=CompanyFactory(name=name), name="Gold")
        for typed in (name, " ".join(reversed(name.split()))):
            for model, key in keys_of(plan).items():
                assert found(model, typed) == [key], typed


def test_a_box_in_a_military_unit_is_found(admin_client: Client) -> None:
    army = {"city": "APO", "state": "AE", "zip_code": "09499"}
    company = CompanyFactory(street_1="Unit 2050 Box 4190", **army)
    CompanyFactory(street_1="Unit 2051 Box 4191", **army)

    for typed in ("Unit 2050 Box 4190", "unit 2050, box 4190"):
        assert listed(admin_client, "pm_insurancecompany", typed) == [company]


def test_an_address_without_a_place_is_found_too(admin_client: Client) -> None:
    nowhere = {"city": "", "state": "", "zip_code": ""}
    company = CompanyFactory(street_1="RR 2 Box 65", street_2="7 County Road 634", **nowhere)
    CompanyFactory(street_1="RR 2 Box 66", **nowhere)

    for typed in ("RR 2 Box 65", "R.R. 2, Box 65", "CR 634", "Box 65"):
        assert listed(admin_client, "pm_insurancecompany", typed) == [company]


DATES = [
    "7/4/1961",
    "07/04/1961",
    "7-4-1961",
    "07-04-61",
    "7.4.61",
    "7/4/61",
    "1961-07-04",
    "07041961",
    "Jul 4 1961",
    "Jul. 4, 1961",
    "July 4, 1961",
    "july 4th, 1961",
    "4 Jul 1961",
    "04-JUL-1961",
    "4 July 61",
]


@pytest.mark.parametrize("typed", DATES)
def test_a_patient_is_found_by_birth_date(typed: str) -> None:
    born = datetime.date(1961, 7, 4)
    people = {
        "pm_patient": PMPatientFactory(date_of_birth=born, last_name="Abara"),
        "ehr_patient": EHRPatientFactory(date_of_birth=born, last_name="Abara"),
    }
    for factory in (PMPatientFactory, EHRPatientFactory):
        factory(date_of_birth=datetime.date(1961, 4, 7), last_name="Abara")
        factory(date_of_birth=datetime.date(1960, 7, 4), chart_number="7-4-60")

    for model, patient in people.items():
        assert found(model, typed) == [patient.pk]
        assert found(model, f"Abara, {typed}") == [patient.pk]
        assert found(model, f"Okafor {typed}") == []


@pytest.mark.parametrize("typed", ["13/4/1961", "2/30/1961", "Jux 4 1961", "0/0/0000", "7/4-1961"])
def test_what_is_no_date_finds_nobody(typed: str) -> None:
    assert [*spellings.birth_date(typed)] == []


def test_two_digits_of_a_year_are_of_either_century() -> None:
    assert len([*spellings.birth_date("7/4/22")]) == 2


def test_a_birth_date_given_as_text_is_found_too() -> None:
    patient = PMPatientFactory(date_of_birth="1961-07-04")

    assert found_keys(Patient.objects.all(), "7/4/1961", ("search_text",)) == {patient.pk}


@pytest.mark.parametrize("stored", ["W12 345 678", "W12345678", "w12-345-678"])
@pytest.mark.parametrize("typed", ["W12345678", "W12 345 678", "w12-345678", "2345", "Doe W12345"])
def test_a_patient_is_found_by_a_policy_number_however_it_is_grouped(
    stored: str, typed: str
) -> None:
    policy = PolicyFactory(policy_number=stored)
    PolicyFactory(policy_number="W12 543 678")

    assert found("pm_patient", typed) == [policy.patient_id]


@pytest.mark.parametrize(
    ("last_name", "typed"),
    [
        ("O'Brien", "OBrien"),
        ("OBrien", "O'Brien"),
        ("Peña", "Pena"),
        ("Pena", "Peña"),
        ("De La Cruz", "DeLaCruz"),
        ("St. John", "Saint John"),
    ],
)
def test_a_patient_is_found_by_another_spelling_of_a_name(last_name: str, typed: str) -> None:
    patients = [factory(last_name=last_name) for factory in (PMPatientFactory, EHRPatientFactory)]
    EHRPatientFactory(last_name="Brien")
    PMPatientFactory(last_name="Cruz")

    assert found("pm_patient", typed) == [patients[0].pk]
    assert found("ehr_patient", typed) == [patients[1].pk]


def test_pickers_tell_companies_of_one_name_and_address_apart(admin_client: Client) -> None:
    there = {**PLACE, "street_1": "7 Oak St", "name": "Aetna"}
    first = CompanyFactory(payer_id="60054", **there)
    CompanyFactory(payer_id="60055", **there)
    CompanyFactory(**there)
    query = {"app_label": "pm", "model_name": "insuranceplan", "field_name": "company"}

    def texts(typed: str) -> Iterator[str]:
        answer = admin_client.get("/admin/autocomplete/", {**query, "term": typed})
        return (result["text"] for result in answer.json()["results"])

    assert sorted(texts("Aetna Oak")) == [
        "Aetna (7 Oak St, Irvine, CA 92617)",
        "Aetna (7 Oak St, Irvine, CA 92617, payer ID 60054)",
        "Aetna (7 Oak St, Irvine, CA 92617, payer ID 60055)",
    ]
    assert offered(admin_client, "pm_insurancecompany", "60054") == [first.pk]
    assert (
        CompanyFactory.build(name="A", street_1="", city="", state="", zip_code="").picker_text
        == "A"
    )


def test_pickers_tell_plans_of_one_name_and_address_apart(admin_client: Client) -> None:
    there = {**PLACE, "street_1": "7 Oak St"}
    for payer_id in ("60054", "60055", ""):
        company = CompanyFactory(name="Aetna", payer_id=payer_id, **there)
        PlanFactory(company=company, name="HMO", street_2="Ste 5", **there)
    query = {"app_label": "pm", "model_name": "insurancepolicy", "field_name": "plan"}

    answer = admin_client.get("/admin/autocomplete/", {**query, "term": "HMO Oak"}).json()

    assert sorted(result["text"] for result in answer["results"]) == [
        "Aetna – HMO (7 Oak St, Ste 5, Irvine, CA 92617)",
        "Aetna – HMO (7 Oak St, Ste 5, Irvine, CA 92617, payer ID 60054)",
        "Aetna – HMO (7 Oak St, Ste 5, Irvine, CA 92617, payer ID 60055)",
    ]


def test_what_was_picked_is_shown_as_it_was_offered(admin_client: Client) -> None:
    plan = PlanFactory(company__payer_id="60054")
    policy = PolicyFactory(plan=plan)

    for record, picked in ((plan, plan.company), (policy.patient, plan)):
        page = admin_client.get(change_url(record)).text
        assert re.search(f"selected[^>]*>{re.escape(picked.picker_text)}</option>", page)


def test_a_name_is_also_found_without_what_its_key_leaves_out() -> None:
    def key(name: str) -> str:
        words = name.split(" ")
        return "".join([*words[:1], *(w for w in words[1:-1] if w != "and"), *words[1:][-1:]])

    read = [spellings.name_by(key)]

    assert spellings.shared(["blue", "cross", "and", "blue", "shield"], read) == [
        [],
        ["crossblue"],
        ["crossblue"],
        ["crossblue"],
        [],
    ]
    assert spellings.shared(["blue", "cross", "and"], read) == [[], [], []]


def test_words_that_are_no_part_of_a_unit_are_still_asked_for() -> None:
    terms = readings("Suite 200 Irvine", ("search_text",), InsuranceCompany)[0]

    assert [term.forms for term in terms] == [
        ("suite", "/STE200/"),
        ("200", "/STE200/"),
        ("irvine",),
    ]


def test_a_plain_word_is_asked_for_once() -> None:
    """Each form more is one more look into the index."""
    [term] = readings("Aetna", ("search_text",), Insurance)[0]

    assert (term.forms, term.spellings) == (("aetna",), ("Aetna",))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no index of trigrams")
def test_policy_numbers_have_an_index_however_they_are_grouped(statements: Statements) -> None:
    PolicyFactory()
    fields = ("search_text", "policies__policy_number")
    with statements() as sent:
        found_keys(Patient.objects.all(), "W12345678", fields)

    asked = [sql for sql in sent if "translate" in sql and sql.startswith("SELECT")]
    assert asked
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[0]}")
        assert "pm_policy_by_number_parts" in str(cursor.fetchall())
