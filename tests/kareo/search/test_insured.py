"""Patients are found by the names of what insures them, where their own words find nobody."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.search import finding, insured
from pm.models import InsurancePlan
from tests.conftest import Statements
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
)

pytestmark = pytest.mark.django_db

PM, EHR = (reverse(f"admin:{app}_patient_changelist") for app in ("pm", "ehr"))
BOTH = (PM, EHR)
PEOPLE = {
    "Abara": "Aetna HMO",
    "Brandt": "Aetna PPO",
    "Castillo": "Cigna HMO",
    "Dvorak": None,
    "Goldberg": "Kaiser Gold",
    "Egan": "Kaiser Gold",
}


@pytest.fixture
def patients() -> dict[str, InsurancePlan]:
    """Fill both lists with PEOPLE, who have these; return {insurance: plan}."""
    companies = {name: CompanyFactory(name=name) for name in ("Aetna", "Cigna", "Kaiser")}
    companies["Aetna"].other_names = "Etna Mutual"
    companies["Aetna"].save()
    plans = {}
    for name in {*PEOPLE.values()} - {None}:
        company, plan = str(name).split()
        plans[str(name)] = PlanFactory(company=companies[company], name=plan, city="Dallas")
    for number, (last, name) in enumerate(PEOPLE.items()):
        person = {"last_name": last, "first_name": "Pat", "chart_number": f"K{number}"}
        patient = PMPatientFactory(**person)
        EHRPatientFactory(
            **person,
            primary_insurance=insurance_of(plans[name]) if name and number % 2 else None,
            secondary_insurance=insurance_of(plans[name]) if name and not number % 2 else None,
        )
        if name:
            PolicyFactory(patient=patient, plan=plans[name], rank="secondary")
    return plans


def found(client: Client, url: str, typed: str, **more: str) -> list[str]:
    page = client.get(url, {"q": typed, **more})
    assert page.status_code == 200
    return [patient.last_name for patient in page.context["cl"].result_list]


@pytest.fixture(params=[1000, 0], ids=["few insurances", "many insurances"])
def most(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Take all insurances that are found for few, or each for one of many."""
    most: int = request.param
    monkeypatch.setattr(insured, "MOST_INSURANCES", most)
    return most


@pytest.mark.parametrize("url", BOTH)
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("aetna hmo", ["Abara"]),
        ("hmo aetna", ["Abara"]),
        ("AETNA", ["Abara", "Brandt"]),
        ("hmo", ["Abara", "Castillo"]),
        ("abara aetna", ["Abara"]),
        ("aetna abara", ["Abara"]),
        ("pat abara hmo", ["Abara"]),
        ("aetna hmo abara, pat", ["Abara"]),
        ("pat hmo", ["Abara", "Castillo"]),
        ("k0 aetna hmo", ["Abara"]),
        ("brandt hmo", []),
        ("aetna hmo ppo", []),
        ("dvorak aetna", []),
        ("dallas", []),  # where the claims go
        ("nobody aetna", []),
        ("gold", ["Goldberg"]),  # whom one looks for by name
        ("egan gold", ["Egan"]),
        ("ka gold", ["Egan", "Goldberg"]),
        ("ai gold", []),  # one or two letters begin a word
    ],
)
def test_a_patient_is_found_by_what_insures_him(
    admin_client: Client,
    patients: dict[str, InsurancePlan],
    most: int,
    url: str,
    typed: str,
    names: list[str],
) -> None:
    assert found(admin_client, url, typed) == names


def test_a_company_is_known_by_its_other_names_in_pm(
    admin_client: Client, patients: dict[str, InsurancePlan]
) -> None:
    assert found(admin_client, PM, "mutual hmo") == ["Abara"]
    assert found(admin_client, EHR, "mutual hmo") == []


@pytest.mark.parametrize("typed", ["ZEN01", "zen01", "abara zen01"])
def test_a_company_is_known_by_its_payer_id_in_pm(
    admin_client: Client, patients: dict[str, InsurancePlan], typed: str
) -> None:
    company = patients["Aetna HMO"].company
    company.payer_id = "ZEN01"
    company.save()

    assert "Abara" in found(admin_client, PM, typed)
    assert "Castillo" not in found(admin_client, PM, typed)


