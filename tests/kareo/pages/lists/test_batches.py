"""Very many records, so many at a time: each batch is whole, and what is done stays done."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from kareo.pages.lists import batches
from kareo.records import Refused
from pm.models import InsurancePlan
from sync.models import SyncEvent
from sync.pairs.flags import stale_names
from sync.rules import decide
from tests.editing import edit
from tests.factories import CompanyFactory, PlanFactory, insurance_of

PLANS = reverse("admin:pm_insuranceplan_changelist")


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)


@pytest.fixture
def one_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each batch take so long that the page says how far it is."""
    monkeypatch.setattr(batches, "PAUSE", -1)


def failing_after(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let propagation be refused from then on."""
    calls: list[int] = []

    def refuse(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) > times:
            raise Refused("Nothing was saved: too late.")
        return decide(*args, **kwargs)

    monkeypatch.setattr("sync.propagation.writing.decide", refuse)


def told(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def sent_by(page: Any) -> dict[str, str]:
    """Return what the page that says how far it is sends."""
    return {name: page.context["sent"][name] for name in page.context["sent"]}


def deactivating(plans: list[InsurancePlan]) -> dict[str, Any]:
    return {"action": "deactivate", "index": 0, "_selected_action": [plan.pk for plan in plans]}


def test_plans_are_deactivated_with_their_insurances_batch_by_batch(admin_client: Client) -> None:
    plans = PlanFactory.create_batch(5)

    response = admin_client.post(PLANS, deactivating(plans))

    assert not InsurancePlan.objects.active().exists()
    assert not any(insurance_of(plan).is_active for plan in plans)
    assert "5 insurance plans deactivated." in told(response)
    events = SyncEvent.objects.filter(rule="pm-plan-edited")
    assert len(set(events.values_list("batch", flat=True))) == 1  # one action of one user
    assert events.count() == 5


def test_what_was_done_before_a_failure_stays_done_and_is_said(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = PlanFactory.create_batch(5)
    failing_after(1, monkeypatch)

    response = admin_client.post(PLANS, deactivating(plans))

    assert [plan.is_active for plan in InsurancePlan.objects.order_by("pk")] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert "The first 2 of 5 are done and stay so." in told(response)
    assert "too late" in told(response)


def test_a_companys_stale_names_are_put_right_batch_by_batch(admin_client: Client) -> None:
    company = CompanyFactory(name="Aetna")
    plans = PlanFactory.create_batch(5, company=company)
    company.name = "Aetna Health"
    company.save()
    assert stale_names().count() == 5

    admin_client.post(reverse("sync:repair_company", args=[company.pk]))

    assert not stale_names().exists()
    assert {insurance_of(plan).company_name for plan in plans} == {"Aetna Health"}


@pytest.mark.usefixtures("one_a_request")
class TestOneThatTakesLong:
    def test_says_how_far_it_is_and_sends_itself_for_the_rest(self, admin_client: Client) -> None:
        plans = PlanFactory.create_batch(5)

        page = admin_client.post(PLANS, deactivating(plans))
        assert page.status_code == 200
        assert "2 of 5 done." in page.content.decode()
        assert InsurancePlan.objects.active().count() == 3
        assert told(page) == ""

        page = admin_client.post(PLANS, sent_by(page))
        assert "4 of 5 done." in page.content.decode()

        last = admin_client.post(PLANS, sent_by(page))
        assertRedirects(last, PLANS)
        assert not InsurancePlan.objects.active().exists()
        assert "5 insurance plans deactivated." in told(last)
        assert told(last).count("was updated: set to inactive") == 5  # of all requests
        edits = SyncEvent.objects.filter(rule="pm-plan-edited")
        assert len(set(edits.values_list("batch", flat=True))) == 1  # one action of one user

    def test_asks_only_the_first_time_which_they_are(self, admin_client: Client) -> None:
        """A filter finds others, once some are done."""
        plans = PlanFactory.create_batch(5)
        chosen = {**deactivating(plans[:1]), "select_across": "1"}
        url = f"{PLANS}?is_active__exact=1"

        page = admin_client.post(url, chosen)
        PlanFactory()
        for _ in range(2):
            page = admin_client.post(url, sent_by(page))

        assertRedirects(page, url)
        assert InsurancePlan.objects.active().count() == 1

    def test_does_its_rest_though_the_first_was_deleted(self, admin_client: Client) -> None:
        plans = PlanFactory.create_batch(3)
        page = admin_client.post(PLANS, deactivating(plans))
        plans[0].delete()

        assertRedirects(admin_client.post(PLANS, sent_by(page)), PLANS)
        assert not InsurancePlan.objects.active().exists()

    def test_is_stopped_on_request(self, admin_client: Client) -> None:
        plans = PlanFactory.create_batch(5)
        page = admin_client.post(PLANS, deactivating(plans))

        stopped = admin_client.post(PLANS, {**sent_by(page), batches.STOP: "1"})

        assertRedirects(stopped, PLANS)
        assert InsurancePlan.objects.active().count() == 3
        assert "Stopped. 2 of 5 are done" in told(stopped)
        assert "2 insurance plans" not in told(stopped)

    def test_that_fails_says_how_many_are_done_in_all(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plans = PlanFactory.create_batch(5)
        page = admin_client.post(PLANS, deactivating(plans))
        failing_after(1, monkeypatch)

        page = admin_client.post(PLANS, sent_by(page))
        failed = admin_client.post(PLANS, sent_by(page))

        assert "The first 4 of 5 are done and stay so." in told(failed)
        assert InsurancePlan.objects.active().count() == 1

    @pytest.mark.parametrize("change", ["another user", "another list", "another action", "later"])
    def test_goes_on_only_for_the_same_user_and_action_within_a_day(
        self, admin_client: Client, change: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plans = PlanFactory.create_batch(3)
        page = admin_client.post(PLANS, deactivating(plans))
        sent, url = sent_by(page), PLANS
        if change == "another user":
            other = get_user_model().objects.create_superuser("other")
            admin_client.force_login(other)
        elif change == "another list":
            url = reverse("admin:pm_insurancecompany_changelist")
        elif change == "another action":
            sent["action"] = "activate"
        else:
            monkeypatch.setattr(batches, "AGE", -1)

        answer = admin_client.post(url, sent)

        assert "Choose the records again" in told(answer)
        assert InsurancePlan.objects.active().count() == 1

    def test_needs_the_permission_each_time(self, admin_client: Client) -> None:
        user = get_user_model().objects.get()
        plans = PlanFactory.create_batch(3)
        page = admin_client.post(PLANS, deactivating(plans))
        user.is_superuser = False
        user.save()

        assert admin_client.post(PLANS, sent_by(page)).status_code == 403
        assert InsurancePlan.objects.active().count() == 1

    def test_takes_no_more_at_once_than_a_page_can_send(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "MOST", 3)
        page = admin_client.post(PLANS, deactivating(PlanFactory.create_batch(5)))
        assert "2 of 3 done." in page.content.decode()

    def test_names_of_a_company(self, admin_client: Client) -> None:
        company = CompanyFactory(name="Aetna")
        PlanFactory.create_batch(3, company=company)
        edit(company, name="Aetna Health")
        url = reverse("sync:repair_company", args=[company.pk])

        page = admin_client.post(url)
        assert "2 of 3 done." in page.content.decode()
        last = admin_client.post(url, sent_by(page))

        assertRedirects(last, reverse("admin:pm_insurancecompany_change", args=[company.pk]))
        assert not stale_names().exists()
        assert "up to date already" not in told(last)
