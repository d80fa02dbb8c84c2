"""Very many records, so many at a time: each batch is whole, and what is done stays done."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from kareo.records import Refused, batches
from kareo.records.batches import in_batches
from pm.models import InsurancePlan
from sync.models import SyncEvent
from sync.pairs.flags import stale_names
from sync.rules import decide
from tests.factories import CompanyFactory, PlanFactory, insurance_of

PLANS = reverse("admin:pm_insuranceplan_changelist")


@pytest.fixture(autouse=True)
def of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)


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


def test_each_batch_is_done_in_turn() -> None:
    done: list[Sequence[int]] = []

    def add(keys: Sequence[int]) -> int:
        done.append(keys)
        return sum(keys)

    assert list(in_batches([1, 2, 3, 4, 5], add)) == [3, 7, 5]
    assert done == [[1, 2], [3, 4], [5]]
    assert list(in_batches([], sum)) == []


def test_what_fails_in_the_first_batch_fails_as_it_is() -> None:
    def fail(keys: Sequence[int]) -> None:
        raise Refused("Too late.")

    with pytest.raises(Refused, match=r"^Too late\.$"):
        list(in_batches([1, 2, 3], fail))


@pytest.mark.django_db
def test_plans_are_deactivated_with_their_insurances_batch_by_batch(admin_client: Client) -> None:
    plans = PlanFactory.create_batch(5)
    selected = {"action": "deactivate", "_selected_action": [plan.pk for plan in plans]}

    response = admin_client.post(PLANS, selected)

    assert not InsurancePlan.objects.active().exists()
    assert not any(insurance_of(plan).is_active for plan in plans)
    assert "5 insurance plans deactivated." in told(response)
    events = SyncEvent.objects.filter(rule="pm-plan-edited")
    assert len(set(events.values_list("batch", flat=True))) == 1  # one action of one user
    assert events.count() == 5


@pytest.mark.django_db
def test_what_was_done_before_a_failure_stays_done_and_is_said(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = PlanFactory.create_batch(5)
    selected = {"action": "deactivate", "_selected_action": [plan.pk for plan in plans]}
    failing_after(1, monkeypatch)

    response = admin_client.post(PLANS, selected)

    assert [plan.is_active for plan in InsurancePlan.objects.order_by("pk")] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert "The first 2 of 5 are done and stay so." in told(response)
    assert "too late" in told(response)


@pytest.mark.django_db
def test_a_companys_stale_names_are_put_right_batch_by_batch(admin_client: Client) -> None:
    company = CompanyFactory(name="Aetna")
    plans = PlanFactory.create_batch(5, company=company)
    company.name = "Aetna Health"
    company.save()
    assert stale_names().count() == 5

    admin_client.post(reverse("sync:repair_company", args=[company.pk]))

    assert not stale_names().exists()
    assert {insurance_of(plan).company_name for plan in plans} == {"Aetna Health"}
