"""A company's page and list deactivate it alone, or with its plans where that is checked."""

import html
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import constants
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PolicyFactory,
    anew,
    insurance_of,
    orphan_plan,
)
from tests.screens import change_url, messages_of, page_values, submit

pytestmark = pytest.mark.django_db

LIST = reverse("admin:pm_insurancecompany_changelist")
WITH_PLANS = "deactivate_with_plans"


@pytest.fixture
def company() -> InsuranceCompany:
    plan = PlanFactory(company__name="Aetna")
    PlanFactory(company=plan.company)
    SyncEvent.objects.all().delete()
    return plan.company


def active_plans() -> int:
    return InsurancePlan.objects.active().count()


def test_the_page_says_how_many_plans_and_leaves_them(
    admin_client: Client, company: InsuranceCompany
) -> None:
    page = admin_client.get(change_url(company)).text
    assert "Deactivate its 2 active plans as well" in page
    assert "Left unchecked, they stay offered." in page
    # Of a name, which may stay as it is, it speaks for the case of a rename only.
    assert "After a rename, EHR names keep the old company name" in page

    response = submit(admin_client, change_url(company), is_active=None)

    assert not anew(company).is_active
    assert active_plans() == 2
    said = messages_of(admin_client.get(response.url))
    assert any("Its 2 active plans stay in both pickers." in text for text in said)


def test_the_page_deactivates_them_where_that_is_checked(
    admin_client: Client, company: InsuranceCompany
) -> None:
    response = submit(admin_client, change_url(company), is_active=None, plans_too="on")

    assert active_plans() == Insurance.objects.active().count() == 0
    assert SyncEvent.objects.values("batch").distinct().count() == 1
    batch = SyncEvent.objects.latest("pk").batch
    _saved, message = admin_client.get(response.url).context["messages"]
    assert message.level == constants.SUCCESS
    assert message.extra_tags == "pm-company-edited pm-plan-edited"
    assert html.unescape(str(message)) == (
        "Its 2 active plans are deactivated, in PM and in the EHR."
        f' <a href="/admin/sync/syncevent/?batch={batch}&rule=pm-plan-edited">See the sync log'
        "</a>."
    )


@pytest.mark.parametrize("plans", [2, 7])
def test_one_message_says_so_however_many_plans_and_how_many_patients_still_have(
    admin_client: Client, company: InsuranceCompany, plans: int
) -> None:
    PlanFactory.create_batch(plans - 2, company=company)
    had, in_ehr = company.plans.all()[:2]
    PolicyFactory(plan=had)
    EHRPatientFactory(secondary_insurance=insurance_of(in_ehr))

    response = submit(admin_client, change_url(company), is_active=None, plans_too="on")

    _saved, message = messages_of(admin_client.get(response.url))
    assert message.startswith(
        f"Its {plans} active plans are deactivated, in PM and in the EHR."
        f' <a href="/admin/pm/patient/?has=pm.InsuranceCompany%3A{company.pk}">1 PM patient</a> and'
        f' <a href="/admin/ehr/patient/?has=pm.InsuranceCompany%3A{company.pk}">1 EHR patient</a>'
        " still have it. <a"
    )


def test_of_a_plan_without_an_insurance_it_says_who_has_it(admin_client: Client) -> None:
    company = orphan_plan().company
    PolicyFactory(plan__company=company)

    response = submit(admin_client, change_url(company), is_active=None, plans_too="on")

    _saved, message = messages_of(admin_client.get(response.url))
    assert "Its 2 active plans are deactivated" in message
    assert ">1 PM patient</a> still has it. <a" in message


def test_several_companies_with_their_plans_are_no_warning(admin_client: Client) -> None:
    plans = [PlanFactory() for _ in range(3)]
    typed = {"action": WITH_PLANS, "_selected_action": [plan.company_id for plan in plans]}

    response = admin_client.post(LIST, typed | {"confirmed": "1"}, follow=True)

    assert {message.level for message in response.context["messages"]} == {constants.SUCCESS}


