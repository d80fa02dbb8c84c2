"""What each page's save asks the database, query by query, with the reason for each."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kareo.records.asking.answers import record_key
from pm.models import InsurancePolicy
from sync.rules import Decision
from sync.rules.decision import Cause, Outcome
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
)
from tests.screens import change_url, page_values, submit

pytestmark = pytest.mark.django_db

ON_POSTGRESQL = "on PostgreSQL: "
ASKED_BY_DJANGO = [
    ("SELECT django_session", "who is logged in"),
    ("SELECT auth_user", "who that is"),
]
KEPT = [("INSERT sending_sentpage", "the page's answer, in case that it is sent twice")]
TOLD = [("SELECT sync_syncevent", "what was done, for the messages")]
LOGGED = [("INSERT sync_syncevent", "the log")]

PLAN_EDIT = [
    *ASKED_BY_DJANGO,
    ("SELECT pm_insuranceplan", "the record of the page"),
    ("SELECT pm_insurancecompany", "the company that is chosen in the form"),
    ("SELECT sync_insurancelink", "lock: the pair, with the counterpart"),
    ("SELECT pm_insuranceplan", "lock: the stored state, with the company"),
    ("UPDATE pm_insuranceplan", "the save"),
    ("UPDATE ehr_insurance", "the counterpart brought up to date"),
    *LOGGED,
    *KEPT,
    *TOLD,
]
PLAN_ADD = [
    *ASKED_BY_DJANGO,
    ("SELECT pm_insurancecompany", "the company that is chosen in the form"),
    (f"{ON_POSTGRESQL}SELECT advisory lock", "lock: the plan's address"),
    ("INSERT pm_insuranceplan", "the save"),
    # Now that nobody else can rename the company or add the same.
    ("SELECT pm_insurancecompany", "the company's current name"),
    ("SELECT pm_insuranceplan", "the same plan, there already"),
    ("SELECT ehr_insurance", "orphans that it may belong to"),
    ("INSERT ehr_insurance", "its insurance"),
    ("INSERT sync_insurancelink", "the link"),
    *LOGGED,
    *KEPT,
    *TOLD,
]
LOOK_AROUND = [
    ("SELECT pm_insurancecompany", "the companies in the building"),
    ("SELECT ehr_insurance", "the same insurance, there already"),
    ("SELECT pm_insuranceplan", "the plan that it would make, there already"),
    ("SELECT pm_insuranceplan", "orphans that it may belong to"),
]
EHR_ADD_UNDER_A_CHOSEN_COMPANY = [
    *ASKED_BY_DJANGO,
    (f"{ON_POSTGRESQL}SELECT advisory lock", "lock: the address"),
    ("INSERT ehr_insurance", "the save"),
    *LOOK_AROUND,  # now that nobody else can add the same
    ("INSERT pm_insuranceplan", "its plan"),
    ("UPDATE ehr_insurance", "the company's name, as PM has it"),
    ("INSERT sync_insurancelink", "the link"),
    *LOGGED,
    *KEPT,
    *TOLD,
]
EHR_EDIT = [
    *ASKED_BY_DJANGO,
    ("SELECT ehr_insurance", "the record of the page"),
    ("SELECT sync_insurancelink", "the fields that are fixed, for the form"),
    ("SELECT sync_insurancelink", "lock: the pair, with the counterpart"),
    ("SELECT ehr_insurance", "lock: the stored state"),
    ("UPDATE ehr_insurance", "the save"),
    ("UPDATE pm_insuranceplan", "the counterpart brought up to date"),
    *LOGGED,
    *KEPT,
    *TOLD,
]
SECONDARY = [
    *ASKED_BY_DJANGO,
    ("SELECT ehr_patient", "the record of the page"),
    ("SELECT ehr_insurance", "the primary that is chosen in the form"),
    ("SELECT ehr_insurance", "the secondary that is chosen in the form"),
    ("SELECT ehr_patient", "is the chart number taken?"),
    (f"{ON_POSTGRESQL}SELECT advisory lock", "lock: charts that may be alike"),
    ("SELECT sync_insurancelink", "lock: the pairs that the patient uses"),
    ("SELECT ehr_patient", "lock: the stored state"),
    ("UPDATE ehr_patient", "the save"),
    ("SELECT ehr_insurance", "the old secondary's name, for the log"),
    *LOGGED,
    *KEPT,
    *TOLD,
    ("SELECT ehr_patient", "the patient, with what the EHR has now"),
    ("SELECT pm_patient", "the same one in PM"),
    ("SELECT pm_insurancepolicy", "what PM has now, and next"),
]


PLAN_PAGE = [
    *ASKED_BY_DJANGO,
    ("SELECT pm_insuranceplan", "the record of the page, with the company that its picker shows"),
    ("SELECT pm_patient", "how many patients on each side have it"),
    ("SELECT sync_insurancelink", "the pair, for the card"),
    ("SELECT sync_syncevent", "what was done last"),
    ("SELECT sync_syncevent", "why it is here"),
    ("SELECT pm_insuranceplan", "what was merged into it"),
]
PATIENT_PAGE = [
    *ASKED_BY_DJANGO,
    ("SELECT pm_patient", "the record of the page"),
    ("SELECT pm_insurancepolicy", "whether a row is to be open for a first policy"),
    ("SELECT pm_insurancepolicy", "the policies, with the plans that their pickers show"),
    ("SELECT ehr_patient", "the patient in the EHR"),
    ("SELECT sync_syncevent", "why the patient is here"),
]
HISTORY = [
    *ASKED_BY_DJANGO,
    ("SELECT pm_insurancecompany", "the record of the page"),
    ("SELECT sync_syncevent", "what was done with it"),
    ("SELECT pm_insurancecompany", "which companies share a name"),
]
LOG = [
    *ASKED_BY_DJANGO,
    ("SELECT auth_user", "the users, to choose from"),
    ("SELECT sync_syncevent", "a page of entries, and how many there are"),
    ("SELECT pm_insurancecompany", "which companies share a name"),
]


def short(sql: str) -> str:
    """Return a query as its verb and its table."""
    if "pg_advisory" in sql:
        return "SELECT advisory lock"
    verb, table = re.findall(r'^\(?(\w+) .*?(?:FROM |INTO )?"(\w+)"', sql)[0]
    if verb == "SELECT":
        table = re.findall(r'FROM "(\w+)"', sql)[0]
    return f"{verb} {table}"


def expected(queries: list[tuple[str, str]]) -> list[str]:
    on_postgresql = connection.vendor == "postgresql"
    known = [query for query, _why in queries]
    return [q.removeprefix(ON_POSTGRESQL) for q in known if on_postgresql or ON_POSTGRESQL not in q]


@pytest.fixture
def asked(admin_client: Client, statements: Statements) -> Callable[..., list[str]]:
    """Return a function that types into a page, saves it, and returns what that asked."""

    def save(url: str, **typed: Any) -> list[str]:
        values = page_values(admin_client.get(url)) | typed
        values = {name: value for name, value in values.items() if value is not None}
        with statements() as sent:
            response = admin_client.post(url, values)
        assert response.status_code == 302
        return [short(sql) for sql in sent]

    return save


def test_a_plan_edit(asked: Callable[..., list[str]]) -> None:
    assert asked(change_url(PlanFactory()), name="PPO") == expected(PLAN_EDIT)


def test_a_plan_add(asked: Callable[..., list[str]]) -> None:
    typed = {"company": CompanyFactory().pk, "name": "HMO", **AETNA_ADDRESS}

    assert asked(reverse("admin:pm_insuranceplan_add"), **typed) == expected(PLAN_ADD)


def test_an_insurance_added_under_a_chosen_company(asked: Callable[..., list[str]]) -> None:
    vsp = CompanyFactory(name="VSP", **AETNA_ADDRESS)
    CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    typed = {"company_name": "Aetna Vision", "plan_name": "Vision", "choice": record_key(vsp)}

    sent = asked(reverse("admin:ehr_insurance_add"), **typed, **AETNA_ADDRESS)

    assert sent == expected(EHR_ADD_UNDER_A_CHOSEN_COMPANY)


def test_an_insurance_edit(asked: Callable[..., list[str]]) -> None:
    insurance = insurance_of(PlanFactory())

    assert asked(change_url(insurance), plan_name="PPO") == expected(EHR_EDIT)


def test_a_patients_secondary(asked: Callable[..., list[str]]) -> None:
    primary, old, new = (insurance_of(PlanFactory()) for _ in range(3))
    patient = EHRPatientFactory(primary_insurance=primary, secondary_insurance=old)
    PMPatientFactory(chart_number=patient.chart_number)

    assert asked(change_url(patient), secondary_insurance=new.pk) == expected(SECONDARY)


def test_a_repair(admin_client: Client, statements: Statements) -> None:
    plan = PlanFactory()
    url = reverse("sync:repair", args=["insuranceplan", plan.pk])

    with statements() as sent:
        admin_client.post(url, {"seen_as": "pair"})

    assert [short(sql) for sql in sent] == expected(
        [
            *ASKED_BY_DJANGO,
            ("SELECT pm_insuranceplan", "the record of the page"),
            ("SELECT sync_insurancelink", "lock: the pair"),
            ("SELECT pm_insuranceplan", "lock: the stored state"),
            ("SELECT sync_insurancelink", "the counterpart"),
            ("SELECT pm_insurancecompany", "the company's current name"),
            *LOGGED,
            *TOLD,
        ]
    )


def test_pages_that_are_looked_at(admin_client: Client, statements: Statements) -> None:
    plan, patient = PlanFactory(), PMPatientFactory()
    for rank in InsurancePolicy.Rank.PRIMARY, InsurancePolicy.Rank.SECONDARY:
        PolicyFactory(patient=patient, rank=rank)
    pages = {
        change_url(plan): PLAN_PAGE,
        change_url(patient): PATIENT_PAGE,
        reverse("admin:pm_insurancecompany_history", args=[plan.company_id]): HISTORY,
        reverse("admin:sync_syncevent_changelist"): LOG,
    }
    for url in pages:  # what a process reads once
        admin_client.get(url)

    for url, asked in pages.items():
        with statements() as sent:
            admin_client.get(url)
        assert [short(sql) for sql in sent] == expected(asked), url


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[Decision]:
    """Return the list of all decisions that are made."""
    made = []

    def note(cause: Cause, outcomes: list[Outcome]) -> Decision:
        made.append(Decision(cause, outcomes))
        return made[-1]

    monkeypatch.setattr("sync.rules.deciding.Decision", note)
    return made


class TestDecisions:
    """A save decides once, under the lock; what is asked then, its page decides for once more."""

    def test_of_an_edit_one(self, asked: Callable[..., list[str]], decided: list[Decision]) -> None:
        plan = PlanFactory()
        decided.clear()

        asked(change_url(plan), name="PPO")

        assert len(decided) == 1

    @pytest.mark.parametrize(("choice", "name"), [("company", "Aetna Vision"), ("", "Cigna")])
    def test_of_an_add_one(
        self, asked: Callable[..., list[str]], decided: list[Decision], choice: str, name: str
    ) -> None:
        vsp = CompanyFactory(name="VSP", **AETNA_ADDRESS)
        CompanyFactory(name="Cigna", **AETNA_ADDRESS)
        decided.clear()
        typed = {"company_name": name, "plan_name": "Vision", **AETNA_ADDRESS}

        asked(reverse("admin:ehr_insurance_add"), choice=choice and record_key(vsp), **typed)

        assert len(decided) == 1

    def test_of_an_add_that_is_asked_about_the_same_twice_and_once_for_the_preview(
        self, admin_client: Client, decided: list[Decision]
    ) -> None:
        vsp = CompanyFactory(name="VSP", **AETNA_ADDRESS)
        PlanFactory(company=vsp, name="Vision", **AETNA_ADDRESS)
        decided.clear()
        typed = {"company_name": "Aetna Vision", "plan_name": "Vision", **AETNA_ADDRESS}

        response = submit(admin_client, reverse("admin:ehr_insurance_add"), **typed)

        assert "already exists" in response.text
        under_the_lock, for_its_page, previewed = decided
        assert under_the_lock.fingerprint == for_its_page.fingerprint == previewed.fingerprint

    def test_of_a_company_with_its_first_plan_one_for_each(
        self, asked: Callable[..., list[str]], decided: list[Decision]
    ) -> None:
        first = {f"plans-0-{name}": value for name, value in AETNA_ADDRESS.items()}
        typed = {"name": "Aetna", **AETNA_ADDRESS, "plans-0-name": "HMO", **first}

        asked(reverse("admin:pm_insurancecompany_add"), **typed)

        assert len(decided) == 2
