"""Look-alikes side by side, a group after the other, each with what may be done with it."""

import pytest
from django.test import Client
from django.urls import reverse

from sync.drift.look_alikes import LOOK_ALIKES
from sync.models import DismissedLookAlike
from sync.screens.merging import groups
from sync.screens.urls import merge_url
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    insurance_of,
)
from tests.screens import messages_of
from tests.sync.screens.test_lists import limited

pytestmark = pytest.mark.django_db


def url(finding: str) -> str:
    return reverse("sync:look_alikes", args=[finding])


@pytest.mark.parametrize("finding", LOOK_ALIKES)
def test_where_nothing_looks_alike_it_says_so(admin_client: Client, finding: str) -> None:
    InsuranceFactory()
    page = admin_client.get(url(finding))
    assert "None left." in page.text


def test_a_group_shows_what_differs_and_leads_to_merging_it(admin_client: Client) -> None:
    first = CompanyFactory(name="Aetna", payer_id="60054", **AETNA_ADDRESS)
    second = CompanyFactory(name="AETNA", phone="800-555-0100", **AETNA_ADDRESS)
    CompanyFactory(name="Cigna", **AETNA_ADDRESS)
    PlanFactory(company=second)

    page = admin_client.get(url("look-alike-companies"))

    [group] = page.context["groups"]
    assert group.keys == [first.pk, second.pk]
    assert {row.label: [cell.text for cell in row.cells] for row in group.rows} == {
        "Name": ["Aetna", "AETNA"],
        "Payer ID": ["60054", ""],
        "Phone": ["", "800-555-0100"],
        "Plans": ["0", "1"],
    }
    assert group.merge_url == merge_url(type(first), [first.pk, second.pk])
    assert group.merge_url.replace("&", "&amp;") in page.text


def test_the_same_insurance_twice_is_found_in_the_ehr(admin_client: Client) -> None:
    plans = [PlanFactory(company=CompanyFactory(name=n), name="HMO") for n in ("Aetna", "AETNA")]
    for plan in plans:
        for name, value in AETNA_ADDRESS.items():
            setattr(plan, name, value)
        plan.save()

    [group] = admin_client.get(url("look-alike-insurances")).context["groups"]

    assert group.keys == sorted(insurance_of(plan).pk for plan in plans)


def test_a_group_is_noted_as_not_the_same(admin_client: Client) -> None:
    companies = CompanyFactory.create_batch(3, payer_id="60054")
    others = CompanyFactory.create_batch(2, payer_id="60055")

    sent = {"key": [company.pk for company in companies]}
    dismiss = reverse("sync:dismiss_group", args=["same-payer-id"])
    page = admin_client.post(dismiss, sent, follow=True)

    assert messages_of(page)[0].startswith("Noted that the 3 aren't the same company.")
    assert [group.keys for group in page.context["groups"]] == [[each.pk for each in others]]
    assert DismissedLookAlike.objects.count() == 3
    page = admin_client.post(dismiss, {"key": ["x", str(others[0].pk)]}, follow=True)
    assert messages_of(page)[0].startswith("Nothing was noted")


def test_many_groups_come_on_pages(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "ON_A_PAGE", 1)
    for number in range(2):
        CompanyFactory.create_batch(2, payer_id=f"6005{number}")

    first = admin_client.get(url("same-payer-id"))
    last = admin_client.get(url("same-payer-id"), {"p": "2"})

    assert "Page 1 of 2" in first.text
    assert first.context["groups"][0].keys != last.context["groups"][0].keys


def test_who_may_only_look_is_told_whom_to_ask_and_who_may_not_sees_nothing(client: Client) -> None:
    CompanyFactory.create_batch(2, payer_id="60054")
    viewer = limited(client, "pm.view_insurancecompany")

    page = viewer.get(url("same-payer-id"))
    dismiss = reverse("sync:dismiss_group", args=["same-payer-id"])

    assert "Ask billing." in page.text
    assert "Merge…" not in page.text
    assert "Not the same" not in page.text
    assert viewer.post(dismiss, {"key": ["1", "2"]}).status_code == 403
    assert viewer.get(url("look-alike-plans")).status_code == 403
    assert viewer.get(url("stale-names")).status_code == 404
