"""A company that can't be deleted says what deactivating does; namesakes are told apart."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany, InsurancePlan
from tests.conftest import Statements
from tests.factories import CompanyFactory, PlanFactory
from tests.screens import messages_of

pytestmark = pytest.mark.django_db

LIST = reverse("admin:pm_insurancecompany_changelist")
WITH_PLANS = 'name="action" value="deactivate_with_plans"'
OFFERED = "is no longer offered"


def delete_url(company: InsuranceCompany) -> str:
    return reverse("admin:pm_insurancecompany_delete", args=[company.pk])


def ask(client: Client, *companies: InsuranceCompany, **more: str) -> Any:
    keys = [company.pk for company in companies]
    return client.post(LIST, {"action": "delete_selected", "_selected_action": keys, **more})


def namesakes(count: int = 2) -> list[InsuranceCompany]:
    return [CompanyFactory(name="Humana", payer_id=f"6110{n}") for n in range(count)]


@pytest.fixture
def company() -> InsuranceCompany:
    return PlanFactory().company


def test_of_one_it_says_that_its_plans_stay_and_offers_both(
    admin_client: Client, company: InsuranceCompany
) -> None:
    page = admin_client.get(delete_url(company))

    assert (
        "Deactivate it instead: new EHR insurances don't match it any more. Its active plans"
        " stay offered unless they are deactivated with it."
    ) in html.unescape(page.text)
    assert OFFERED not in page.text
    assert 'value="Deactivate instead"' in page.text
    assert 'value="Deactivate with its plans"' in page.text


def test_of_several_it_says_so_too(admin_client: Client, company: InsuranceCompany) -> None:
    page = ask(admin_client, company, PlanFactory().company)

    assert "Their active plans stay offered unless they are" in page.text
    assert "no longer offered" not in page.text
    assert 'value="Deactivate with their plans"' in page.text


def test_its_plans_are_asked_about_before_they_are_deactivated(
    admin_client: Client, company: InsuranceCompany
) -> None:
    page = admin_client.get(delete_url(company))
    form = next(each for each in page.text.split("<form")[1:] if WITH_PLANS in each)
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    [url] = re.findall(r'action="([^"]*)"', form)

    asked = admin_client.post(url, sent)

    assert "1 active plan and 1 EHR insurance are deactivated as well." in asked.text
    assert "delete-confirmation" in asked.text  # so that Cancel looks as on the pages that led here
    assert InsurancePlan.objects.active().exists()


def test_of_an_inactive_one_it_does_not_say_that_nothing_is_offered(admin_client: Client) -> None:
    company = PlanFactory(company__is_active=False).company

    for page in (admin_client.get(delete_url(company)), ask(admin_client, company)):
        said = html.unescape(page.text)
        assert "It is inactive already: new EHR insurances don't match it. Its plans are" in said
        assert OFFERED not in said
        assert 'value="Deactivate instead"' not in said
        assert 'value="Deactivate its plans"' in said  # which it left


def test_inactive_plans_are_not_offered_to_be_deactivated(admin_client: Client) -> None:
    company = PlanFactory(is_active=False).company

    for page in (admin_client.get(delete_url(company)), ask(admin_client, company)):
        assert 'value="Deactivate instead"' in page.text
        assert WITH_PLANS not in page.text


def test_whoever_may_not_change_plans_is_not_offered_them(
    client: Client, company: InsuranceCompany
) -> None:
    user = User.objects.create_user("kim", is_staff=True)
    codes = [f"{do}_insurancecompany" for do in ("view", "change", "delete")]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)

    for page in (client.get(delete_url(company)), ask(client, company)):
        assert 'value="Deactivate instead"' in page.text
        assert WITH_PLANS not in page.text


def test_a_namesake_is_told_apart_before_and_after(admin_client: Client) -> None:
    one, _other = namesakes()
    told = one.picker_text
    assert told != "Humana"

    assert f"<h1>Delete {told}?</h1>" in admin_client.get(delete_url(one)).text
    after = admin_client.post(delete_url(one), {"post": "yes"}, follow=True)
    assert messages_of(after)[0] == f"Company {told} deleted."


def test_namesakes_in_a_selection_are_told_apart(admin_client: Client) -> None:
    one, other = namesakes()
    PlanFactory(company=other)
    aetna = CompanyFactory(name="Aetna")

    assert f">{one.picker_text}</a>" in ask(admin_client, one, aetna).text
    page = ask(admin_client, one, other)
    assert f">{other.picker_text}</a>" in page.text
    assert ">Aetna</a>" in ask(admin_client, one, aetna).text
    assert f"{other.picker_text} can't" in html.unescape(admin_client.get(delete_url(other)).text)
    after = admin_client.get(ask(admin_client, one, post="yes").url)
    assert messages_of(after)[0] == f"Company {one.picker_text} deleted."


def test_many_namesakes_are_told_apart_at_once(
    admin_client: Client, statements: Statements
) -> None:
    asked = []
    for count in (2, 7):
        companies = namesakes(count)
        with statements() as sent:
            ask(admin_client, *companies)
        asked.append(len(sent))

    assert asked[0] == asked[1]
