"""What a page says of the record that it saved: the same for all kinds."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import constants
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany
from tests.factories import CompanyFactory, PlanFactory, PMPatientFactory
from tests.screens import change_url, submit

pytestmark = pytest.mark.django_db


def said(client: Client, response: Any) -> tuple[int, str]:
    """Return the first message of the page that a save leads to."""
    first, *_others = client.get(response.url).context["messages"]
    return first.level, str(first)


def test_what_was_added(admin_client: Client) -> None:
    response = submit(admin_client, reverse("admin:pm_insurancecompany_add"), name="Aetna")

    company = InsuranceCompany.objects.get()
    link = f'<a href="{change_url(company)}">Aetna</a>'
    assert said(admin_client, response) == (constants.SUCCESS, f"Company {link} saved.")


def test_a_user_and_a_role(admin_client: Client) -> None:
    typed = {"username": "ada", "password1": "Corr3ct-horse", "password2": "Corr3ct-horse"}
    role = Group.objects.get(name="Billing")

    added = submit(admin_client, reverse("admin:auth_user_add"), **typed, role=role.pk)
    assert said(admin_client, added)[1].startswith("User <a ")

    changed = submit(admin_client, change_url(role), name="Billers")
    assert said(admin_client, changed)[1].endswith("Billers</a> saved.")


def test_what_was_changed_and_gone_on_with(admin_client: Client) -> None:
    plan = PlanFactory()

    response = submit(admin_client, change_url(plan), notes="x", _continue="1")

    link = f'<a href="{change_url(plan)}">{plan}</a>'
    assert said(admin_client, response) == (constants.SUCCESS, f"Plan {link} saved.")


@pytest.mark.parametrize(
    ("factory", "kind"),
    [(CompanyFactory, "company"), (PlanFactory, "plan"), (PMPatientFactory, "PM patient")],
)
def test_where_nothing_was_typed_nothing_was_changed(
    admin_client: Client, factory: Any, kind: str
) -> None:
    response = submit(admin_client, change_url(factory()))

    nothing = f"Nothing was changed in this {kind}."
    assert said(admin_client, response) == (constants.INFO, nothing)


def test_what_was_deleted(admin_client: Client) -> None:
    company = CompanyFactory(name="A & B")
    url = reverse("admin:pm_insurancecompany_delete", args=[company.pk])

    response = admin_client.post(url, {"post": "yes"})

    assert said(admin_client, response) == (constants.SUCCESS, "Company A &amp; B deleted.")


@pytest.mark.parametrize(
    ("factory", "kind"),
    [(CompanyFactory, "Company"), (PlanFactory, "Plan"), (PMPatientFactory, "PM patient")],
)
def test_what_was_deactivated_or_activated(admin_client: Client, factory: Any, kind: str) -> None:
    record = factory()
    link = f'<a href="{change_url(record)}">{html.escape(str(record), quote=False)}</a>'

    off = submit(admin_client, change_url(record), is_active=None)
    assert said(admin_client, off)[1] == f"{kind} {link} deactivated."
    on = submit(admin_client, change_url(record), is_active="on")
    assert said(admin_client, on)[1] == f"{kind} {link} activated."


def test_what_was_deactivated_with_its_plans(admin_client: Client) -> None:
    company = PlanFactory().company

    off = submit(admin_client, change_url(company), is_active=None, plans_too="on")

    assert said(admin_client, off)[1].endswith("</a> deactivated.")


def test_what_was_also_changed_otherwise_was_saved(admin_client: Client) -> None:
    company, patient = CompanyFactory(), PMPatientFactory()

    renamed = submit(admin_client, change_url(company), is_active=None, name="Renamed")
    assert said(admin_client, renamed)[1].endswith("Renamed</a> saved.")
    plan = PlanFactory()
    policy = {"policies-0-plan": plan.pk, "policies-0-rank": "primary"}
    insured = submit(
        admin_client, change_url(patient), is_active=None, **policy, **{"policies-TOTAL_FORMS": 1}
    )
    assert insured.status_code == 302
    assert said(admin_client, insured)[1].endswith("</a> saved.")
