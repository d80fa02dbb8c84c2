"""A page reads what several of its parts show once."""

import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from pm.models import InsuranceCompany
from tests.conftest import Statements
from tests.factories import PlanFactory, insurance_of
from tests.screens import change_url

pytestmark = pytest.mark.django_db

Read = Callable[[str], list[str]]


@pytest.fixture
def read(admin_client: Client, statements: Statements) -> Read:
    """Return a function that opens a page and returns the tables that it read, in order."""

    # Django keeps the content types of models that it was asked about.
    ContentType.objects.get_for_models(*apps.get_models())

    def tables_of(url: str) -> list[str]:
        with statements() as sent:
            assert admin_client.get(url).status_code == 200
        return [re.findall(r'FROM "(\w+)"', sql)[0] for sql in sent]

    return tables_of


def test_a_plans_page(read: Read) -> None:
    plan = PlanFactory()

    assert read(change_url(plan)) == [
        "django_session",
        "auth_user",
        "pm_insuranceplan",
        "pm_patient",  # how many have it, on both sides
        "sync_insurancelink",  # the pair: for the banner and the card
        "sync_syncevent",  # the last one, for the card
        "sync_syncevent",  # the first one: why it is here
        "pm_insuranceplan",  # what was merged into it
    ]


def test_an_insurances_page(read: Read) -> None:
    insurance = insurance_of(PlanFactory())

    assert read(change_url(insurance)) == [
        "django_session",
        "auth_user",
        "ehr_insurance",
        "sync_insurancelink",  # is its company's name fixed?
        "pm_patient",  # how many have it, on both sides
        "sync_insurancelink",  # the pair: for two banners and the card
        "sync_syncevent",  # the last one, for the card
        "sync_syncevent",  # the first one of its own: none made it
        "sync_syncevent",  # the one that made it: why it is here
        "ehr_insurance",  # what was merged into it
    ]


def test_a_companys_page(read: Read) -> None:
    company = PlanFactory().company
    InsuranceCompany.objects.filter(pk=company.pk).update(name="New name")

    assert read(change_url(company)) == [
        "django_session",
        "auth_user",
        "pm_insurancecompany",
        "pm_insuranceplan",  # how many would stay if it were deactivated
        "pm_insurancecompany",  # whether another one has its name
        "pm_patient",  # how many have it, on both sides
        "sync_insurancelink",  # the old names: for the banner and the card
        "pm_othername",  # who else is called so
        "pm_insurancecompany",  # the look-alikes
        "sync_syncevent",  # the first one: why it is here
        "pm_insurancecompany",  # what was merged into it
    ]


def test_one_page_keeps_nothing_for_the_next(admin_client: Client) -> None:
    plan, other = PlanFactory(), PlanFactory()

    for each in (plan, other, plan):
        assert str(insurance_of(each)) in admin_client.get(change_url(each)).content.decode()
