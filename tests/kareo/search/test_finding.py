"""A search finds the same however it looks, and says where it found more than it looks for."""

from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kareo.search import finding
from kareo.search.finding import found_keys
from kareo.search.terms import matching
from pm.models import InsuranceCompany, InsurancePlan, Patient
from tests.conftest import Statements
from tests.factories import CompanyFactory, PlanFactory, PMPatientFactory, PolicyFactory
from tests.screens import messages_of

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no index of trigrams"
)
PLANS = reverse("admin:pm_insuranceplan_changelist")
OF_PLANS = ("search_text", "company__name", "company__payer_id")


@pytest.fixture
def most(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a search look for three records only."""
    monkeypatch.setattr(finding, "MOST_FOUND", 3)
    monkeypatch.setattr("kareo.pages.lists.pages.MOST_FOUND", 3)
    return 3


@pytest.fixture
def many_plans() -> list[InsurancePlan]:
    """Return plans whose words are their own, their companies' or both."""
    names = ["Aetna Gold", "Gold Silver", "Silver", "Cigna"]
    companies = [CompanyFactory(name=name, payer_id=f"60{n}54") for n, name in enumerate(names)]
    return [PlanFactory(company=company, name=name) for company, name in product(companies, names)]


def keys_of(plans: Any) -> set[int]:
    return {plan.pk for plan in plans}


@pytest.mark.parametrize("many", [1000, 0], ids=["companies by keys", "by a condition"])
@pytest.mark.parametrize("common", [50_000, -1])
@pytest.mark.parametrize("drivers", [1, 2, 3])
@pytest.mark.parametrize(
    "typed",
    [
        "aetna",
        "gold",
        "gold silver",
        "aetna gold silver",
        "silver aetna gold 60054",
        "gold 60154 example st",
        "cigna street",
        "60254",
        "gold irvine",
        "au",
        "na go",
        "nobody gold",
    ],
)
def test_a_plan_has_its_words_or_its_company_does(
    many_plans: list[InsurancePlan],
    typed: str,
    drivers: int,
    common: int,
    many: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "DRIVERS", drivers)
    monkeypatch.setattr(finding, "COMMON", common)
    monkeypatch.setattr(finding, "MANY", many)
    rows = InsurancePlan.objects.all()

    found = found_keys(rows, typed, OF_PLANS)

    assert found == keys_of(rows.filter(matching(typed, OF_PLANS, InsurancePlan)))


def test_a_patient_has_the_words_or_a_policy_does() -> None:
    policy = PolicyFactory(
        patient=PMPatientFactory(last_name="Abara", first_name="Chidi"), policy_number="W12-345678"
    )
    PolicyFactory(policy_number="W12-999999")
    fields, rows = ("search_text", "policies__policy_number"), Patient.objects.all()

    for typed in ("W12-3456", "abara", "chidi w12", "w12 chidi 3456 ABARA"):
        assert found_keys(rows, typed, fields) == {policy.patient_id}, typed
    assert found_keys(rows, "abara 999999", fields) == set()
    assert found_keys(rows, "chidi w1_", fields) == set()
    assert found_keys(rows, " – ", fields) is None


def test_of_more_than_it_looks_for_a_search_shows_some_and_says_so(
    admin_client: Client, most: int
) -> None:
    PlanFactory.create_batch(5, name="Gold")
    PlanFactory(name="Gold Silver")

    page = admin_client.get(PLANS, {"q": "gold"})

    assert len(page.context["cl"].result_list) == most
    assert " ".join(page.text.split()).count("more than 3 insurance plans: add a word") == 1
    assert "Select all 3" not in page.text
    assert "of 3 selected" in page.text
    exact = admin_client.get(PLANS, {"q": "gold silver"})
    assert exact.context["cl"].result_count == 1
    assert "add a word" not in exact.text


def test_as_many_as_it_looks_for_are_counted_and_can_all_be_selected(
    admin_client: Client, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kareo.pages.admin.RecordAdmin.list_per_page", 2)
    PlanFactory.create_batch(most, name="Gold")

    page = admin_client.get(PLANS, {"q": "gold"})

    assert page.context["cl"].result_count == most
    assert "Select all 3 insurance plans" in page.text


def test_all_of_more_than_was_looked_for_is_never_changed(admin_client: Client, most: int) -> None:
    plans = PlanFactory.create_batch(most + 2, name="Gold")
    chosen = {"action": "deactivate", "select_across": "1", "_selected_action": [plans[0].pk]}

    answer = admin_client.post(f"{PLANS}?q=gold", chosen, follow=True)

    assert InsurancePlan.objects.filter(is_active=False).count() == 0
    [refused] = messages_of(answer)
    assert refused.startswith("These are more than 3: add a word or a filter, or select some")
    admin_client.post(f"{PLANS}?q=gold", {**chosen, "select_across": "0"})
    assert InsurancePlan.objects.filter(is_active=False).get() == plans[0]


def test_filters_narrow_before_the_search_ends(admin_client: Client, most: int) -> None:
    PlanFactory.create_batch(4, name="Gold")
    quiet = PlanFactory(name="Gold", is_active=False)

    page = admin_client.get(PLANS, {"q": "gold", "is_active__exact": "0"})

    assert list(page.context["cl"].result_list) == [quiet]
    assert "add a word" not in page.text


def test_pickers_offer_the_active_ones_of_more_than_a_search_looks_for(
    admin_client: Client, most: int
) -> None:
    CompanyFactory.create_batch(6, name="Gold", is_active=False)
    active = CompanyFactory(name="Gold")
    query = {"app_label": "pm", "model_name": "insuranceplan", "field_name": "company"}

    answer = admin_client.get(reverse("admin:autocomplete"), {**query, "term": "gold"}).json()

    assert [int(result["id"]) for result in answer["results"]] == [active.pk]
    assert answer["pagination"] == {"more": False}


@on_postgresql
def test_a_long_list_finds_one_or_two_letters_alone_at_the_beginnings_of_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    within, begins = CompanyFactory(name="Exquisite"), CompanyFactory(name="The Quick")
    rows, fields = InsuranceCompany.objects.all(), ("search_text",)
    assert found_keys(rows, "qu", fields) == {within.pk, begins.pk}

    monkeypatch.setattr(finding, "LONG", -1)

    assert found_keys(rows, "qu", fields) == {begins.pk}
    assert found_keys(rows, "qu exq", fields) == {within.pk}


@on_postgresql
def test_a_search_reads_no_whole_table_and_leaves_the_next_query_alone(
    statements: Statements,
) -> None:
    CompanyFactory.create_batch(3)
    with statements() as sent:
        found_keys(InsuranceCompany.objects.all(), "zzyzx", ("search_text",))

    [search] = [sql for sql in sent if sql.startswith("SELECT")]
    with connection.cursor() as cursor:
        for setting in ("enable_seqscan", "jit"):
            cursor.execute(f"SHOW {setting}")
            assert cursor.fetchone() == ("on",)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {search}")
        assert "pm_company_by_words" in str(cursor.fetchall())
