"""The action on a list of look-alikes which notes that they aren't the same company."""

import pytest
from django.test import Client

from kareo.records import Refused
from pm.models import InsuranceCompany
from sync.models import DismissedLookAlike, SyncEvent
from sync.propagation import dismiss
from sync.screens import lists
from sync.screens.urls import list_url
from tests.factories import CompanyFactory
from tests.screens import messages_of
from tests.sync.screens.test_lists import LISTS, choose, limited, shown

pytestmark = pytest.mark.django_db

NOTE = "dismiss_look_alikes"
URL = list_url(InsuranceCompany, drift="same-payer-id")


def test_it_is_done_from_their_list_and_logged(admin_client: Client) -> None:
    first, second, third = CompanyFactory.create_batch(3, payer_id="60054")

    page = choose(admin_client, URL, third, first, action=NOTE)

    assert messages_of(page) == [
        "Noted that the two aren't the same company. If one changes, they are shown again."
    ]
    assert set(shown(page)) == {first, second, third}  # each may still be another one
    event = SyncEvent.objects.about(first)[0]
    assert (event.source_id, event.target_id) == (first.pk, third.pk)
    assert (event.actor, event.reason["code"]) == ("admin", "not_alike")
    page = choose(admin_client, URL, first, second, third, action=NOTE)
    assert messages_of(page)[0].startswith("Noted that the 3 aren't the same company.")
    assert shown(page) == []
    assert DismissedLookAlike.objects.count() == 3


@pytest.mark.parametrize("count", [1, lists.MOST_DISMISSED + 1])
def test_it_takes_two_at_least_and_not_very_many(admin_client: Client, count: int) -> None:
    companies = CompanyFactory.create_batch(count, payer_id="60054")

    page = choose(admin_client, LISTS[InsuranceCompany], *companies, action=NOTE)

    assert messages_of(page)[0].startswith("Nothing was noted: tick 2 to 10 companies")
    assert not DismissedLookAlike.objects.exists()


def test_it_is_all_or_nothing(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    companies = CompanyFactory.create_batch(3, payer_id="60054")
    noted: list[list[SyncEvent]] = []

    def dismiss_two(company: InsuranceCompany, other: int) -> list[SyncEvent]:
        if len(noted) == 2:
            raise Refused("One of the two was deleted meanwhile.")
        noted.append(dismiss(company, other))
        return noted[-1]

    monkeypatch.setattr("sync.propagation.dismissing.dismiss", dismiss_two)
    page = choose(admin_client, URL, *companies, action=NOTE)

    assert messages_of(page) == ["One of the two was deleted meanwhile."]
    assert not DismissedLookAlike.objects.exists()


def test_it_needs_the_permission_to_change_them(client: Client) -> None:
    companies = CompanyFactory.create_batch(2, payer_id="60054")
    viewer = limited(client, "pm.view_insurancecompany")

    choose(viewer, URL, *companies, action=NOTE)

    assert NOTE not in viewer.get(URL).text
    assert not DismissedLookAlike.objects.exists()
