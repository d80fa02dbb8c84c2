"""What is offered where a list or a picker finds nothing: a close name, or what PM calls it."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from pm.models import InsuranceCompany
from tests.factories import CompanyFactory, EHRPatientFactory, PlanFactory
from tests.screens import change_url
from tests.sync.screens.search.test_page import SEARCH, said

pytestmark = pytest.mark.django_db

COMPANIES = reverse("admin:pm_insurancecompany_changelist")
INSURANCES = reverse("admin:ehr_insurance_changelist")
PATIENTS = reverse("admin:ehr_patient_changelist")
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
    [put_away] = offered(admin_client, picker, "Aetna")["results"]
    assert put_away["text"].endswith(" is inactive: activate it on its page.")
    assert put_away["text"].startswith("Aetna")
    assert put_away["children"] == []
    assert offered(admin_client, picker, "zzzzz") == nothing


NO_SUCH_NAME = "The EHR has no such name. PM calls it UnitedHealthcare."
NO_PAYER_IDS = "The EHR has no payer IDs. That company is called UnitedHealthcare there."


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("UHC", NO_SUCH_NAME),
        ("uhc", NO_SUCH_NAME),
        ("87726", NO_PAYER_IDS),
        ("877 26", NO_PAYER_IDS),
    ],
)
def test_the_ehr_says_what_pm_calls_it(admin_client: Client, typed: str, why: str) -> None:
    united = CompanyFactory(name="UnitedHealthcare", other_names="UHC", payer_id="87726")
    insurance = PlanFactory(company=united).link.insurance

    page = admin_client.get(INSURANCES, {"q": typed}).text
    [group] = offered(admin_client, "insurance", typed)["results"]

    assert why in said(page)
    assert 'href="?q=UnitedHealthcare"' in page
    assert group["text"] == why
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


def renamed(old: str, new: str, **plan: Any) -> Insurance:
    """Return the insurance that still shows the `old` name of a company."""
    insurance: Insurance = PlanFactory(company__name=old, **plan).link.insurance
    company = insurance.link.plan.company
    company.name = new
    company.save()
    return insurance


def test_patients_are_found_by_the_name_that_the_ehr_still_shows(admin_client: Client) -> None:
    patient = EHRPatientFactory(primary_insurance=renamed("Sutter", "Zenith Care"))

    page = admin_client.get(PATIENTS, {"q": "zenith"}).text

    assert "of that name or payer ID. The EHR still shows it as Sutter." in said(page)
    assert 'href="?q=Sutter"' in page
    page = admin_client.get(PATIENTS, {"q": "Sutter"}).text
    assert change_url(patient) in page
    assert "still shows" not in page


def test_the_search_of_both_lists_shows_what_the_ehr_calls_otherwise(admin_client: Client) -> None:
    insurance = renamed("Sutter", "Zenith Care")
    patient = EHRPatientFactory(primary_insurance=insurance)

    page = admin_client.get(SEARCH, {"q": "zenith"})

    found = {each.title: each for each in page.context["found"]}
    assert list(found) == [
        "PM insurance companies",
        "PM insurance plans",
        "EHR insurances",
        "EHR patients, by their insurance",
    ]
    insurances, patients = found["EHR insurances"], found["EHR patients, by their insurance"]
    assert [row.record for row in insurances.rows] == [insurance]
    assert insurances.url == f"{INSURANCES}?q=Sutter"
    assert [row.record for row in patients.rows] == [patient]
    assert "The EHR still shows it as Sutter." in said(page.text, "data-shown-otherwise")
    assert f'href="{INSURANCES}?q=Sutter"' in page.text
    assert found["PM insurance companies"].said == ""


class TestPartlyBroughtAlong:
    """Of a renamed company the EHR shows one under its new name, one under its former."""

    @pytest.fixture(autouse=True)
    def both(self) -> None:
        self.old = renamed("Sutter", "Zenith Care", name="HMO")
        company = InsuranceCompany.objects.get(name="Zenith Care")
        self.new: Insurance = PlanFactory(company=company, name="PPO").link.insurance

    def test_the_list_says_that_there_are_others(self, admin_client: Client) -> None:
        page = admin_client.get(INSURANCES, {"q": "zenith", "is_active__exact": "1"}).text

        assert said(page, "data-shown-otherwise").endswith(
            "The EHR still shows other insurances of that company as Sutter."
        )
        assert 'href="?is_active__exact=1&amp;q=Sutter"' in page
        assert change_url(self.new) in page
        assert change_url(self.old) not in page

    def test_by_its_former_name_they_are_found_as_well(self, admin_client: Client) -> None:
        page = admin_client.get(INSURANCES, {"q": "Sutter"}).text
        old, group = offered(admin_client, "insurance", "Sutter")["results"]

        told = "PM calls a company so that the EHR shows as Zenith Care."
        assert said(page, "data-shown-otherwise").endswith(told)
        assert change_url(self.old) in page
        assert (old["id"], group["text"]) == (str(self.old.pk), told)
        assert [choice["id"] for choice in group["children"]] == [str(self.new.pk)]

    @pytest.mark.parametrize("typed", ["PPO", "e"])
    def test_the_list_says_nothing_where_nothing_else_is_meant(
        self, admin_client: Client, typed: str
    ) -> None:
        page = admin_client.get(INSURANCES, {"q": typed}).text

        assert "data-shown-otherwise" not in page
        assert page.count("data-nothing-found") == 0

    def test_the_search_of_both_lists_says_so(self, admin_client: Client) -> None:
        page = admin_client.get(SEARCH, {"q": "zenith"}).text

        assert "other insurances of that company as Sutter" in said(page, "data-shown-otherwise")
        assert change_url(self.new) in page
        assert change_url(self.old) not in page

    def test_the_picker_offers_the_others_under_a_heading(self, admin_client: Client) -> None:
        new, group = offered(admin_client, "insurance", "zenith")["results"]

        assert new["id"] == str(self.new.pk)
        assert group["text"] == "The EHR still shows other insurances of that company as Sutter."
        assert [choice["id"] for choice in group["children"]] == [str(self.old.pk)]

    def test_the_picker_offers_only_active_ones(self, admin_client: Client) -> None:
        Insurance.objects.filter(pk=self.old.pk).change(is_active=False)

        [new] = offered(admin_client, "insurance", "zenith")["results"]

        assert new["id"] == str(self.new.pk)

    def test_patients_of_others_are_told_of(self, admin_client: Client) -> None:
        EHRPatientFactory(primary_insurance=self.old)
        patient = EHRPatientFactory(primary_insurance=self.new)

        page = admin_client.get(PATIENTS, {"q": "zenith"}).text

        assert "other insurances of that company as Sutter" in said(page, "data-shown-otherwise")
        assert change_url(patient) in page

    def test_a_patient_of_that_name_is_not_asked_about(self, admin_client: Client) -> None:
        EHRPatientFactory(last_name="Zenith")

        page = admin_client.get(PATIENTS, {"q": "zenith"}).text

        assert "data-shown-otherwise" not in page


class TestByTheirPlans:
    """A company that stands nowhere, with a plan whose claims go to a box."""

    @pytest.fixture(autouse=True)
    def company(self) -> None:
        plan = PlanFactory(company__name="Aetna", street_1="PO Box 14079", zip_code="40512")
        PlanFactory(company__name="Cigna", street_1="PO Box 182223", zip_code="37422")
        self.aetna = plan.company

    @pytest.mark.parametrize("typed", ["PO Box 14079", "box 14079", "40512"])
    def test_a_company_is_found_by_where_its_plans_are(
        self, admin_client: Client, typed: str
    ) -> None:
        page = admin_client.get(COMPANIES, {"q": typed})

        assert list(page.context["cl"].result_list) == [self.aetna]
        assert said(page.text, "data-found-by").endswith(
            f"No company has “{typed}” of its own. These were found by their plans."
        )
        both = admin_client.get(SEARCH, {"q": typed}).context["found"]
        assert both[0].title == "PM insurance companies, by their plans"
        [group] = offered(admin_client, "company", typed)["results"]
        assert group["text"] == "Found by their plans"
        assert [choice["id"] for choice in group["children"]] == [str(self.aetna.pk)]

    def test_its_own_words_come_first(self, admin_client: Client) -> None:
        other = CompanyFactory(name="Union 14079")

        page = admin_client.get(COMPANIES, {"q": "14079"})

        assert list(page.context["cl"].result_list) == [other]
        assert "data-found-by" not in page.text

    def test_filters_narrow_these_as_well(self, admin_client: Client) -> None:
        page = admin_client.get(COMPANIES, {"q": "14079", "is_active__exact": "0"})

        assert "Search without the filters." in said(page.text)
        InsuranceCompany.objects.filter(pk=self.aetna.pk).change(is_active=False)
        [put_away] = offered(admin_client, "company", "14079")["results"]
        assert put_away["children"] == []

    def test_whoever_may_not_see_plans_finds_none_by_them(self, client: Client) -> None:
        user = User.objects.create_user("reader", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_insurancecompany"))
        client.force_login(user)

        assert "Nothing found" in said(client.get(COMPANIES, {"q": "14079"}).text)


def test_whoever_may_not_activate_what_a_picker_looks_for_is_told_whom_to_ask(
    client: Client,
) -> None:
    user = User.objects.create_user("reader", is_staff=True)
    codes = ("view_insurance", "add_patient", "change_patient", "view_patient")
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="ehr", codename__in=codes)
    )
    client.force_login(user)
    insurances = [
        PlanFactory(company__name="Aetna", name=name).link.insurance for name in ("Gold", "PPO")
    ]
    Insurance.objects.filter(pk=insurances[0].pk).change(is_active=False)

    [active] = offered(client, "insurance", "Aetna")["results"]
    assert active["id"] == str(insurances[1].pk)
    [put_away] = offered(client, "insurance", "Aetna Gold")["results"]
    assert put_away["text"] == f"{insurances[0]} is inactive: ask clinical to activate it."
    Insurance.objects.filter(pk=insurances[1].pk).change(is_active=False)
    [put_away] = offered(client, "insurance", "Aetna")["results"]
    assert put_away["text"].endswith("to activate it. So are others of that name.")
