"""What a delete page lists is named as people know it."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from pm.models import InsuranceCompany
from sync.propagation import dismiss
from tests.conftest import Statements
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory, insurance_of
from tests.screens import change_url

pytestmark = pytest.mark.django_db


def listed(page: Any) -> list[str]:
    [shown] = re.findall(r"<h2>Objects</h2>(.*?)<form", page.text, re.DOTALL)
    lines = html.unescape(strip_tags(shown)).splitlines()
    return [line.strip() for line in lines if line.strip()]


def delete_url(record: Any) -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_delete", args=[record.pk])


def test_it_names_and_links_the_counterpart_that_stays(admin_client: Client) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    insurance = insurance_of(plan)

    for record, other in ((plan, insurance), (insurance, plan)):
        page = admin_client.get(delete_url(record))
        assert f': <a href="{change_url(other)}">{other}</a>' in html.unescape(page.text)
        assert listed(page)[-1] == (
            f"Link to the other list: PM plan no. {plan.pk} and EHR insurance no. {insurance.pk}"
        )


@pytest.mark.parametrize("app", ["pm", "ehr"])
def test_it_names_no_counterpart_to_whoever_may_not_see_it(client: Client, app: str) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO")
    insurance = insurance_of(plan)
    user = User.objects.create_user("one-list", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label=app))
    client.force_login(user)
    record, other = (plan, insurance) if app == "pm" else (insurance, plan)

    page = client.get(delete_url(record))

    assert "Link to the other list" in page.text
    assert str(other) not in html.unescape(page.text)


def test_many_pairs_are_asked_for_at_once(admin_client: Client, statements: Statements) -> None:
    asked = []
    url = reverse("admin:pm_insuranceplan_changelist")
    for count in (2, 7):
        keys = [plan.pk for plan in PlanFactory.create_batch(count)]
        with statements() as sent:
            page = admin_client.post(url, {"action": "delete_selected", "_selected_action": keys})
        assert page.text.count("and EHR insurance") == count
        asked.append(len(sent))

    assert asked[0] == asked[1]


def test_many_dismissed_look_alikes_are_asked_for_at_once(
    admin_client: Client, statements: Statements
) -> None:
    company = CompanyFactory(name="Humana")
    asked = []
    for count in (2, 7):
        for other in CompanyFactory.create_batch(count):
            dismiss(InsuranceCompany.objects.get(pk=company.pk), other.pk)
        with statements() as sent:
            page = admin_client.get(delete_url(company))
        asked.append(len(sent))

    assert page.text.count("Dismissed look alike: ") == 9
    assert asked[0] == asked[1]
