"""A practice administrator manages users, but can't rise to superuser."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.screens import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    user = User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name="Practice administrator"))
    client.force_login(user)
    return user


def change_url(user: User) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def test_administrator_puts_a_user_into_a_group(client: Client, administrator: User) -> None:
    clerk = User.objects.create_user("clerk")
    group = Group.objects.get(name="Front desk")

    response = submit(client, change_url(clerk), groups=[group.pk], is_staff="on")

    assert response.status_code == 302
    assert list(clerk.groups.all()) == [group]


def test_administrator_cannot_make_superusers_or_give_single_rights(
    client: Client, administrator: User
) -> None:
    submit(client, change_url(administrator), is_superuser="on", user_permissions=["1"])

    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert not administrator.user_permissions.exists()


@pytest.mark.parametrize("page", ["change", "delete"])
def test_superusers_are_out_of_an_administrators_reach(
    client: Client, administrator: User, admin_user: User, page: str
) -> None:
    url = reverse(f"admin:auth_user_{page}", args=[admin_user.pk])

    assert client.get(url).status_code in {302, 403}
    client.post(url, {"username": "taken-over", "post": "yes"})
    client.post(
        reverse("admin:auth_user_password_change", args=[admin_user.pk]),
        {"password1": "Taken-0ver!", "password2": "Taken-0ver!"},
    )

    stored = User.objects.get(pk=admin_user.pk)
    assert stored.username == admin_user.username
    assert stored.password == admin_user.password


def test_superuser_can_do_both(admin_client: Client) -> None:
    clerk = User.objects.create_user("clerk")

    submit(admin_client, change_url(clerk), is_superuser="on")

    clerk.refresh_from_db()
    assert clerk.is_superuser


class TestLockOut:
    LOGIN = reverse("admin:login")
    LIST = reverse("admin:axes_accessattempt_changelist")

    def lock_out(
        self, client: Client, username: str, browsers: Sequence[str] = ("Firefox",)
    ) -> None:
        """Type ten wrong passwords, in turn in these browsers."""
        for number in range(10):
            agent = {"user-agent": browsers[number % len(browsers)]}
            typed = {"username": username, "password": "wrong"}
            response = client.post(self.LOGIN, typed, headers=agent)
        assert response.status_code == 429

    def test_administrator_sees_who_is_locked_out_from_where_and_until_when(
        self, client: Client, administrator: User
    ) -> None:
        User.objects.create_user("clerk")
        self.lock_out(Client(), "clerk")

        page = client.get(self.LIST, {"locked_out": "now"}).text

        assert "clerk" in page
        assert "127.0.0.1" in page
        assert "Locked out until " in page

    def test_whoever_typed_a_few_wrong_passwords_may_try_again(
        self, client: Client, administrator: User
    ) -> None:
        Client().post(self.LOGIN, {"username": "clerk", "password": "wrong"})

        assert "May try again" in client.get(self.LIST).text
        assert "clerk" not in client.get(self.LIST, {"locked_out": "now"}).text

    def test_a_lock_out_is_told_whatever_browser_it_was_typed_in(
        self, client: Client, administrator: User
    ) -> None:
        self.lock_out(Client(), "clerk", browsers=("Firefox", "Chrome", "Safari"))

        assert client.get(self.LIST, {"locked_out": "now"}).text.count("Locked out until ") == 3

    def test_a_lock_out_ends(self, client: Client, administrator: User) -> None:
        self.lock_out(Client(), "clerk")
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

        assert "Locked out until " not in client.get(self.LIST).text

    def test_deleting_the_attempt_lets_the_user_in_again(
        self, client: Client, administrator: User
    ) -> None:
        User.objects.create_user("clerk", password="right", is_staff=True)
        clerk = Client()
        self.lock_out(clerk, "clerk")
        attempt = AccessAttempt.objects.get()
        assert (
            client.get(reverse("admin:axes_accessattempt_change", args=[attempt.pk])).status_code
            == 200
        )

        url = reverse("admin:axes_accessattempt_delete", args=[attempt.pk])
        client.post(url, {"post": "yes"})

        typed = {"username": "clerk", "password": "right"}
        assert clerk.post(self.LOGIN, typed).status_code == 302

    def test_nobody_adds_or_changes_an_attempt(self, admin_client: Client) -> None:
        attempt = AccessAttempt.objects.create(username="clerk", failures_since_start=1)
        change = reverse("admin:axes_accessattempt_change", args=[attempt.pk])

        assert admin_client.get(reverse("admin:axes_accessattempt_add")).status_code == 403
        assert admin_client.post(change, {"username": "other"}).status_code == 403
