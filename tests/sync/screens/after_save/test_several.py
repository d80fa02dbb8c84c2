"""A message about one of several records of an action names its own."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import constants
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    PlanFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import change_url, messages_of, submit

pytestmark = pytest.mark.django_db

INSURANCES = reverse("admin:ehr_insurance_changelist")
PLANS = reverse("admin:pm_insuranceplan_changelist")
COMPANIES = reverse("admin:pm_insurancecompany_changelist")


def act(client: Client, url: str, action: str, *records: Any, **more: str) -> list[str]:
    sent = {"action": action, "_selected_action": [record.pk for record in records], **more}
    page = client.post(url, sent, follow=True)
    return [html.unescape(text) for text in messages_of(page)]


def as_user(client: Client, *codes: str) -> None:
    user = User.objects.create_user("somebody", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)


def test_deleted_insurances_are_named_with_what_each_leaves(admin_client: Client) -> None:
    plan, orphan = PlanFactory(), orphan_insurance()
    linked = insurance_of(plan)

    said = act(admin_client, INSURANCES, "delete_selected", linked, orphan, post="yes")

    assert set(said) == {
        "2 insurances deleted.",
        f"{linked}: EHR only: Its plan stays in PM, as an orphan."
        f' If nobody needs it, <a href="{change_url(plan)}">deactivate it</a>.',
        f"{orphan}: It had no plan in PM.",
    }


def test_what_is_left_is_named_to_whoever_must_ask_for_it(client: Client) -> None:
    plan, other = PlanFactory(), PlanFactory()
    as_user(client, "view_insurance", "delete_insurance", "view_insuranceplan")

    said = act(
        client, INSURANCES, "delete_selected", insurance_of(plan), insurance_of(other), post="yes"
    )

    left = f'If nobody needs <a href="{change_url(plan)}">{plan}</a>, ask billing to deactivate it.'
    assert any(text.endswith(left) for text in said)


@pytest.mark.parametrize("action", ["activate", "deactivate"])
def test_an_orphan_among_several_is_named(admin_client: Client, action: str) -> None:
    is_active = action == "deactivate"
    plan, orphan = PlanFactory(is_active=is_active), orphan_plan(is_active=is_active)

    said = act(admin_client, PLANS, action, plan, orphan)

    link = f'<a href="{change_url(orphan)}">{orphan}</a>'
    assert [text for text in said if text.startswith(f"{link}: Nothing changed in the EHR. This")]
    theirs = f'EHR insurance <a href="{change_url(insurance_of(plan))}">'  # which names its own
    assert [text for text in said if text.startswith(theirs)]


def test_the_one_that_was_changed_is_named_among_those_that_were_selected(
    admin_client: Client,
) -> None:
    company = PlanFactory(company__name="Aetna").company
    inactive = CompanyFactory(is_active=False)
    named = f'<a href="{change_url(company)}">Aetna</a>: '

    _count, told = act(admin_client, COMPANIES, "deactivate", company, inactive)
    assert told.startswith(f"{named}PM only: Nothing changed in the EHR. Its 1 active plan stays")

    company.plans.change(is_active=True)
    act(admin_client, COMPANIES, "activate", company)
    also = {"confirmed": "1"}
    _count, told = act(admin_client, COMPANIES, "deactivate_with_plans", company, inactive, **also)
    assert told.startswith(f"{named}Its 1 active plan is deactivated, in PM and in the EHR.")


def test_the_only_one_is_not_named(admin_client: Client) -> None:
    _count, told = act(admin_client, PLANS, "deactivate", orphan_plan())

    assert told.startswith("Nothing changed in the EHR. This plan has no insurance")


def test_each_is_named_where_the_other_list_is_not_shown(client: Client) -> None:
    plans = [PlanFactory(), PlanFactory()]
    as_user(client, "view_insuranceplan", "change_insuranceplan")

    said = act(client, PLANS, "deactivate", *plans)

    for plan in plans:
        named = f'<a href="{change_url(plan)}">{plan}</a>: Your role doesn\'t show you what'
        assert [text for text in said if text.startswith(named)]


@pytest.mark.parametrize("count", [1, 7])
def test_of_deleted_companies_it_says_once_that_nothing_changed_in_the_ehr(
    admin_client: Client, count: int
) -> None:
    companies = CompanyFactory.create_batch(count)
    sent = {"action": "delete_selected", "post": "yes"}
    keys = [company.pk for company in companies]

    page = admin_client.post(COMPANIES, {**sent, "_selected_action": keys}, follow=True)

    _deleted, told = page.context["messages"]
    assert str(told) == "PM only: Nothing changed in the EHR."
    assert told.level == constants.SUCCESS


def test_of_one_that_is_deleted_on_its_page_it_says_so_too(admin_client: Client) -> None:
    url = reverse("admin:pm_insurancecompany_delete", args=[CompanyFactory(name="Aetna").pk])

    page = admin_client.post(url, {"post": "yes"}, follow=True)

    said = ["Company Aetna deleted.", "PM only: Nothing changed in the EHR."]
    assert messages_of(page) == said


def test_a_second_company_of_a_name_is_said_to_be_one(admin_client: Client) -> None:
    there = CompanyFactory(name="Humana", payer_id="H1")
    typed = {"company_name": "Humana", "plan_name": "HMO", **AETNA_ADDRESS}

    page = submit(admin_client, reverse("admin:ehr_insurance_add"), **typed)

    [_saved, said] = messages_of(admin_client.get(page.url))
    made = InsuranceCompany.objects.exclude(pk=there.pk).get()
    plans = f"/admin/pm/insuranceplan/?company__id__exact={made.pk}"
    told = f'>{there.picker_text}</a>, too. If that is the same, <a href="{plans}">move'
    assert told in html.unescape(said)
