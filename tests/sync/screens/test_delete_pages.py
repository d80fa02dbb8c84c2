"""What a delete page lists is named as people know it."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from kareo.records.acting import acting
from kareo.records.refusals import refusal_in_words
from pm.models import InsuranceCompany
from sync.propagation import dismiss
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import change_url, messages_of

pytestmark = pytest.mark.django_db


def listed(page: Any) -> list[str]:
    [shown] = re.findall(r'id="deleted-objects">(.*?)</ul>\s*(?:<p>|<form)', page.text, re.DOTALL)
    lines = html.unescape(strip_tags(shown)).splitlines()
    return [line.strip() for line in lines if line.strip()]


def delete_url(record: Any) -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_delete", args=[record.pk])


def test_it_names_and_links_the_counterpart_that_stays(admin_client: Client) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    insurance = insurance_of(plan)

    for record, other in ((plan, insurance), (insurance, plan)):
        page = admin_client.get(delete_url(record))
        assert f': <a href="{change_url(other)}">{other}</a>' in html.unescape(page.text)
        assert "goes with it" not in page.text
        assert f"no. {plan.pk}" not in page.text


def test_of_an_orphan_it_says_that_nothing_is_left_there(admin_client: Client) -> None:
    for orphan, there in (
        (orphan_plan(), "insurance in the EHR"),
        (orphan_insurance(), "plan in PM"),
    ):
        page = admin_client.get(delete_url(orphan)).text

        assert f"It has no {there}: nothing is left there." in page
        assert " leaves its " not in page


@pytest.mark.parametrize("app", ["pm", "ehr"])
def test_it_names_no_counterpart_to_whoever_may_not_see_it(client: Client, app: str) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO")
    insurance = insurance_of(plan)
    user = User.objects.create_user("one-list", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label=app))
    client.force_login(user)
    record, other = (plan, insurance) if app == "pm" else (insurance, plan)

    page = client.get(delete_url(record))

    assert f"Delete {record}?" in html.unescape(page.text)
    assert str(other) not in html.unescape(page.text)


def test_many_pairs_are_asked_for_at_once(admin_client: Client, statements: Statements) -> None:
    asked = []
    url = reverse("admin:pm_insuranceplan_changelist")
    for count in (2, 7):
        keys = [plan.pk for plan in PlanFactory.create_batch(count)]
        with statements() as sent:
            page = admin_client.post(url, {"action": "delete_selected", "_selected_action": keys})
        assert page.text.count("Insurance plan: ") == count
        asked.append(len(sent))

    assert asked[0] == asked[1]


def test_many_dismissed_look_alikes_are_asked_for_at_once(
    admin_client: Client, statements: Statements
) -> None:
    company = CompanyFactory(name="Humana")
    asked = []
    for count in (2, 7):
        for other in CompanyFactory.create_batch(count):
            dismiss(InsuranceCompany.objects.get(pk=company.pk), other.pk)
        with statements() as sent:
            page = admin_client.get(delete_url(company))
        asked.append(len(sent))

    assert "ismissed" not in page.text
    assert asked[0] == asked[1]


def clerk_who_may(**rights: list[str]) -> User:
    """Return a user with these rights, `app="action_model …"`."""
    user = User.objects.create_user("clerk", is_staff=True)
    for app, names in rights.items():
        found = Permission.objects.filter(content_type__app_label=app, codename__in=names)
        user.user_permissions.add(*found)
    return user


@pytest.mark.parametrize("sees_patients", [False, True])
def test_it_counts_who_may_not_be_seen_and_says_whom_to_ask(
    client: Client, sees_patients: bool
) -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)
    patients = [PolicyFactory(plan=plan).patient for _ in range(2)]
    theirs = EHRPatientFactory(primary_insurance=insurance, chart_number="EHR77")
    rights = ["delete_insuranceplan", "view_insuranceplan", "change_insuranceplan"]
    also = ["view_patient", "view_insurancepolicy"] if sees_patients else ["view_insurancepolicy"]
    client.force_login(clerk_who_may(pm=rights + also))
    chosen = {"action": "delete_selected", "_selected_action": plan.pk}
    url = reverse("admin:pm_insuranceplan_changelist")

    pages = [client.get(delete_url(plan)), client.post(url, chosen)]
    refused = client.post(delete_url(plan), {"post": "yes"}, follow=True)

    for page in pages:
        text = html.unescape(page.text)
        assert theirs.chart_number not in text
        assert "1 EHR patient. Ask clinical." in text
        named = [patient.chart_number in text for patient in patients]
        assert named == [sees_patients] * 2
        counted = "2 insurance policies. Ask the front desk or billing." in text
        assert counted is not sees_patients
    assert theirs.chart_number not in refused.text
    assert (patients[0].chart_number in refused.text) is sees_patients


def test_a_refused_deletion_names_nobody_to_whoever_may_not_see_them(client: Client) -> None:
    insurance = InsuranceFactory()
    EHRPatientFactory(primary_insurance=insurance)
    user = clerk_who_may(ehr=["view_insurance"])
    with pytest.raises(ProtectedError) as refused:
        insurance.delete()

    assert refusal_in_words(refused.value, user) == (
        "Not deleted: it is used by 1 EHR patient. Ask clinical. Deactivate it instead."
    )


def test_what_goes_along_is_named_to_whoever_may_see_it(client: Client) -> None:
    patient = PolicyFactory(policy_number="W123").patient
    client.force_login(clerk_who_may(pm=["delete_patient", "view_patient"]))

    page = client.get(delete_url(patient))

    assert listed(page)[-1] == "Insurance policy"
    assert "W123" not in page.text


def test_it_asks_and_says_what_goes_along_and_what_stays(admin_client: Client) -> None:
    policy = PolicyFactory(policy_number="W123")
    patient = policy.patient
    theirs = EHRPatientFactory(chart_number=patient.chart_number)

    page = admin_client.get(delete_url(patient))
    text = html.unescape(page.text)

    assert f"<h1>Delete {patient}?</h1>" in text
    [along] = listed(page)
    assert "W123" in along
    assert f'The EHR\'s patient stays: <a href="{change_url(theirs)}">{theirs}</a>' in text
    assert '<input type="submit" value="Delete">' in text
    assert f'<a href="{change_url(patient)}" class="button cancel-link">Cancel</a>' in text
    for stock in ("Summary", "Objects", "I’m sure", "Are you sure"):
        assert stock not in text
    assert "PM's patient stays" in html.unescape(admin_client.get(delete_url(theirs)).text)

    theirs.delete()
    assert "patient stays" not in admin_client.get(delete_url(patient)).text


def test_of_several_patients_it_names_those_who_stay(
    admin_client: Client, statements: Statements
) -> None:
    url = reverse("admin:pm_patient_changelist")
    asked = []
    for count in (1, 3):
        patients = PMPatientFactory.create_batch(count)
        theirs = [EHRPatientFactory(chart_number=each.chart_number) for each in patients]
        chosen = {"action": "delete_selected", "_selected_action": [each.pk for each in patients]}
        with statements() as sent:
            page = admin_client.post(url, chosen)
        said = html.unescape(page.text).partition("The EHR's patient")[2].partition("</p>")[0]
        assert said.startswith(" stays: " if count == 1 else "s stay: ")
        assert all(f'<a href="{change_url(each)}">{each}</a>' in said for each in theirs)
        asked.append(len(sent))
    assert asked[0] == asked[1]


def test_several_are_asked_about_by_their_number(admin_client: Client) -> None:
    plans = PlanFactory.create_batch(2)
    chosen = {"action": "delete_selected", "_selected_action": [plan.pk for plan in plans]}

    page = admin_client.post(reverse("admin:pm_insuranceplan_changelist"), chosen)

    assert "<h1>Delete 2 insurance plans?</h1>" in page.text
    assert "<title>Delete 2 insurance plans?" in page.text
    assert all(f"{plan}</a>" in page.text for plan in plans)
    assert "I’m sure" not in page.text
    assert "Are you sure" not in page.text


def test_in_a_selection_nobody_deletes_themselves(admin_client: Client, admin_user: User) -> None:
    chosen = {"action": "delete_selected", "_selected_action": admin_user.pk}

    page = admin_client.post(reverse("admin:auth_user_changelist"), chosen)

    assert (
        '<ul id="deleted-objects">\t<li>your own user: go back, and untick your own user</li></ul>'
        in page.text
    )


def test_where_a_deleted_record_was_it_says_who_deleted_it(
    admin_client: Client, client: Client
) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO")
    text, key = str(plan), plan.pk
    with acting("biller"):
        plan.delete()
    plans = reverse("admin:pm_insuranceplan_changelist")
    for page in ("change", "delete", "history"):
        url = reverse(f"admin:pm_insuranceplan_{page}", args=[key])
        shown = admin_client.get(url, follow=True)
        assert shown.redirect_chain == [(plans, 302)]
        [said] = messages_of(shown)
        assert f"The PM insurance plan {text} was deleted by biller" in html.unescape(said)
        assert f"about=pm.InsurancePlan%3A{key}" in said

    client.force_login(clerk_who_may(pm=["view_insuranceplan"]))
    url = reverse("admin:pm_insuranceplan_change", args=[key])
    assert messages_of(client.get(url, follow=True)) == ["This PM insurance plan was deleted."]
    never = reverse("admin:pm_insuranceplan_change", args=[key + 1])
    said = "There is no such insurance plan: it was deleted, or the link is wrong."
    assert messages_of(client.get(never, follow=True)) == [said]
