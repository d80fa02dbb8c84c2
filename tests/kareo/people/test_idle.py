"""A session ends where nobody does anything; what a page asks by itself isn't anybody."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from kareo.pages.lists.batches import LEFT, STOP
from kareo.people import idle
from kareo.people.models import AccessEvent
from tests.screens import page_values

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")
COMPANIES = reverse("admin:pm_insurancecompany_changelist")
WHO = reverse("admin:who_is_here")
PREVIEW = reverse("sync:preview", args=["insurancecompany"])
MINUTE = 60


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(idle, "time", clock)
    return clock


@pytest.fixture
def clerk(clock: Clock, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("clerk"))
    return client


def is_in(client: Client) -> bool:
    return client.get(WHO).json()["user"] is not None


def test_a_quarter_of_an_hour_without_activity_ends_it(clerk: Client, clock: Clock) -> None:
    clock.now += 15 * MINUTE - 1
    assert is_in(clerk)
    clock.now += 1

    response = clerk.get(COMPANIES)

    assert response["Location"].startswith(reverse("admin:login"))
    assert "because nothing was done here" in clerk.get(response["Location"]).text
    assert not Session.objects.exists()
    ended = AccessEvent.objects.latest("pk")
    assert (ended.what, ended.actor, ended.ip_address) == ("timed_out", "clerk", "127.0.0.1")


def test_whoever_opens_pages_stays(clerk: Client, clock: Clock) -> None:
    for _ in range(3):
        clock.now += 10 * MINUTE
        assert clerk.get(HOME).status_code == 200


def test_who_types_stays(clerk: Client, clock: Clock) -> None:
    for _ in range(3):
        clock.now += 10 * MINUTE
        assert clerk.get(WHO, {"typed": ""}).json()["left"] == 15 * MINUTE


def test_previews_and_a_page_that_asks_who_is_here_are_no_activity(
    clerk: Client, clock: Clock
) -> None:
    values = page_values(clerk.get(reverse("admin:pm_insurancecompany_add")))
    clock.now += 10 * MINUTE

    assert clerk.post(PREVIEW, values).status_code == 200
    assert clerk.get(WHO).json()["left"] == 5 * MINUTE


@pytest.mark.parametrize(("more", "left"), [({}, 5), ({STOP: "1"}, 15)])
def test_going_on_with_many_records_is_none_but_stopping_is(
    clerk: Client, clock: Clock, more: dict[str, Any], left: int
) -> None:
    clock.now += 10 * MINUTE

    clerk.post(COMPANIES, {LEFT: "unsigned"} | more)

    assert clerk.get(WHO).json()["left"] == left * MINUTE


def test_it_is_written_once_a_minute_and_after_the_answer(
    clerk: Client, clock: Clock, django_assert_num_queries: Any
) -> None:
    clerk.get(HOME)
    stored = Session.objects.get().session_data

    clock.now += MINUTE - 1
    clerk.get(COMPANIES)
    assert Session.objects.get().session_data == stored

    clock.now += 1
    clerk.get(COMPANIES)
    assert Session.objects.get().session_data != stored


def test_no_page_fails_where_it_cannot_be_written(
    clerk: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import OperationalError

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(SessionStore, "save", fail)
    clock.now += 5 * MINUTE

    assert clerk.get(COMPANIES).status_code == 200


def test_a_workday_ends_it_however_active(clerk: Client, clock: Clock, settings: Settings) -> None:
    settings.SESSION_COOKIE_AGE = 20 * MINUTE
    for minutes in (10, 9):
        clock.now += minutes * MINUTE
        clerk.get(HOME)
        assert is_in(clerk)
    clock.now += MINUTE

    assert not is_in(clerk)


def test_the_minutes_are_a_setting(clerk: Client, clock: Clock, settings: Settings) -> None:
    settings.IDLE_TIME = timedelta(minutes=5)
    clock.now += 5 * MINUTE

    assert not is_in(clerk)


def test_a_session_of_an_earlier_version_begins_now(clerk: Client, clock: Clock) -> None:
    session = clerk.session
    del session[idle.HERE]
    session.save()
    clerk.get(HOME)
    clock.now += 15 * MINUTE

    assert not is_in(clerk)


def test_a_log_out_is_not_undone_by_what_is_written_after_the_answer(
    clerk: Client, clock: Clock
) -> None:
    clock.now += 5 * MINUTE

    clerk.post(reverse("admin:logout"))

    assert not Session.objects.exists()