def test_two_companies_with_their_plans_are_told_in_a_line_each(admin_client: Client) -> None:
    plans = [PlanFactory() for _ in range(2)]
    typed = {"action": WITH_PLANS, "_selected_action": [plan.company_id for plan in plans]}

    response = admin_client.post(LIST, typed | {"confirmed": "1"}, follow=True)

    _count, *each = messages_of(response)
    assert {text.partition(":")[0] for text in each} == {
        f'<a href="{change_url(plan.company)}">{plan.company}</a>' for plan in plans
    }
    assert len(each) == 2


def test_the_preview_says_so_beforehand_and_the_save_does_it(
    admin_client: Client, company: InsuranceCompany
) -> None:
    url = change_url(company)
    typed = {**page_values(admin_client.get(url)), "plans_too": "on"}
    del typed["is_active"]
    preview = reverse("sync:preview", args=["insurancecompany", company.pk])
    page = admin_client.post(preview, typed)

    told = page.context["preview"]
    own, *others = told.lines
    assert (own.system, own.note) == (
        "pm",
        "Its 2 active plans are deactivated, in PM and in the EHR.",
    )
    assert [line.system for line in others] == ["pm", "ehr", "pm", "ehr"]  # plan, insurance
    assert page.text.count("Active: yes → no") == 5
    assert told.in_short == "Will update 3 in PM and 2 in the EHR."
    assert "pm-company-edited" in told.outdated  # something crosses
    assert "preview-warns" not in page.text  # nothing stays behind
    assert active_plans() == 2
    typed["_previewed"] = page.context["preview"].fingerprint
    said = messages_of(admin_client.post(url, typed, follow=True))
    assert not any("not what the page showed" in text for text in said)


def test_the_preview_of_very_many_counts_the_others(
    admin_client: Client, company: InsuranceCompany
) -> None:
    PlanFactory.create_batch(12, company=company)
    typed = {**page_values(admin_client.get(change_url(company))), "plans_too": "on"}
    del typed["is_active"]

    page = admin_client.post(reverse("sync:preview", args=["insurancecompany", company.pk]), typed)

    assert "And 4 more." in page.text  # of 14 plans


def test_one_that_is_activated_says_which_plans_stay_inactive(
    admin_client: Client, company: InsuranceCompany
) -> None:
    submit(admin_client, change_url(company), is_active=None, plans_too="on")
    url = change_url(company)
    typed = {**page_values(admin_client.get(url)), "is_active": "on"}
    preview = reverse("sync:preview", args=["insurancecompany", company.pk])

    [_own, there] = admin_client.post(preview, typed).context["preview"].lines
    response = admin_client.post(url, typed, follow=True)

    assert (there.note, there.warns) == ("Its 2 plans stay inactive.", True)
    link = f"/admin/pm/insuranceplan/?company__id__exact={company.pk}&is_active__exact=0"
    message = messages_of(response)[-1]
    assert html.unescape(message) == (
        "PM only: Nothing changed in the EHR. Its 2 plans stay inactive."
        f' <a href="{link}">See them</a>'
    )
    assert len(admin_client.get(link).context["cl"].result_list) == 2


def test_several_that_are_activated_say_so_each(admin_client: Client) -> None:
    plans = [PlanFactory(is_active=False, company__is_active=False) for _ in range(2)]
    typed = {"action": "activate", "_selected_action": [plan.company_id for plan in plans]}

    said = messages_of(admin_client.post(LIST, typed, follow=True))

    for plan in plans:
        named = f'<a href="{change_url(plan.company)}">{plan.company}</a>: '
        [message] = [text for text in said if text.startswith(named)]
        assert "Its 1 plan stays inactive." in message


def test_checked_for_a_company_that_stays_active_it_does_nothing(
    admin_client: Client, company: InsuranceCompany
) -> None:
    submit(admin_client, change_url(company), plans_too="on")

    assert active_plans() == 2


@pytest.mark.parametrize("is_active", [True, False])
def test_where_there_is_nothing_to_deactivate_it_does_not_ask(
    admin_client: Client, is_active: bool
) -> None:
    company = CompanyFactory(is_active=is_active)

    page = admin_client.get(change_url(company))

    assert page.context["adminform"].form.fields["plans_too"].widget.is_hidden


