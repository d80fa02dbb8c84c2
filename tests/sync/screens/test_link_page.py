"""The page on which the counterpart of an orphan is chosen, and the card's way there."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import change_url, link_url, messages_of

pytestmark = pytest.mark.django_db


def offered(response: Any) -> list[Record]:
    return [candidate.record for candidate in response.context["candidates"]]


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", **AETNA_ADDRESS)


@pytest.fixture
def plan(aetna: InsuranceCompany) -> InsurancePlan:
    return orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)


@pytest.fixture
def insurance(aetna: InsuranceCompany) -> Insurance:
    return orphan_insurance(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)


def test_offers_what_looks_like_it_with_what_would_change(
    admin_client: Client, plan: InsurancePlan, insurance: Insurance
) -> None:
    Insurance.objects.filter(pk=insurance.pk).change(company_name="AETNA", phone="800-555-0100")
    InsurancePlan.objects.filter(pk=plan.pk).change(fax="800-555-0199")

    for record, other in ((plan, insurance), (insurance, plan)):
        response = admin_client.get(link_url(record))

        assert offered(response) == [other]
        [candidate] = response.context["candidates"]
        assert candidate.why == "same name and address"
        assert candidate.changes == [
            "EHR: Company name: AETNA → Aetna",
            "EHR: Fax: empty → 800-555-0199",
            "PM: Phone: empty → 800-555-0100",
        ]
        assert "EHR: Company name: AETNA → Aetna" in response.text


def test_offers_no_record_that_has_a_counterpart(admin_client: Client, plan: InsurancePlan) -> None:
    PlanFactory(company=plan.company, name="HMO", **AETNA_ADDRESS)

    response = admin_client.get(link_url(plan))
    searched = admin_client.get(link_url(plan), {"q": "HMO"})

    assert offered(response) == offered(searched) == []
    assert "No unlinked EHR insurance looks like it." in response.text
    assert "Try fewer words" in searched.text


def test_the_search_finds_what_does_not_look_like_it(
    admin_client: Client, plan: InsurancePlan
) -> None:
    other = orphan_insurance(company_name="Cigna", plan_name="Vision")

    assert offered(admin_client.get(link_url(plan))) == []
    assert offered(admin_client.get(link_url(plan), {"q": "vision"})) == [other]


def test_the_search_of_an_insurance_finds_plans(admin_client: Client, insurance: Insurance) -> None:
    other = orphan_plan(company=CompanyFactory(name="Cigna"), name="Vision")

    assert offered(admin_client.get(link_url(insurance), {"q": "cigna"})) == [other]


def test_the_search_finds_inactive_ones_too(admin_client: Client, plan: InsurancePlan) -> None:
    """Being active is one of the values that it takes."""
    other = orphan_insurance(company_name="Cigna", is_active=False)

    response = admin_client.get(link_url(plan), {"q": "Cigna"})

    assert offered(response) == [other]
    assert "EHR: Active: no → yes" in response.text


def test_chosen_it_is_linked_and_the_record_shown(
    admin_client: Client, plan: InsurancePlan, insurance: Insurance
) -> None:
    page = admin_client.get(link_url(plan))
    [key] = re.findall(r'name="counterpart" value="(\d+)"', page.text)

    response = admin_client.post(link_url(plan), {"counterpart": key}, follow=True)

    assert response.request["PATH_INFO"] == change_url(plan)
    assert insurance_of(plan) == insurance


def test_the_card_offers_it_and_the_way_to_the_page(
    admin_client: Client, plan: InsurancePlan, insurance: Insurance
) -> None:
    for record, other in ((plan, insurance), (insurance, plan)):
        page = admin_client.get(change_url(record)).text

        assert f"Link it with {other}" in page
        assert link_url(record) in page
        assert f'name="counterpart" value="{other.pk}"' in page


def test_the_card_of_a_pair_offers_no_other(admin_client: Client, insurance: Insurance) -> None:
    pair = PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)

    for record in (pair, insurance_of(pair)):
        assert link_url(record) not in admin_client.get(change_url(record)).text


def test_of_a_pair_leads_back(admin_client: Client) -> None:
    pair = PlanFactory()

    for record in (pair, insurance_of(pair)):
        response = admin_client.get(link_url(record), follow=True)
        assert response.request["PATH_INFO"] == change_url(record)
        assert "has a counterpart already" in messages_of(response)[0]


@pytest.mark.parametrize(
    "asked", ["x" * 10_000, "<script>alert(1)</script>", "%_\\'\"", "  ", "\u202e", "a " * 500]
)
def test_any_search_is_answered_as_text(
    admin_client: Client, plan: InsurancePlan, insurance: Insurance, asked: str
) -> None:
    response = admin_client.get(link_url(plan), {"q": asked})

    assert response.status_code == 200
    assert "<script>alert(1)" not in response.text


def test_stored_markup_is_shown_as_text(admin_client: Client, plan: InsurancePlan) -> None:
    orphan_insurance(plan_name="<i>HMO</i>", **AETNA_ADDRESS)

    for url in (link_url(plan), change_url(plan)):
        text = admin_client.get(url).text
        assert "&lt;i&gt;HMO&lt;/i&gt;" in text
        assert "<i>" not in text


def test_needs_a_login_and_the_permission_to_save(
    client: Client, django_user_model: type[User], plan: InsurancePlan, insurance: Insurance
) -> None:
    assert "login" in client.get(link_url(plan))["Location"]
    assert "login" in client.post(link_url(plan), {"counterpart": insurance.pk})["Location"]
    user = django_user_model.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)

    assert client.get(link_url(plan)).status_code == 403
    assert link_url(plan) not in client.get(change_url(plan)).text
    assert not InsuranceLink.objects.exists()


def test_needs_the_pages_token(admin_user: User, plan: InsurancePlan, insurance: Insurance) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)

    assert client.post(link_url(plan), {"counterpart": insurance.pk}).status_code == 403
    assert not InsuranceLink.objects.exists()


def test_of_a_record_that_is_not_there(admin_client: Client) -> None:
    for name in ("insuranceplan", "insurance"):
        url = reverse("sync:link", args=[name, 999])
        assert admin_client.get(url).status_code == 404
        assert admin_client.post(url, {"counterpart": "1"}).status_code == 404
    assert admin_client.get(url.replace("999", "9" * 19)).status_code == 404


def test_asks_as_much_of_the_database_however_many_are_offered(
    admin_client: Client, statements: Statements, plan: InsurancePlan, insurance: Insurance
) -> None:
    for record in (plan, insurance):
        asked = []
        admin_client.get(change_url(record))  # what is kept from page to page is asked for now
        for count in (1, 3):
            for _ in range(count):
                InsuranceFactory(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)
                orphan_insurance(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)
                orphan_plan(company=plan.company, name="HMO", **AETNA_ADDRESS)
            for url in (link_url(record), f"{link_url(record)}?q=HMO", change_url(record)):
                with statements() as sent:
                    admin_client.get(url)
                asked.append(len(sent))

        assert asked[:3] == asked[3:]


@pytest.mark.parametrize("counterpart", ["", "x", "-1", "٣", "9" * 30])
def test_says_so_when_nothing_was_chosen(
    admin_client: Client, plan: InsurancePlan, counterpart: str
) -> None:
    response = admin_client.post(link_url(plan), {"counterpart": counterpart}, follow=True)

    assert messages_of(response) == ["Nothing was linked: no counterpart was chosen."]
    assert not InsuranceLink.objects.exists()
