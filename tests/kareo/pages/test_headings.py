"""The heading of a page says what it is of."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from kareo.pages.headings import in_figures
from kareo.pages.lists.long import Count
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
)
from tests.screens import change_url, submit

pytestmark = pytest.mark.django_db


def heading_of(client: Client, path: str) -> tuple[str, str | None]:
    context = client.get(path).context
    return context["title"], context["subtitle"]


def test_a_record_is_headed_by_its_name_and_its_kind(admin_client: Client) -> None:
    plan = PlanFactory(name="Aetna HMO", company__name="Aetna")
    insurance = InsuranceFactory(plan_name="Gold", company_name="Humana")
    company = CompanyFactory(name="Cigna")
    for path, title, about in [
        (f"pm/insurancecompany/{company.pk}", "Cigna", "PM company"),
        (f"pm/insuranceplan/{plan.pk}", "Aetna HMO", "Aetna · PM plan"),
        (f"ehr/insurance/{insurance.pk}", "Gold", "Humana · EHR insurance"),
    ]:
        assert heading_of(admin_client, f"/admin/{path}/change/") == (title, about)


def test_a_plan_whose_company_is_inactive_says_so(admin_client: Client) -> None:
    plan = PlanFactory(name="HMO", company__name="Aetna", company__is_active=False)

    title, about = heading_of(admin_client, f"/admin/pm/insuranceplan/{plan.pk}/change/")

    assert (title, about) == ("HMO", "Aetna (inactive) · PM plan")


def test_a_company_is_told_apart_from_another_one_of_its_name(admin_client: Client) -> None:
    kaiser = CompanyFactory(name="Kaiser", payer_id="94135", city="Oakland", state="CA")
    CompanyFactory(name="KAISER")

    title, about = heading_of(admin_client, f"/admin/pm/insurancecompany/{kaiser.pk}/change/")

    assert (title, about) == ("Kaiser", f"{kaiser.address}, payer ID 94135 · PM company")


def test_an_inactive_record_says_so_at_its_head_whatever_is_typed(admin_client: Client) -> None:
    for record in (CompanyFactory(), PlanFactory(), InsuranceFactory(), PMPatientFactory()):
        tag = '<span class="state state-inactive">Inactive</span>'
        url = change_url(record)
        assert tag not in admin_client.get(url).text
        back = submit(admin_client, url, is_active=None, version="none", seen="x")
        assert tag not in back.text
        type(record).objects.filter(pk=record.pk).update(is_active=False)
        assert tag in admin_client.get(url).text


def test_a_patient_is_headed_by_name_and_chart_number(admin_client: Client) -> None:
    for app, factory in (("pm", PMPatientFactory), ("ehr", EHRPatientFactory)):
        patient = factory(last_name="Ruiz", first_name="Ana", chart_number="K7")
        found = heading_of(admin_client, f"/admin/{app}/patient/{patient.pk}/change/")
        assert found == ("Ruiz, Ana", f"K7 · {app.upper()} patient")


def test_braces_in_a_name_are_only_braces(admin_client: Client) -> None:
    company = CompanyFactory(name="{0.pk} {x}")
    path = f"/admin/pm/insurancecompany/{company.pk}/change/"
    assert heading_of(admin_client, path) == ("{0.pk} {x}", "PM company")


def test_any_other_record_is_headed_by_its_text(admin_client: Client) -> None:
    user = User.objects.get()
    path = f"/admin/auth/user/{user.pk}/change/"
    assert heading_of(admin_client, path) == (user.username, "User")


def test_a_new_record_has_no_name_yet(admin_client: Client) -> None:
    title, about = heading_of(admin_client, "/admin/pm/insuranceplan/add/")
    assert (title, about) == ("Add insurance plan", None)


def test_a_list_says_how_many_it_shows(admin_client: Client) -> None:
    CompanyFactory(name="Aetna")
    CompanyFactory(name="Cigna")
    path = "/admin/pm/insurancecompany/"
    assert heading_of(admin_client, path)[0] == "Insurance companies (2)"
    assert heading_of(admin_client, f"{path}?q=aetna")[0] == "Insurance companies (1)"


def test_results_stand_beside_the_search_only_where_the_list_is_narrowed(
    admin_client: Client,
) -> None:
    CompanyFactory(name="Aetna")
    path = "/admin/pm/insurancecompany/"
    for query, says in (("", False), ("?q=aetna", True), ("?is_active__exact=1", True)):
        assert (b"1 result" in admin_client.get(path + query).content) is says


def test_a_list_in_a_pop_up_asks_to_select(admin_client: Client) -> None:
    title, _about = heading_of(admin_client, "/admin/pm/insurancecompany/?_popup=1")
    assert title == "Select insurance company"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0"),
        (1234, "1,234"),
        (10_001, "more than 10,000"),
        (Count(10_000, "about 1,000,000"), "about 1,000,000"),
    ],
)
def test_how_many_in_figures(count: int, words: str) -> None:
    assert in_figures(count) == words