def test_an_inactive_one_offers_to_deactivate_the_plans_that_it_left(
    admin_client: Client, company: InsuranceCompany
) -> None:
    submit(admin_client, change_url(company), is_active=None)

    page = admin_client.get(change_url(company)).text
    assert "Deactivate its 2 active plans<" in page
    response = submit(admin_client, change_url(company), plans_too="on")

    assert active_plans() == Insurance.objects.active().count() == 0
    said = messages_of(admin_client.get(response.url))
    assert any("Its 2 active plans are deactivated, in PM and in the EHR." in text for text in said)


def test_the_list_deactivates_the_plans_of_inactive_ones_too(
    admin_client: Client, company: InsuranceCompany
) -> None:
    submit(admin_client, change_url(company), is_active=None)
    others = [CompanyFactory(), CompanyFactory(is_active=False)]
    keys = [each.pk for each in (company, *others)]
    typed = {"action": WITH_PLANS, "_selected_action": keys}

    page = admin_client.post(LIST, typed)
    assert page.context["title"] == "Deactivate 2 insurance companies and their plans?"
    response = admin_client.post(LIST, typed | {"confirmed": "1"}, follow=True)

    assert active_plans() == 0
    assert messages_of(response)[0] == (
        "2 insurance companies deactivated, plans included. 1 was already inactive."
    )


def test_whoever_may_not_change_plans_leaves_them(
    client: Client, django_user_model: type[User], company: InsuranceCompany
) -> None:
    user = django_user_model.objects.create_user("kim", is_staff=True)
    may = ("change_insurancecompany", "view_insuranceplan")
    user.user_permissions.set(Permission.objects.filter(codename__in=may))
    client.force_login(user)

    assert "as well" not in client.get(change_url(company)).text
    submit(client, change_url(company), is_active=None, plans_too="on")
    client.post(LIST, {"action": WITH_PLANS, "_selected_action": company.pk, "confirmed": "1"})

    assert not anew(company).is_active
    assert active_plans() == 2


def test_a_reader_sees_no_such_question(
    client: Client, django_user_model: type[User], company: InsuranceCompany
) -> None:
    user = django_user_model.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)

    page = client.get(change_url(company))

    assert page.status_code == 200
    assert "plans_too" not in page.text


def test_the_list_asks_before_it_deactivates_plans(
    admin_client: Client, company: InsuranceCompany
) -> None:
    had, _other = company.plans.all()
    policy = PolicyFactory(plan=had)
    PolicyFactory(plan=had)
    EHRPatientFactory(secondary_insurance=insurance_of(had), primary_insurance=insurance_of(had))
    policy.is_active = False
    policy.save()
    typed = {"action": WITH_PLANS, "_selected_action": [company.pk, CompanyFactory().pk]}

    page = admin_client.post(f"{LIST}?q=", typed)

    assert (
        "2 active plans and 2 EHR insurances are deactivated as well."
        " 1 PM patient and 1 EHR patient have one of these."
    ) in page.text
    assert "Deactivate 2 insurance companies and their plans?" in page.text
    assert active_plans() == 2
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text):
        sent.setdefault(name, []).append(value)
    admin_client.post(LIST, sent)
    assert active_plans() == 0


@pytest.mark.parametrize(("action", "left"), [("deactivate", 2), (WITH_PLANS, 0)])
def test_the_list_does_either(
    admin_client: Client, company: InsuranceCompany, action: str, left: int
) -> None:
    other = CompanyFactory()
    typed = {"action": action, "_selected_action": [company.pk, other.pk], "confirmed": "1"}

    response = admin_client.post(LIST, typed, follow=True)

    assert not InsuranceCompany.objects.active().exists()
    assert active_plans() == Insurance.objects.active().count() == left
    assert SyncEvent.objects.filter(rule="pm-company-edited").count() == 2
    batches = SyncEvent.objects.filter(rule__startswith="pm-").exclude(rule="pm-company-added")
    assert batches.values("batch").distinct().count() == 1
    said = " ".join(messages_of(response))
    assert said.startswith(
        f"2 insurance companies deactivated{', plans included' if action == WITH_PLANS else ''}."
    )
    assert ("Its 2 active plans stay in both pickers." in said) == (left == 2)
