"""The page that takes back what was done at once: what it shows, does, refuses, and to whom."""

import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.screens.log import undoing
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    anew,
    insurance_of,
)
from tests.screens import messages_of
from tests.sync.screens.test_lists import limited

pytestmark = pytest.mark.django_db

LOG = "sync.view_syncevent"


def newest() -> uuid.UUID:
    return SyncEvent.objects.latest("pk").batch


def url(batch: uuid.UUID) -> str:
    return reverse("sync:undo", args=[batch])


def opened(client: Client, batch: uuid.UUID) -> Any:
    return client.get(url(batch))


def pressed(client: Client, batch: uuid.UUID) -> Any:
    seen = opened(client, batch).context["fingerprint"]
    return client.post(url(batch), {"_seen": seen, "_undo": "1"}, follow=True)


def lines_of(page: Any) -> list[str]:
    return [f"{each.name} {each.text}" for each in page.context["lines"]]


def rename(plan: InsurancePlan, name: str) -> uuid.UUID:
    InsurancePlan.objects.filter(pk=plan.pk).change(name=name)
    return newest()


def test_it_is_reached_from_an_entry_and_shows_first_what_it_does(admin_client: Client) -> None:
    plan = PlanFactory(name="HMO")
    batch = rename(plan, "PPO")
    entry = SyncEvent.objects.latest("pk")

    shown = admin_client.get(reverse("admin:sync_syncevent_change", args=[entry.pk])).text
    page = opened(admin_client, batch)

    assert f'<a href="{url(batch)}">Undo this…</a>' in shown
    assert "Renamed plan" in page.text
    assert lines_of(page) == [
        "EHR 1 insurance goes back to what it was.",
        "PM 1 insurance plan goes back to what it was.",
    ]
    assert "Plan name: PPO → HMO" in page.text
    assert anew(plan).name == "PPO"


def test_it_does_that_says_so_and_can_be_undone_itself(admin_client: Client) -> None:
    plan = PlanFactory(name="HMO")
    batch = rename(plan, "PPO")

    page = pressed(admin_client, batch)

    assert anew(plan).name == insurance_of(plan).plan_name == "HMO"
    assert [strip_tags(said) for said in messages_of(page)] == [
        "Undone: 2 records changed back. See the sync log."
    ]
    said = strip_tags(unescape(page.text))
    assert re.search(r"Renamed plan .*HMO.* \(undo\)", said)
    entry = SyncEvent.objects.filter(batch=batch).first()
    shown = admin_client.get(reverse("admin:sync_syncevent_change", args=[entry.pk])).text  # type: ignore[union-attr]  # stored
    assert "It was undone by admin" in shown
    assert "Undo this" not in shown
    page = admin_client.get(url(batch), follow=True)
    assert "it was undone already by admin" in messages_of(page)[0]
    pressed(admin_client, newest())
    assert anew(plan).name == "PPO"


def test_what_was_added_is_removed_and_what_was_deleted_comes_back(admin_client: Client) -> None:
    InsuranceFactory(**AETNA_ADDRESS)

    page = pressed(admin_client, newest())

    assert strip_tags(messages_of(page)[0]).startswith("Undone: 3 records removed.")
    assert not InsuranceCompany.objects.exists()
    assert "Removed" in page.text
    page = pressed(admin_client, newest())
    assert strip_tags(messages_of(page)[0]).startswith("Undone: 3 records brought back.")
    assert "Brought back" in page.text
    assert InsurancePlan.objects.count() == 1


def test_what_cant_go_back_is_listed_and_the_rest_is_offered(admin_client: Client) -> None:
    company = CompanyFactory()
    plans = [PlanFactory(company=company) for _ in range(2)]
    InsurancePlan.objects.filter(pk__in=[plan.pk for plan in plans]).change(is_active=False)
    batch = newest()
    InsurancePlan.objects.filter(pk=plans[0].pk).delete()

    page = opened(admin_client, batch)

    assert "Stays as it is, with what hangs together with it:" in page.text
    assert "It was deleted since." in page.text
    assert 'value="Undo the rest"' in page.text
    pressed(admin_client, batch)
    assert anew(plans[1]).is_active


def test_what_somebody_saved_meanwhile_is_shown_first(admin_client: Client) -> None:
    plan = PlanFactory(name="HMO")
    batch = rename(plan, "PPO")
    seen = opened(admin_client, batch).context["fingerprint"]
    rename(plan, "HMO")

    page = admin_client.post(url(batch), {"_seen": seen, "_undo": "1"}, follow=True)

    assert "Nothing was undone: somebody changed" in messages_of(page)[0]
    assert "Nothing of it can be undone: nothing of it is left to go back." in page.text
    assert 'name="_undo"' not in page.text


def test_very_many_are_for_the_command(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "MOST", 1)
    batch = rename(PlanFactory(), "PPO")

    page = opened(admin_client, batch)

    assert f"by the command `undo {batch}`." in page.text
    assert 'name="_undo"' not in page.text
    assert admin_client.post(url(batch), {"_undo": "1"}).status_code == 200


def test_an_unknown_batch_leads_to_the_log(admin_client: Client) -> None:
    page = admin_client.get(url(uuid.uuid4()), follow=True)
    assert "the log has nothing of it" in messages_of(page)[0]


class TestRights:
    def test_who_doesnt_see_the_log_doesnt_see_it(self, client: Client) -> None:
        batch = rename(PlanFactory(), "PPO")
        assert opened(limited(client, "pm.change_insuranceplan"), batch).status_code == 403

    def test_who_may_not_change_the_record_is_told_whom_to_ask(self, client: Client) -> None:
        plan = PlanFactory(name="HMO")
        batch = rename(plan, "PPO")
        viewer = limited(client, LOG, "pm.view_insuranceplan", "pm.view_insurancecompany")

        page = opened(viewer, batch)

        assert "Ask billing to undo it." in page.text
        viewer.post(url(batch), {"_seen": page.context["fingerprint"], "_undo": "1"})
        assert anew(plan).name == "PPO"

    def test_what_follows_in_the_other_list_takes_no_right_there_and_isnt_shown(
        self, client: Client
    ) -> None:
        plan = PlanFactory(name="HMO")
        batch = rename(plan, "PPO")
        biller = limited(client, LOG, "pm.change_insuranceplan", "pm.view_insurancecompany")

        page = opened(biller, batch)

        assert f"EHR {undoing.HIDDEN}" in lines_of(page)
        assert insurance_of(plan).name not in page.text
        pressed(biller, batch)
        assert insurance_of(plan).plan_name == "HMO"

    def test_patients_are_named_only_to_who_may_see_them(self, client: Client) -> None:
        patient = PMPatientFactory(last_name="Secretive")
        patient.delete()
        batch = newest()
        PMPatientFactory(chart_number=patient.chart_number)
        page = opened(limited(client, LOG), batch)

        assert "Secretive" not in page.text
        assert "PM patient: ask the front desk why." in page.text

    def test_a_patient_of_the_ehr_goes_back(self, admin_client: Client) -> None:
        patient = EHRPatientFactory(last_name="Doe")
        type(patient).objects.filter(pk=patient.pk).change(last_name="Roe")
        pressed(admin_client, newest())
        assert anew(patient).last_name == "Doe"