def test_a_policy_that_is_no_more_active_does_not_count(
    admin_client: Client, patients: dict[str, InsurancePlan]
) -> None:
    patients["Aetna HMO"].policies.get().delete()
    PolicyFactory(plan=patients["Aetna PPO"], is_active=False)

    assert found(admin_client, PM, "aetna") == ["Brandt"]


def test_filters_narrow_these_as_well(
    admin_client: Client, patients: dict[str, InsurancePlan]
) -> None:
    PolicyFactory(plan=patients["Aetna PPO"], patient__is_active=False)

    assert found(admin_client, PM, "aetna", is_active__exact="0") == ["Doe"]


@pytest.mark.parametrize("url", BOTH)
def test_insurances_are_searched_at_once_when_told_to(
    admin_client: Client, patients: dict[str, InsurancePlan], url: str
) -> None:
    page = admin_client.get(url, {"q": "gold"})
    assert "?q=gold&amp;searched=insurance" in page.text
    assert "data-found-by" not in page.text

    assert found(admin_client, url, "gold", searched="insurance") == ["Egan", "Goldberg"]
    assert len(found(admin_client, url, "", searched="insurance")) == len(PEOPLE)
    assert len(found(admin_client, url, "–", searched="insurance")) == len(PEOPLE)
    assert "searched=" not in admin_client.get(url).text


def test_names_of_insurances_are_not_looked_at_where_a_name_is_found(
    admin_client: Client, patients: dict[str, InsurancePlan], statements: Statements
) -> None:
    with statements() as sent:
        assert found(admin_client, PM, "goldberg") == ["Goldberg"]

    assert not [sql for sql in sent if "pm_insuranceplan" in sql]


@pytest.mark.parametrize("action", ["view", "change"])
@pytest.mark.parametrize(
    ("url", "app", "model"), [(PM, "pm", "insurancepolicy"), (EHR, "ehr", "insurance")]
)
def test_only_who_may_see_what_patients_have_finds_them_by_it(
    client: Client, patients: dict[str, InsurancePlan], url: str, app: str, model: str, action: str
) -> None:
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_patient"))
    client.force_login(user)
    assert found(client, url, "aetna hmo") == []
    assert found(client, url, "aetna hmo", searched="insurance") == []

    codename = f"{action}_{model}"
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label=app, codename=codename)
    )

    assert found(client, url, "aetna hmo") == ["Abara"]


def test_of_too_many_insurances_some_are_taken_and_the_list_says_so(
    admin_client: Client, patients: dict[str, InsurancePlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insured, "MOST_INSURANCES", 1)
    monkeypatch.setattr(finding, "MOST_FOUND", 1)

    page = admin_client.get(PM, {"q": "hmo"})

    assert page.context["cl"].found_more
    assert found(admin_client, PM, "abara hmo") == ["Abara"]
    assert not admin_client.get(PM, {"q": "abara hmo"}).context["cl"].found_more


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no index of trigrams")
def test_it_reads_no_whole_table(
    admin_client: Client, patients: dict[str, InsurancePlan], statements: Statements
) -> None:
    with statements() as sent:
        assert found(admin_client, PM, "castillo hmo") == ["Castillo"]

    searches = [sql for sql in sent if sql.startswith("SELECT") and " LIKE " in sql]
    used = ""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for search in searches:
            cursor.execute(f"EXPLAIN {search}")
            used += str(cursor.fetchall())
    assert "Seq Scan" not in used
    for index in ("pm_patient_by_words", "pm_plan_by_words", "pm_company_by_words"):
        assert index in used


def test_an_insurance_that_nobody_has_finds_nobody(admin_client: Client) -> None:
    PlanFactory(name="Aetna HMO")

    assert Insurance.objects.exists()
    for url in BOTH:
        assert found(admin_client, url, "aetna") == []
