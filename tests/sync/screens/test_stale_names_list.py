"""The list of stale names shows which name it is that the EHR still shows."""

import pytest
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany
from tests.conftest import Statements
from tests.factories import PlanFactory

pytestmark = pytest.mark.django_db

PLANS = reverse("admin:pm_insuranceplan_changelist")


def rename(count: int) -> None:
    for number in range(count):
        company = PlanFactory(company__name=f"Former {number}").company
        InsuranceCompany.objects.filter(pk=company.pk).change(name=f"Present {number}")


def test_it_shows_the_stale_name(admin_client: Client) -> None:
    rename(1)

    page = admin_client.get(PLANS, {"drift": "stale-names"}).text

    assert "EHR still shows" in page
    assert '<td class="field-stale_name">Former 0</td>' in page
    assert "EHR still shows" not in admin_client.get(PLANS).text


def test_it_asks_no_more_for_more_of_them(admin_client: Client, statements: Statements) -> None:
    counts = []
    for _ in range(2):
        rename(2)
        with statements() as asked:
            admin_client.get(PLANS, {"drift": "stale-names"})
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_list_of_plans_shows_the_payer_id(admin_client: Client) -> None:
    PlanFactory(company__payer_id="N1")

    assert '<td class="field-payer_id">N1</td>' in admin_client.get(PLANS).text
