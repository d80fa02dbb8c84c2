"""Where some of what is to be deleted is used, the page says which, by what, and what to do."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from ehr.models import Insurance
from pm.models import InsurancePlan
from tests.factories import EHRPatientFactory, PlanFactory, PolicyFactory, anew, insurance_of
from tests.screens import messages_of

pytestmark = pytest.mark.django_db

PLANS = reverse("admin:pm_insuranceplan_changelist")
INSURANCES = reverse("admin:ehr_insurance_changelist")


def ask(client: Client, *records: Any, url: str = PLANS) -> Any:
    keys = [record.pk for record in records]
    return client.post(url, {"action": "delete_selected", "_selected_action": keys})


def press(client: Client, page: Any, button: str) -> Any:
    """Send the form of the page that has this button."""
    forms = re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', page.text, re.DOTALL)
    [(url, form)] = [each for each in forms if f'value="{button}"' in each[1]]
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        sent.setdefault(name, []).append(value)
    return client.post(url, sent, follow=True)


def used(page: Any) -> dict[str, list[str]]:
    """Return what is listed as used, each with what uses it."""
    shown = page.text.partition('id="deleted-objects">')[2].partition('<div class="ways">')[0]
    found = re.findall(r"<li>(.*?)<ul>(.*?)</ul></li>", shown, re.DOTALL)
    texts = [[strip_tags(html.unescape(part)) for part in each] for each in found]
    return {one: [line.strip() for line in by.splitlines() if line.strip()] for one, by in texts}


def headed(page: Any) -> str:
    [title] = re.findall("<h1>(.*?)</h1>", page.text)
    return str(title)


def clerk(client: Client, *codes: str) -> None:
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)


def test_it_says_which_are_used_each_with_what_uses_it(admin_client: Client) -> None:
    one, other, free = PlanFactory(), PlanFactory(), PlanFactory()
    policies = [PolicyFactory(plan=one), PolicyFactory(plan=one)]
    patient = EHRPatientFactory(secondary_insurance=insurance_of(other))
    EHRPatientFactory(primary_insurance=insurance_of(PlanFactory()))

    page = ask(admin_client, one, other, free)

    assert headed(page) == "Not deleted: 3 insurance plans"
    assert "Nothing was deleted, because 2 of them are used:" in page.text
    found = used(page)
    assert found == {
        f"Insurance plan: {one}": sorted(f"Insurance policy: {each}" for each in policies),
        f"Insurance plan: {other}": [f"EHR patient: {patient}"],
    }
    assert str(free) not in html.unescape(page.text)


def test_of_insurances_it_says_whose_plan_has_a_policy(admin_client: Client) -> None:
    policy, free = PolicyFactory(), PlanFactory()
    patient = EHRPatientFactory(primary_insurance=insurance_of(policy.plan))
    insurance = insurance_of(policy.plan)

    page = ask(admin_client, insurance, insurance_of(free), url=INSURANCES)

    by = [f"EHR patient: {patient}", f"Insurance policy: {policy}"]
    assert used(page) == {f"Insurance: {insurance}": by}
    assert "because 1 of them is used" in page.text


def test_the_others_are_asked_about_as_ever(admin_client: Client) -> None:
    policy, free = PolicyFactory(), [PlanFactory(), PlanFactory()]

    asked = press(admin_client, ask(admin_client, policy.plan, *free), "Delete the other 2")

    assert headed(asked) == "Delete 2 insurance plans?"
    assert InsurancePlan.objects.count() == 3
    ask_and_do = {"action": "delete_selected", "post": "yes"}
    keys = re.findall(r'name="_selected_action" value="(\d+)"', asked.text)
    admin_client.post(PLANS, {**ask_and_do, "_selected_action": keys})
    assert InsurancePlan.objects.get() == policy.plan


def test_deactivating_instead_leaves_the_others(admin_client: Client) -> None:
    policy, free = PolicyFactory(), PlanFactory()
    page = ask(admin_client, policy.plan, free)
    assert "Delete the other one" in page.text

    said = messages_of(press(admin_client, page, "Deactivate instead"))

    assert said[0] == "1 insurance plan deactivated."
    assert not anew(policy.plan).is_active
    assert anew(free).is_active


@pytest.mark.parametrize(("count", "how_many"), [(1, "it is"), (2, "all of them are")])
def test_where_all_are_used_no_others_are_deleted(
    admin_client: Client, count: int, how_many: str
) -> None:
    page = ask(admin_client, *(PolicyFactory().plan for _ in range(count)))

    assert f"Nothing was deleted, because {how_many} used:" in page.text
    assert "Delete the other" not in page.text


def test_cancel_leads_back_to_the_list_as_it_was_narrowed(admin_client: Client) -> None:
    url = f"{PLANS}?is_active__exact=1"
    page = ask(admin_client, PolicyFactory().plan, PlanFactory(), url=url)
    asked = press(admin_client, page, "Delete the other one")

    for each in (page, asked):
        assert f'<a href="{url}" class="button cancel-link">Cancel</a>' in each.text
        assert "cancel.js" not in each.text  # it goes back in the browser, to a page that was sent


def test_what_may_not_be_seen_is_counted_for_each(client: Client) -> None:
    one, other = PlanFactory(), PlanFactory()
    for plan in (one, one, other):
        EHRPatientFactory(primary_insurance=insurance_of(plan))
    clerk(client, "view_insuranceplan", "delete_insuranceplan", "change_insuranceplan")

    found = used(ask(client, one, other))

    assert found[f"Insurance plan: {one}"] == ["2 EHR patients. Ask clinical."]
    assert found[f"Insurance plan: {other}"] == ["1 EHR patient. Ask clinical."]


def test_whoever_may_not_deactivate_is_told_whom_to_ask(client: Client) -> None:
    plan = PolicyFactory().plan
    clerk(client, "view_insuranceplan", "delete_insuranceplan")
    url = reverse("admin:pm_insuranceplan_delete", args=[plan.pk])

    for page in (client.get(url), ask(client, plan)):
        assert "Ask billing to deactivate it instead: it is no longer offered" in page.text
        assert "Deactivate instead" not in page.text


def test_inactive_ones_are_not_offered_to_be_deactivated(admin_client: Client) -> None:
    plans = [PolicyFactory(plan__is_active=False).plan for _ in range(2)]

    page = ask(admin_client, *plans)

    assert "They are inactive already: they are no longer offered." in page.text
    assert "Deactivate instead" not in page.text


def test_what_one_may_not_delete_is_not_asked_about(admin_client: Client, admin_user: User) -> None:
    page = ask(admin_client, admin_user, url=reverse("admin:auth_user_changelist"))

    assert headed(page) == "Not deleted: 1 user"


def test_the_next_page_says_how_many_were_deleted(admin_client: Client) -> None:
    plans = [PlanFactory(), PlanFactory()]
    sent = {"action": "delete_selected", "post": "yes"}

    page = admin_client.post(
        PLANS, {**sent, "_selected_action": [plan.pk for plan in plans]}, follow=True
    )

    assert messages_of(page)[0] == "2 insurance plans deleted."
    assert Insurance.objects.count() == 2
