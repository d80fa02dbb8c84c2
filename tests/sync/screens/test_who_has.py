"""Pages say how many patients have a record, and lead to them."""

import html
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from kareo.records.asking.answers import record_key
from pm.models import InsurancePlan
from sync.screens.who_has import WhoHasFilter
from tests.factories import (
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
)
from tests.screens import change_url

pytestmark = pytest.mark.django_db

LISTS = [reverse(f"admin:{app}_patient_changelist") for app in ("pm", "ehr")]


@pytest.fixture
def plan() -> InsurancePlan:
    """Return a plan that two PM patients and one EHR patient have."""
    plan = PlanFactory()
    for chart in ("P1", "P2"):
        PolicyFactory(patient=PMPatientFactory(chart_number=chart), plan=plan)
    PMPatientFactory(chart_number="P3")
    EHRPatientFactory(chart_number="E1", secondary_insurance=insurance_of(plan))
    EHRPatientFactory(chart_number="E2")
    return plan


def links(page: Any) -> str:
    return html.unescape(page.text).partition("Who has it:")[2].partition("</p>")[0]


def charts(page: Any) -> set[str]:
    return {patient.chart_number for patient in page.context["cl"].result_list}


@pytest.mark.parametrize("what", ["plan", "insurance", "company"])
def test_each_page_leads_to_who_has_it(
    admin_client: Client, plan: InsurancePlan, what: str
) -> None:
    record: Any = {"plan": plan, "insurance": insurance_of(plan), "company": plan.company}[what]
    has = {"has": record_key(record)}

    said = links(admin_client.get(change_url(record)))

    for text, path in zip(["2 PM patients", "1 EHR patient"], LISTS, strict=True):
        assert f'<a href="{path}?has={record_key(record).replace(":", "%3A")}">{text}</a>' in said
    in_pm, in_ehr = (admin_client.get(path, has) for path in LISTS)
    assert (charts(in_pm), charts(in_ehr)) == ({"P1", "P2"}, {"E1"})
    assert html.escape(str(record)) in in_pm.text
    name = plan.company.name if what == "company" else plan.name
    assert in_pm.context["title"] == f"PM patients with {name} (2)"


def test_where_nobody_has_it_there_is_no_link(admin_client: Client) -> None:
    said = links(admin_client.get(change_url(PlanFactory())))

    assert said.split("</strong>")[1].strip() == "0 PM patients, 0 EHR patients"


def test_a_search_narrows_them_further(admin_client: Client, plan: InsurancePlan) -> None:
    page = admin_client.get(LISTS[0], {"has": record_key(plan), "q": "P2"})

    assert charts(page) == {"P2"}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "value", ["x", "pm.InsurancePlan:", "pm.InsurancePlan:0", "pm.Patient:1", ":" * 99]
)
def test_nothing_that_can_be_had_is_refused(admin_client: Client, path: str, value: str) -> None:
    response = admin_client.get(path, {"has": value})

    assert response.status_code == 302
    assert response["Location"].endswith("?e=1")


def test_a_list_that_is_not_narrowed_does_not_speak_of_it(admin_client: Client) -> None:
    specs = admin_client.get(LISTS[0]).context["cl"].filter_specs

    assert not any(isinstance(spec, WhoHasFilter) for spec in specs)


@pytest.mark.parametrize(
    ("hidden", "left"),
    [("patient", ""), ("insurancepolicy", "1 EHR patient"), ("insurance", "2 PM patients")],
)
def test_only_what_the_user_may_see_is_counted(
    client: Client, plan: InsurancePlan, hidden: str, left: str
) -> None:
    user = get_user_model().objects.create_user("partly", is_staff=True)
    seen = Permission.objects.filter(codename__startswith="view_")
    user.user_permissions.set(seen.exclude(codename=f"view_{hidden}"))
    client.force_login(user)

    said = links(client.get(change_url(plan)))

    assert ("patients" in said or "patient<" in said) == bool(left)
    assert left in said


def test_of_a_record_that_the_user_may_not_see_no_list_is_narrowed(
    client: Client, plan: InsurancePlan
) -> None:
    user = get_user_model().objects.create_user("partly", is_staff=True)
    seen = Permission.objects.filter(codename__startswith="view_")
    user.user_permissions.set(seen.exclude(codename="view_insuranceplan"))
    client.force_login(user)

    assert client.get(LISTS[0], {"has": record_key(plan)}).status_code == 302
