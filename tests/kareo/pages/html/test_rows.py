"""The rows of a list are, to the byte, those of Django's own admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.templatetags.admin_list import items_for_result
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from ehr.models import Patient as EHRPatient
from kareo.pages.html.rows import rows
from pm.models import InsuranceCompany, InsurancePlan
from tests.factories import EHRPatientFactory, PlanFactory, PMPatientFactory, insurance_of

pytestmark = pytest.mark.django_db

HOSTILE = "<b>\"Aetna & 'Sons'\"</b>"
POP_UP = {"_popup": "1"}
LISTS = (
    "pm_insurancecompany",
    "pm_insuranceplan",
    "pm_patient",
    "ehr_insurance",
    "ehr_patient",
    "sync_syncevent",
    "auth_user",
    "auth_group",
    "axes_accessattempt",
)


@pytest.fixture(autouse=True)
def _records(admin_user: User) -> None:
    plans = [PlanFactory(name=name, is_active=name != "x") for name in (HOSTILE, "x", "HMO")]
    InsuranceCompany.objects.filter(pk=plans[0].company_id).update(name=HOSTILE)
    InsurancePlan.objects.filter(pk=plans[0].pk).update(phone=" ")
    PMPatientFactory(last_name=HOSTILE)
    EHRPatientFactory(primary_insurance=insurance_of(plans[0]))
    EHRPatientFactory(primary_insurance=None)
    Group.objects.create(name=HOSTILE)
    User.objects.create(username=HOSTILE, last_login=None)
    Client().post(reverse("admin:login"), {"username": HOSTILE, "password": "wrong"})


@pytest.fixture
def listed(admin_client: Client) -> Callable[..., tuple[list[str], list[str]]]:
    """Return a function that opens a list and returns its rows, and Django's."""

    def open_list(name: str, **query: str) -> tuple[list[str], list[str]]:
        cl: Any = admin_client.get(reverse(f"admin:{name}_changelist"), query).context["cl"]
        djangos = ["".join(items_for_result(cl, record, None)) for record in cl.result_list]
        return list(rows(cl)), djangos

    return open_list


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "query", [{}, {"o": "2"}, {"_popup": "1"}, {"_popup": "1", "_to_field": "id"}]
)
def test_rows(listed: Callable[..., Any], name: str, query: dict[str, str]) -> None:
    ours, djangos = listed(name, **query)

    assert ours
    assert ours == djangos


def test_a_row_says_nothing_of_what_is_missing(listed: Callable[..., Any]) -> None:
    ours, djangos = listed("ehr_patient", is_active__exact="1")

    assert len(ours) == EHRPatient.objects.count() == 2
    assert ours == djangos
    assert '<td class="field-primary"><span class="no-value">–</span></td>' in "".join(ours)


def test_the_box_of_a_sign_in_attempt_is_called_by_user_and_address(
    listed: Callable[..., Any],
) -> None:
    [row], _djangos = listed("axes_accessattempt")

    assert 'aria-label="Select this object for an action - ' in row
    assert 'from 127.0.0.1"' in row
    assert "Attempted Access" not in row


def test_an_empty_list(listed: Callable[..., Any]) -> None:
    assert listed("pm_insuranceplan", q="nowhere to be found") == ([], [])


def test_a_page_shows_these_rows(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:pm_insuranceplan_changelist"))
    ours = list(rows(page.context["cl"]))

    assert len(ours) == 3
    for row in ours:
        assert f"<tr>{row}</tr>" in page.content.decode()
