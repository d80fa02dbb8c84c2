"""What is typed from a card finds the record, in lists and in pickers."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kareo.records.models import Record
from kareo.search.terms import LONGEST, MOST_WORDS, matching
from pm.models import InsuranceCompany, InsurancePlan
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
)

pytestmark = pytest.mark.django_db

CARD = {
    "street_1": "P.O. Box 981106",
    "city": "El Paso",
    "state": "TX",
    "zip_code": "79998-1106",
    "phone": "800-555-0101",
}
STREET = {
    "street_1": "4410 Tamarack Way",
    "city": "Chattanooga",
    "state": "TN",
    "zip_code": "37421",
}


@pytest.fixture
def card() -> dict[str, Record]:
    """Return {list: the record of the card}; beside each stands another one."""
    company = CompanyFactory(name="Aetna", payer_id="60054", **CARD)
    plan = PlanFactory(company=company, name="Open Choice PPO", **CARD)
    PlanFactory(
        company=CompanyFactory(name="Cigna", payer_id="62308", phone="800-555-0199", **STREET),
        name="Connect HMO",
        phone="800-555-0199",
        **STREET,
    )
    return {
        "pm_insurancecompany": company,
        "pm_insuranceplan": plan,
        "ehr_insurance": insurance_of(plan),
    }


ALL = ("pm_insurancecompany", "pm_insuranceplan", "ehr_insurance")
PM = ALL[:2]


def listed(client: Client, model: str, typed: str) -> list[Record]:
    page = client.get(reverse(f"admin:{model}_changelist"), {"q": typed})
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


def offered(client: Client, model: str, typed: str) -> list[int]:
    """Return the keys that a picker of `model` offers, close names aside."""
    app, name, field = {
        "pm_insurancecompany": ("pm", "insuranceplan", "company"),
        "pm_insuranceplan": ("pm", "insurancepolicy", "plan"),
        "ehr_insurance": ("ehr", "patient", "primary_insurance"),
    }[model]
    query = {"app_label": app, "model_name": name, "field_name": field, "term": typed}
    answer = client.get(reverse("admin:autocomplete"), query)
    assert answer.status_code == 200
    return [int(result["id"]) for result in answer.json()["results"] if "id" in result]


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize(
    "typed",
    [
        "79998",
        "79998-1106",
        "799981106",
        "981106",
        "Box 981106",
        "PO Box 981106",
        "P.O. Box 981106",
        "p o box 981106",
        "POB 981106",
        "pobox 981106",
        "pobox981106",
        "Post Office Box 981106",
        "Aetna",
        "Aetna Box 981106 El Paso",
        "El Paso",
        '"El Paso"',
        "8005550101",
        "(800) 555-0101",
        "800.555.0101",
        "800-555-0101",
        "+1 800 555 0101",
        "1-800-555-0101",
        "5550101",
        "Aetna (800) 555-0101",
        "981106 79998",
        "Box 981106, 79998",
        "Aetna – P.O. Box 981106, 79998-1106",
    ],
)
def test_a_card_is_found_by(
    admin_client: Client, card: dict[str, Record], model: str, typed: str
) -> None:
    assert listed(admin_client, model, typed) == [card[model]]
    assert offered(admin_client, model, typed) == [card[model].pk]


@pytest.mark.parametrize("model", ALL[1:])
@pytest.mark.parametrize("typed", ["choice aetna", "aetna & open choice", '"open choice"'])
def test_a_plan_is_found_by_its_own_and_its_companys_name(
    admin_client: Client, card: dict[str, Record], model: str, typed: str
) -> None:
    assert listed(admin_client, model, typed) == [card[model]]
    assert offered(admin_client, model, typed) == [card[model].pk]


@pytest.mark.parametrize("model", PM)
@pytest.mark.parametrize("typed", ["60054", "aetna 60054"])
def test_pms_lists_are_searched_by_payer_id_too(
    admin_client: Client, card: dict[str, Record], model: str, typed: str
) -> None:
    assert listed(admin_client, model, typed) == [card[model]]
    assert offered(admin_client, model, typed) == [card[model].pk]


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize(
    "typed",
    [
        "Box 81106",
        "Box 55",
        "8005550102",
        "Cigna (800) 555-0101",
        "Cigna Box 981106",
        "800-555-0101 62308",
        "79998-9999 Cigna",
        "nothing",
    ],
)
def test_what_is_on_no_card_finds_nothing(
    admin_client: Client, card: dict[str, Record], model: str, typed: str
) -> None:
    assert listed(admin_client, model, typed) == []
    assert offered(admin_client, model, typed) == []


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize("typed", ["4410", "4410 Tamarack", "tamarack way", "37421", "37421-0001"])
def test_a_street_is_found_by_its_number_and_a_zip_with_or_without_its_last_four(
    admin_client: Client, card: dict[str, Record], model: str, typed: str
) -> None:
    assert card[model] not in listed(admin_client, model, typed)
    assert len(listed(admin_client, model, typed)) == 1


@pytest.mark.parametrize("stored", ["111 N Academy St.", "111 North Academy Street"])
@pytest.mark.parametrize("typed", ["111 north academy street", "111 N. Academy St", "academy St."])
def test_a_street_is_found_however_its_kind_is_spelled(
    admin_client: Client, stored: str, typed: str
) -> None:
    company = CompanyFactory(street_1=stored)
    CompanyFactory(street_1="111 S Academy Drive")

    assert listed(admin_client, "pm_insurancecompany", typed) == [company]


@pytest.mark.parametrize(
    "stored", ["PO Box 12", "P.O. Box 12", "POB 12", "PO BOX12", "Post Office Box 12", "Box 12"]
)
@pytest.mark.parametrize("typed", ["Box 12", "PO Box 12", "P.O.Box 12", "pob 12", "PO Box #12"])
def test_a_box_is_found_in_any_spelling(admin_client: Client, stored: str, typed: str) -> None:
    company = CompanyFactory(street_1=stored)
    CompanyFactory(street_1="12 Example Street")

    assert listed(admin_client, "pm_insurancecompany", typed) == [company]


@pytest.mark.parametrize("stored", ["8005550101", "(800) 555-0101", "1 800.555.0101 ext. 12"])
def test_a_phone_number_is_found_in_any_punctuation(admin_client: Client, stored: str) -> None:
    company = CompanyFactory(phone=stored)
    CompanyFactory(phone="800-555-0111")

    for typed in ("800-555-0101", "8005550101", "1 (800) 555 0101", "555-0101"):
        assert listed(admin_client, "pm_insurancecompany", typed) == [company]


def test_a_number_in_the_groups_of_a_phone_number_is_nothing_else(admin_client: Client) -> None:
    CompanyFactory(name="800 555 0101")
    company = CompanyFactory(name="Aetna", phone="800-555-0101")

    assert listed(admin_client, "pm_insurancecompany", "1 (800) 555-0101") == [company]
    # In other groups it may be anything.
    assert len(listed(admin_client, "pm_insurancecompany", "800 555 010 1")) == 2


def test_fewer_than_seven_digits_are_no_phone_number(admin_client: Client) -> None:
    CompanyFactory(phone="800-555-0101", name="Aetna")

    assert listed(admin_client, "pm_insurancecompany", "555.010") == []
    assert len(listed(admin_client, "pm_insurancecompany", "800-555")) == 1


def test_a_copied_line_of_a_list_finds_its_record_again(
    admin_client: Client, card: dict[str, Record]
) -> None:
    insurance = card["ehr_insurance"]

    assert listed(admin_client, "ehr_insurance", str(insurance)) == [insurance]
    assert listed(admin_client, "pm_insuranceplan", str(insurance)) == [card["pm_insuranceplan"]]


def test_patients_are_found_by_chart_number_name_and_policy_number(admin_client: Client) -> None:
    policy = PolicyFactory(
        patient=PMPatientFactory(chart_number="K1001", last_name="Abara", first_name="Chidi"),
        policy_number="W12-345678",
    )
    PolicyFactory(patient=policy.patient, rank="secondary", policy_number="W12-345679")
    PMPatientFactory()
    person = EHRPatientFactory(chart_number="K1001", last_name="Abara", first_name="Chidi")
    EHRPatientFactory()

    for typed in ("K1001", "k100", "abara, chidi", "Abara, Chidi (K1001)"):
        assert listed(admin_client, "pm_patient", typed) == [policy.patient]
        assert listed(admin_client, "ehr_patient", typed) == [person]
    for typed in ("W12-345678", "W12", "abara W12-345679"):
        assert listed(admin_client, "pm_patient", typed) == [policy.patient]


def test_pickers_offer_active_records_only(admin_client: Client, card: dict[str, Record]) -> None:
    plan = card["pm_insuranceplan"]
    plan.is_active = False
    plan.save()

    assert offered(admin_client, "pm_insuranceplan", "981106") == []
    assert listed(admin_client, "pm_insuranceplan", "981106") == [plan]


@pytest.mark.parametrize("model", [*ALL, "pm_patient", "ehr_patient"])
def test_each_list_says_what_it_is_searched_by(admin_client: Client, model: str) -> None:
    page = admin_client.get(reverse(f"admin:{model}_changelist"))

    assert page.context["cl"].search_help_text
    assert page.context["cl"].search_help_text in page.text


HOSTILE = [
    "'",
    '"',
    '"' * 99,
    "\\",
    "%",
    "_",
    "((((",
    "[^0-9]*" * 50,
    "a " * 5000,
    "1" * 5000,
    "1-" * 3000,
    "(1" * 3000,
    "box 1 " * 2000,
    "p.o." * 2000 + "box",
    "٠١٢٣٤٥٦٧٨٩",
    "box ٣",
    "\ufdfa" * 200,
    "\u202e800-555-0101",
    "–",
    "   ",
    "1 2 3 4 5 6 7 8 9 0 1 2",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_fails(
    admin_client: Client, card: dict[str, Record], typed: str
) -> None:
    for model in card:
        listed(admin_client, model, typed)
        offered(admin_client, model, typed)
    for model in ("pm_patient", "ehr_patient"):
        listed(admin_client, model, typed)


def test_punctuation_alone_asks_for_nothing(admin_client: Client, card: dict[str, Record]) -> None:
    assert len(listed(admin_client, "pm_insuranceplan", " – , ( ")) == 2


def test_a_list_counts_what_was_found_without_asking_again(
    admin_client: Client, card: dict[str, Record]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = admin_client.get(reverse("admin:pm_insurancecompany_changelist"), {"q": "cigna"})

    assert page.context["cl"].result_count == 1
    assert not [query for query in asked.captured_queries if "COUNT(" in query["sql"]]


def test_a_search_is_bounded() -> None:
    fields = ("name", "phone")
    most = matching("a " * 100, fields, InsuranceCompany)
    assert len(most.children) == MOST_WORDS
    assert str(matching("x" * 10_000, fields, InsurancePlan)).count("x" * LONGEST) == 2
    assert "x" * (LONGEST + 1) not in str(matching("x" * 10_000, fields, InsurancePlan))
