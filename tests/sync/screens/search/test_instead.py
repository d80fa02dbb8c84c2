"""What is offered where a list or a picker finds nothing: a close name, or what PM calls it."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tests.factories import CompanyFactory, PlanFactory
from tests.sync.screens.search.test_page import said

pytestmark = pytest.mark.django_db

INSURANCES = reverse("admin:ehr_insurance_changelist")
PICKERS = {
    "company": ("pm", "insuranceplan", "company"),
    "plan": ("pm", "insurancepolicy", "plan"),
    "insurance": ("ehr", "patient", "primary_insurance"),
}


def offered(client: Client, picker: str, typed: str) -> Any:
    app, model, field = PICKERS[picker]
    query = {"app_label": app, "model_name": model, "field_name": field, "term": typed}
    return client.get(reverse("admin:autocomplete"), query).json()


@pytest.mark.parametrize("picker", PICKERS)
def test_a_picker_offers_a_close_name(admin_client: Client, picker: str) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO")
    record = {"company": plan.company, "plan": plan, "insurance": plan.link.insurance}[picker]

    [group] = offered(admin_client, picker, "Aetan")["results"]

    assert group["text"] == "Did you mean Aetna?"
    assert [choice["id"] for choice in group["children"]] == [str(record.pk)]
    [found] = offered(admin_client, picker, "Aetna")["results"]
    assert found == group["children"][0]


@pytest.mark.parametrize("picker", PICKERS)
def test_a_picker_offers_no_name_that_is_far_or_inactive(admin_client: Client, picker: str) -> None:
    for count in range(30):
        PlanFactory(company__name="Cigna", name=f"HMO {count}")
    inactive = CompanyFactory(name="Aetna", is_active=False)
    PlanFactory(company=inactive, is_active=False)
    nothing = {"results": [], "pagination": {"more": False}}

    assert offered(admin_client, picker, "Aetan") == nothing
    assert offered(admin_client, picker, "zzzzz") == nothing


@pytest.mark.parametrize("typed", ["UHC", "uhc", "87726"])
def test_the_ehr_says_what_pm_calls_it(admin_client: Client, typed: str) -> None:
    united = CompanyFactory(name="UnitedHealthcare", other_names="UHC", payer_id="87726")
    insurance = PlanFactory(company=united).link.insurance

    page = admin_client.get(INSURANCES, {"q": typed}).text
    [group] = offered(admin_client, "insurance", typed)["results"]

    assert "The EHR has no such name. PM calls it UnitedHealthcare." in said(page)
    assert 'href="?q=UnitedHealthcare"' in page
    assert group["text"] == "The EHR has no such name. PM calls it UnitedHealthcare."
    assert [choice["id"] for choice in group["children"]] == [str(insurance.pk)]


@pytest.mark.parametrize("typed", ["Zenith Care", "zenith", "ZEN01"])
def test_the_ehr_finds_a_renamed_one_by_the_name_that_it_still_shows(
    admin_client: Client, typed: str
) -> None:
    insurance = PlanFactory(company__name="Sutter", company__payer_id="ZEN01").link.insurance
    company = insurance.link.plan.company
    company.name = "Zenith Care"
    company.save()

    page = admin_client.get(INSURANCES, {"q": typed}).text
    [group] = offered(admin_client, "insurance", typed)["results"]

    assert "of that name or payer ID. The EHR still shows it as Sutter." in said(page)
    assert 'href="?q=Sutter"' in page
    assert [choice["id"] for choice in group["children"]] == [str(insurance.pk)]


def test_it_says_so_only_to_who_may_see_pm_and_where_the_ehr_has_that(client: Client) -> None:
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_insurance"))
    client.force_login(user)
    united = CompanyFactory(name="UnitedHealthcare", other_names="UHC")
    PlanFactory(company=united)
    CompanyFactory(name="Cigna", other_names="CGN")

    assert "PM calls it" not in said(client.get(INSURANCES, {"q": "UHC"}).text)
    user.user_permissions.add(Permission.objects.get(codename="view_insurancecompany"))
    assert "PM calls it" in said(client.get(INSURANCES, {"q": "UHC"}).text)
    assert "PM calls it" not in said(client.get(INSURANCES, {"q": "CGN"}).text)
