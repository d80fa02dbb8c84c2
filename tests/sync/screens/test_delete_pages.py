"""What a delete page lists is named as people know it."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from pm.models import InsuranceCompany
from sync.propagation import dismiss
from tests.conftest import Statements
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory, insurance_of

pytestmark = pytest.mark.django_db


def listed(page: Any) -> list[str]:
    [shown] = re.findall(r"<h2>Objects</h2>(.*?)<form", page.text, re.DOTALL)
    lines = html.unescape(strip_tags(shown)).splitlines()
    return [line.strip() for line in lines if line.strip()]


def test_a_pair_is_shown_by_both_names(admin_client: Client) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    insurance = insurance_of(plan)
    link = (
        "Link to the other list: PM plan Aetna – HMO (111 Academy Drive, 92617) and EHR insurance"
        " Aetna – HMO – 111 Academy Drive, 92617"
    )

    for record in (plan, insurance):
        meta = record._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_delete", args=[record.pk])
        assert link in listed(admin_client.get(url))


def test_a_dismissed_look_alike_is_shown_by_both_names(admin_client: Client) -> None:
    one, other = CompanyFactory(name="Humana"), CompanyFactory(name="Humana Military")
    dismiss(InsuranceCompany.objects.get(pk=one.pk), other.pk)

    page = admin_client.get(reverse("admin:pm_insurancecompany_delete", args=[one.pk]))

    assert any("Humana isn't Humana Military" in line for line in listed(page))


def test_many_pairs_are_read_at_once(admin_client: Client, statements: Statements) -> None:
    asked = []
    url = reverse("admin:pm_insuranceplan_changelist")
    for count in (2, 7):
        keys = [plan.pk for plan in PlanFactory.create_batch(count)]
        with statements() as sent:
            page = admin_client.post(url, {"action": "delete_selected", "_selected_action": keys})
        assert page.text.count("and EHR insurance") == count
        asked.append(len(sent))

    assert asked[0] == asked[1]
