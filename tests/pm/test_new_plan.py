"""A plan added to a company that is there: its address may be the company's."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany, InsurancePlan
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory
from tests.screens import change_url, errors_of, submit

pytestmark = pytest.mark.django_db

ADD = reverse("admin:pm_insuranceplan_add")
NO_ADDRESS = dict.fromkeys(AETNA_ADDRESS, "")
CLAIMS = {"street_1": "PO Box 40417", "city": "El Paso", "state": "TX", "zip_code": "79998-0417"}


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", street_2="Suite 4", **AETNA_ADDRESS)


def shown(response: Any, *names: str) -> list[str]:
    form = response.context["adminform"].form
    return [form[name].value() or "" for name in names]


def test_the_companys_address_is_taken_with_one_key(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    response = submit(admin_client, ADD, company=aetna.pk, name="HMO", same_address="on")

    assert response.status_code == 302
    plan = InsurancePlan.objects.get()
    assert plan.address == aetna.address
    assert plan.link.insurance.name == "Aetna – HMO – 111 Academy Drive Suite 4, 92617"


def test_the_companys_phone_is_taken_unless_another_is_typed(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    InsuranceCompany.objects.filter(pk=aetna.pk).update(phone="800-555-0100")
    typed = {"company": aetna.pk, "same_address": "on"}

    refused = submit(admin_client, ADD, **typed)
    assert set(errors_of(refused)) == {"name"}
    assert shown(refused, "phone") == [""]
    assert "Left empty, it is the company's." in refused.text
    submit(admin_client, ADD, refused, name="HMO")
    submit(admin_client, ADD, **typed, name="PPO", phone="800-555-0199")

    phones = dict(InsurancePlan.objects.values_list("name", "phone"))
    assert phones == {"HMO": "800-555-0100", "PPO": "800-555-0199"}
    assert InsurancePlan.objects.get(name="HMO").link.insurance.phone == "800-555-0100"


def test_it_is_not_taken_unless_checked(admin_client: Client, aetna: InsuranceCompany) -> None:
    response = submit(admin_client, ADD, company=aetna.pk, name="HMO")

    assert "street_1" in errors_of(response)
    assert not InsurancePlan.objects.exists()


def test_a_typed_address_is_taken_as_typed(admin_client: Client, aetna: InsuranceCompany) -> None:
    submit(admin_client, ADD, company=aetna.pk, name="HMO", **CLAIMS)

    assert InsurancePlan.objects.get().street_1 == "PO Box 40417"


def test_the_same_address_typed_as_well_is_no_contradiction(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    typed = {**AETNA_ADDRESS, "street_2": "Suite 4"}

    response = submit(admin_client, ADD, company=aetna.pk, name="HMO", same_address="on", **typed)

    assert response.status_code == 302


def test_another_address_typed_as_well_is_refused_and_kept(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    response = submit(admin_client, ADD, company=aetna.pk, name="HMO", same_address="on", **CLAIMS)

    assert errors_of(response) == {
        "same_address": ["You also typed an address. Clear it or uncheck this box."]
    }
    assert shown(response, *CLAIMS) == list(CLAIMS.values())
    assert not InsurancePlan.objects.exists()


def test_of_a_company_without_an_address_there_is_none_to_take(admin_client: Client) -> None:
    company = CompanyFactory(**NO_ADDRESS)

    response = submit(admin_client, ADD, company=company.pk, name="HMO", same_address="on")

    assert errors_of(response)["same_address"] == [
        "The company has no address. Type the plan's address."
    ]


def test_another_company_chosen_then_gives_its_own_address(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    cigna = CompanyFactory(name="Cigna", **CLAIMS)
    page = submit(admin_client, ADD, company=aetna.pk, same_address="on", phone="1")
    assert set(errors_of(page)) == {"name", "phone"}

    submit(admin_client, ADD, page, company=cigna.pk, name="HMO", phone="")

    assert InsurancePlan.objects.get().address == cigna.address


def test_unchecked_then_the_address_is_required(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    page = submit(admin_client, ADD, company=aetna.pk, same_address="on")

    response = submit(admin_client, ADD, page, name="HMO", same_address=None)

    assert "street_1" in errors_of(response)
    assert not InsurancePlan.objects.exists()


@pytest.mark.parametrize(
    "company", ["", "abc", "-1", "999999", "9" * 19, "9" * 5000, "a\x00b", "<b>", "١"]
)
def test_no_company_has_no_address(admin_client: Client, company: str) -> None:
    response = submit(admin_client, ADD, company=company, name="HMO", same_address="on")

    assert response.status_code == 200
    assert "company" in errors_of(response)
    assert "<b>" not in response.text.replace("<b>Note", "")


def test_a_stored_plans_page_does_not_offer_it(admin_client: Client) -> None:
    plan = PlanFactory()
    url = reverse("admin:pm_insuranceplan_change", args=[plan.pk])
    assert "same_address" not in admin_client.get(url).context["adminform"].form.fields

    submit(admin_client, url, same_address="on", phone="800-555-0100")

    plan.refresh_from_db()
    assert plan.street_1 != plan.company.street_1


def test_a_double_click_with_the_companys_address_adds_it_once(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    page = admin_client.get(ADD)
    typed = {"company": aetna.pk, "name": "HMO", "same_address": "on"}

    answers = [submit(admin_client, ADD, page, **typed).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert InsurancePlan.objects.count() == 1


def test_before_a_company_is_chosen_there_is_no_address_to_take(admin_client: Client) -> None:
    response = submit(admin_client, ADD, name="HMO", same_address="on")

    assert errors_of(response)["same_address"] == [
        "Choose the company first, or type the plan's address."
    ]


@pytest.mark.parametrize("stored", [False, True])
def test_the_next_one_is_of_the_same_company(admin_client: Client, stored: bool) -> None:
    company = PlanFactory().company
    plan = company.plans.get()
    url = change_url(plan) if stored else ADD
    typed = {"company": company.pk, "name": "HMO", **CLAIMS, "_addanother": "1"}

    response = submit(admin_client, url, **typed)

    assert response.url == f"{ADD}?company={company.pk}"
    page = admin_client.get(response.url)
    assert str(page.context["adminform"].form["company"].value()) == str(company.pk)


def test_another_one_has_the_company_once_in_its_url(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    typed = {"company": aetna.pk, "name": "HMO", **CLAIMS, "_addanother": "1"}
    response = submit(admin_client, f"{ADD}?company={aetna.pk}", **typed)

    assert response.url == f"{ADD}?company={aetna.pk}"


def test_after_another_save_the_list_follows(admin_client: Client, aetna: InsuranceCompany) -> None:
    response = submit(admin_client, ADD, company=aetna.pk, name="HMO", **CLAIMS)

    assert response.url == reverse("admin:pm_insuranceplan_changelist")


def test_a_plan_like_another_one_begins_with_what_that_one_has(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    plan = PlanFactory(company=aetna, name="HMO", phone="800-555-0100", notes="Old", **CLAIMS)
    like = f"{ADD}?like={plan.pk}"
    assert like in admin_client.get(change_url(plan)).text

    page = admin_client.get(like)
    assert shown(page, "name", "phone", *CLAIMS) == ["HMO", "800-555-0100", *CLAIMS.values()]
    submit(admin_client, like, page, name="PPO")

    new = InsurancePlan.objects.get(name="PPO")
    assert (new.company, new.address, new.phone) == (aetna, plan.address, plan.phone)
    assert new.notes == ""


@pytest.mark.parametrize("key", ["0", "x", "9" * 30, ""])
def test_a_plan_like_none_begins_empty(admin_client: Client, key: str) -> None:
    page = admin_client.get(f"{ADD}?like={key}")

    assert shown(page, "name", "street_1") == ["", ""]


def test_a_plan_like_one_that_the_user_may_not_see_begins_empty(
    client: Client, django_user_model: type[User]
) -> None:
    user = django_user_model.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="add_insuranceplan"))
    client.force_login(user)

    assert shown(client.get(f"{ADD}?like={PlanFactory().pk}"), "name") == [""]


def test_a_companys_page_adds_a_plan_to_it(admin_client: Client, aetna: InsuranceCompany) -> None:
    link = f"{ADD}?company={aetna.pk}"
    assert link in admin_client.get(change_url(aetna)).text

    aetna.is_active = False
    aetna.save()
    assert link not in admin_client.get(change_url(aetna)).text


def test_the_plans_of_one_company_are_listed_under_its_name(admin_client: Client) -> None:
    company = CompanyFactory(name="Aetna", **CLAIMS)
    plan = PlanFactory(company=company)
    PlanFactory()
    url = reverse("admin:pm_insuranceplan_changelist")

    page = admin_client.get(url, {"company__id__exact": company.pk})
    assert list(page.context["cl"].result_list) == [plan]
    assert company.picker_text in page.text
    assert "Clear all filters" in page.text
    plan.company = CompanyFactory()
    plan.save()
    page = admin_client.get(url, {"company__id__exact": company.pk})
    assert company.picker_text in page.text, "when it has none, too"
    assert admin_client.get(url, {"company__id__exact": "x"}).status_code == 302
    assert company.picker_text not in admin_client.get(url).text


class TestAnInactiveCompany:
    @pytest.mark.parametrize("url", [ADD, f"{ADD}?company={{}}"])
    def test_is_asked_about_once(
        self, admin_client: Client, aetna: InsuranceCompany, url: str
    ) -> None:
        url = url.format(aetna.pk)
        page = admin_client.get(url)
        InsuranceCompany.objects.filter(pk=aetna.pk).change(is_active=False)

        page = submit(admin_client, url, page, company=aetna.pk, name="HMO", **CLAIMS)

        [question] = errors_of(page)["__all__"]
        assert question.startswith(f'<a href="{change_url(aetna)}">Aetna</a> is inactive (last ')
        assert not InsurancePlan.objects.exists()
        assert submit(admin_client, url, page).status_code == 302
        assert InsurancePlan.objects.get().company == aetna

    def test_that_a_plan_is_moved_to_is_asked_about_and_the_one_it_has_is_not(
        self, admin_client: Client, aetna: InsuranceCompany
    ) -> None:
        plan = PlanFactory(company=CompanyFactory(is_active=False))
        InsuranceCompany.objects.filter(pk=aetna.pk).change(is_active=False)

        assert submit(admin_client, change_url(plan), name="PPO").status_code == 302
        moved = submit(admin_client, change_url(plan), company=aetna.pk)
        assert "is inactive" in errors_of(moved)["__all__"][0]

    def test_is_no_question_for_the_shell(self, aetna: InsuranceCompany) -> None:
        InsuranceCompany.objects.filter(pk=aetna.pk).change(is_active=False)

        assert PlanFactory(company=aetna).company == aetna


def test_a_browser_that_goes_back_ticks_nothing_in_an_empty_form(admin_client: Client) -> None:
    for model in ("insuranceplan", "insurancecompany"):
        page = admin_client.get(reverse(f"admin:pm_{model}_add")).text
        ticks = re.findall(r'<input type="checkbox"[^>]*same_address[^>]*>', page)
        assert ticks
        assert all('autocomplete="off"' in tick for tick in ticks)
