"""What none of our pages sends is answered in words: what once failed, a case each.

All else that could be sent is tried by tests/soak/hostile, by chance.
"""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from pm.models import InsurancePlan
from tests.factories import PlanFactory, PolicyFactory
from tests.screens import change_url, messages_of, page_values

pytestmark = pytest.mark.django_db

PLANS = reverse("admin:pm_insuranceplan_changelist")
USERS = reverse("admin:auth_user_changelist")


@pytest.fixture
def plan() -> InsurancePlan:
    return PlanFactory(company__name="Aetna")


@pytest.mark.parametrize(
    ("url", "query"),
    [
        (PLANS, "id__range=1"),
        (PLANS, "name__regex=("),
        (PLANS, "notes__regex=(a%2B)%2B%24"),  # SQLite would be busy for hours
        (PLANS, "nothing=1"),
        (PLANS, "id__range=1&e=1"),
        (PLANS, "_to_field=password"),
        (USERS, "password__startswith=p"),
        (USERS, "groups__name__regex=("),
    ],
)
def test_a_list_is_narrowed_by_its_own_filters_only(
    admin_client: Client, plan: InsurancePlan, url: str, query: str
) -> None:
    response: Any = admin_client.get(f"{url}?{query}")

    assert (response.status_code, response.url) == (302, f"{url}?e=1")
    shown = admin_client.get(response.url)
    assert messages_of(shown)[0] == (
        "This list can't show what that link asks for, so this is all of it. Choose a filter, or"
        " search."
    )


@pytest.mark.parametrize("sent", [{"_selected_action": "abc"}, {"chosen": "abc", "_save": "1"}])
def test_an_action_on_what_cant_be_a_row(
    admin_client: Client, plan: InsurancePlan, sent: dict[str, str]
) -> None:
    response = admin_client.post(PLANS, {"action": "deactivate", **sent})

    assert response.status_code in {200, 302}
    assert InsurancePlan.objects.get().is_active


def test_a_pop_up_hands_over_nothing_but_a_key(admin_client: Client, plan: InsurancePlan) -> None:
    page = admin_client.get(f"{change_url(plan)}?_to_field=")
    assert page.status_code == 200

    for to_field in ("password", "9" * 5000):
        response = admin_client.post(
            change_url(plan), page_values(page) | {"_popup": "1", "_to_field": to_field}
        )
        assert response.status_code == 400
        assert "Go back, reload the page and try again." in response.text


def test_save_as_new_is_no_button_of_any_page(
    admin_client: Client, admin_user: User, plan: InsurancePlan
) -> None:
    for record in (plan, admin_user):
        response = admin_client.post(change_url(record), {"_saveasnew": "1", "_to_field": ""})

        assert response.status_code == 200
    assert InsurancePlan.objects.get() == plan


def test_a_page_holds_so_many_rows(admin_client: Client) -> None:
    url = change_url(PolicyFactory().patient)
    sent = page_values(admin_client.get(url)) | {"policies-TOTAL_FORMS": "2000"}

    response = admin_client.post(url, sent)

    [rows] = response.context["inline_admin_formsets"]
    assert len(rows.formset.forms) == 100
    assert "This page holds at most 100 rows. Remove some and save again." in response.text


def test_a_page_without_its_count_of_rows_is_incomplete(admin_client: Client) -> None:
    url = change_url(PolicyFactory().patient)
    sent = page_values(admin_client.get(url)) | {"policies-TOTAL_FORMS": "abc"}

    assert "This page is incomplete, so nothing was saved." in admin_client.post(url, sent).text
