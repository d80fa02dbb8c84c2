"""Who is logged in, for a page that is about to be sent; and pages that can't be taken as sent."""

import sqlite3
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from kareo.pages.sending.models import SentPage
from pm.models import InsuranceCompany
from tests.factories import PlanFactory
from tests.screens import change_url, errors_of, messages_of, page_values, submit

pytestmark = pytest.mark.django_db

COMPANY_ADD = reverse("admin:pm_insurancecompany_add")
WHO = reverse("admin:who_is_here")
LOGIN = reverse("admin:login")
HERE = {"Origin": "http://testserver"}


class TestWhoIsHere:
    def test_names_the_user_and_gives_a_token(self, admin_client: Client, admin_user: User) -> None:
        answer = admin_client.get(WHO).json()

        assert answer["user"] == str(admin_user.pk)
        assert len(answer["token"]) == 64

    def test_tells_the_next_page_that_it_was_of_another_user(
        self, admin_client: Client, admin_user: User
    ) -> None:
        admin_client.get(WHO, {"of": str(admin_user.pk)})
        assert messages_of(admin_client.get(COMPANY_ADD)) == []

        admin_client.get(WHO, {"of": "0"})

        assert "opened by another user" in messages_of(admin_client.get(COMPANY_ADD))[0]

    def test_is_nobody_without_a_log_in(self, client: Client) -> None:
        assert client.get(WHO).json() == {"user": None}

    def test_is_nobody_where_the_user_may_not_use_the_site(self, client: Client) -> None:
        client.force_login(User.objects.create_user("patient"))

        assert client.get(WHO).json() == {"user": None}


@pytest.fixture
def strict() -> Client:
    """A browser whose forms are checked, of somebody who is logged in."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("strict"))
    return client


class TestTokenOfAnEarlierLogIn:
    def test_shows_what_was_typed_and_saves_it_when_sent_again(self, strict: Client) -> None:
        page = strict.get(COMPANY_ADD)
        values = page_values(page) | {"name": "Typed", "csrfmiddlewaretoken": "x" * 64}

        response = strict.post(COMPANY_ADD, values, headers=HERE)

        assert "opened before you logged in last" in errors_of(response)["__all__"][0]
        assert 'value="Typed"' in response.text
        assert not InsuranceCompany.objects.exists()
        values = page_values(response)
        values["csrfmiddlewaretoken"] = strict.cookies["csrftoken"].value
        assert strict.post(COMPANY_ADD, values, headers=HERE).status_code == 302
        assert InsuranceCompany.objects.get().name == "Typed"

    def test_on_a_stored_record(self, strict: Client) -> None:
        plan = PlanFactory()
        values = page_values(strict.get(change_url(plan))) | {"name": "Typed"}

        response = strict.post(change_url(plan), values, headers=HERE)

        assert 'value="Typed"' in response.text
        plan.refresh_from_db()
        assert plan.name != "Typed"

    @pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}])
    def test_from_elsewhere_is_not_shown(self, strict: Client, headers: dict[str, str]) -> None:
        values = page_values(strict.get(COMPANY_ADD)) | {"name": "Typed"}

        response = strict.post(COMPANY_ADD, values, headers=headers)

        assert response.status_code == 403
        assert "Typed" not in response.text
        assert "Nothing was saved" in response.text

    def test_of_another_user_is_not_shown(self, strict: Client) -> None:
        values = page_values(strict.get(COMPANY_ADD)) | {"name": "Typed"}
        strict.force_login(User.objects.create_superuser("somebody-else"))

        response = strict.post(COMPANY_ADD, values, headers=HERE)

        assert (response.status_code, "Typed" in response.text) == (403, False)

    def test_of_a_list_says_what_to_do(self, strict: Client) -> None:
        url = reverse("admin:pm_insuranceplan_changelist")

        response = strict.post(url, {"action": "deactivate"}, headers=HERE)

        assert response.status_code == 403
        assert "Nothing was saved" in response.text
        assert "open the page anew and do it again" in response.text

    def test_without_the_right_to_add_is_refused(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.create_user("reader", is_staff=True))

        response = client.post(COMPANY_ADD, {"name": "Typed"}, headers=HERE)

        assert response.status_code == 403
        assert "Typed" not in response.text


class TestLogIn:
    TYPED = {"username": "clerk", "password": "a long one 7"}

    @pytest.mark.parametrize(
        "failure", ["attempt to write a readonly database", "database is locked"]
    )
    def test_on_a_database_that_cant_be_written_to_gets_a_sentence(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, failure: str
    ) -> None:
        User.objects.create_user(**self.TYPED, is_staff=True)

        def fail(*args: Any, **kwargs: Any) -> None:
            raise OperationalError(failure) from sqlite3.OperationalError(failure)

        monkeypatch.setattr(SessionStore, "save", fail)

        response = client.post(LOGIN, self.TYPED)

        assert response.status_code == 503
        assert "Your password was not the reason" in response.text

    def test_forgets_what_is_too_old(self, client: Client, admin_client: Client) -> None:
        submit(admin_client, COMPANY_ADD, name="Old")
        SentPage.objects.update(sent_at="2020-01-01T00:00:00Z")
        User.objects.create_user(**self.TYPED, is_staff=True)

        response = client.post(LOGIN, self.TYPED)

        assert response.status_code == 302
        assert not SentPage.objects.exists()

    @pytest.mark.parametrize(
        ("wanted", "leads_to"),
        [
            ("/admin/pm/insuranceplan/", "/admin/pm/insuranceplan/"),
            ("https://evil.example/", "/admin/"),
            ("//evil.example", "/admin/"),
            (None, "/admin/"),
        ],
    )
    def test_in_a_second_tab_leads_where_it_would_have(
        self, wanted: str | None, leads_to: str
    ) -> None:
        client, sent = in_two_tabs(wanted)

        answers: list[Any] = [client.post(LOGIN, sent, headers=HERE) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[1].url == leads_to
        assert messages_of(client.get(leads_to)) == []

    def test_in_a_second_tab_as_another_user_is_said_to_be_none(self) -> None:
        client, sent = in_two_tabs("/admin/")
        client.post(LOGIN, sent, headers=HERE)

        response: Any = client.post(LOGIN, sent | {"username": "somebody-else"}, headers=HERE)

        assert messages_of(client.get(response.url)) == [
            "This browser is logged in as clerk already. To log in as another user, log out first."
        ]

    def test_with_an_old_token_and_nobody_logged_in_is_refused(self) -> None:
        client, sent = in_two_tabs("/admin/")

        response = client.post(LOGIN, sent | {"csrfmiddlewaretoken": "x" * 64}, headers=HERE)

        assert response.status_code == 403


def in_two_tabs(wanted: str | None) -> tuple[Client, dict[str, str]]:
    """Return a browser whose forms are checked, and what both its log-in pages send."""
    User.objects.create_user(**TestLogIn.TYPED, is_staff=True)
    client = Client(enforce_csrf_checks=True)
    client.get(LOGIN)
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    return client, TestLogIn.TYPED | token | ({"next": wanted} if wanted else {})


def test_what_is_saved_is_told_where_its_effect_cant_be_read(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("sync.middleware.tell", fail)

    response = submit(admin_client, COMPANY_ADD, name="Aetna")

    assert response.status_code == 302
    told = messages_of(admin_client.get(response.url))
    assert told[0].endswith("</a> saved.")
    assert "The sync log says it" in told[1]
