"""What is kept of who logged in, and of what became of users and roles."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from kareo.people.models import AccessEvent
from kareo.records.acting import acting
from tests.screens import page_id_of, submit

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")
TYPED = {"username": "clerk", "password": "a long one 7"}


@pytest.fixture
def clerk() -> User:
    clerk = User.objects.create_user(**TYPED, is_staff=True)
    AccessEvent.objects.all().delete()
    return clerk


def noted() -> list[tuple[str, str, str, Any]]:
    rows = AccessEvent.objects.order_by("pk")
    return list(rows.values_list("what", "actor", "about_text", "changes"))


class TestLogIns:
    def test_in_and_out(self, client: Client, clerk: User) -> None:
        client.post(LOGIN, TYPED)
        client.post(reverse("admin:logout"))

        assert noted() == [("logged_in", "clerk", "", {}), ("logged_out", "clerk", "", {})]
        assert {event.ip_address for event in AccessEvent.objects.all()} == {"127.0.0.1"}

    def test_a_wrong_password_of_a_user(self, client: Client, clerk: User) -> None:
        client.post(LOGIN, TYPED | {"password": "wrong"})

        assert noted() == [("refused", "clerk", "", {})]

    def test_what_is_no_users_name_may_be_a_password_and_is_not_kept(
        self, client: Client, clerk: User
    ) -> None:
        client.post(LOGIN, TYPED | {"username": "a long one 7"})

        assert noted() == [("refused", "", "", {})]

    def test_a_user_who_may_not_use_the_pages(self, client: Client, clerk: User) -> None:
        User.objects.update(is_staff=False)

        client.post(LOGIN, TYPED)

        assert noted() == [("refused", "clerk", "", {})]

    def test_a_locked_out_one(self, client: Client, clerk: User) -> None:
        for _ in range(11):
            client.post(LOGIN, TYPED | {"password": "wrong"})

        *wrong, tenth, locked = noted()
        assert wrong == [("refused", "clerk", "", {})] * 9
        assert tenth == locked == ("refused", "clerk", "", {"locked_out": [False, True]})

    def test_what_is_too_old_goes_when_somebody_logs_in(
        self, client: Client, clerk: User, settings: Settings
    ) -> None:
        settings.ACCESS_LOG_DAYS = 30
        for days in (29, 31):
            at = timezone.now() - timedelta(days=days)
            AccessEvent.objects.create(what="exported", about_text=str(days), created_at=at)

        client.post(LOGIN, TYPED)

        assert [text for _what, _who, text, _changes in noted()] == ["29", ""]


class TestUsersAndRoles:
    def test_on_the_pages(self, admin_client: Client, clerk: User) -> None:
        url = reverse("admin:auth_user_change", args=[clerk.pk])
        billing = Group.objects.get(name="Billing")

        submit(admin_client, url, last_name="Reed", role=billing.pk)
        submit(admin_client, url, role=Group.objects.get(name="Front desk").pk)
        delete = reverse("admin:auth_user_delete", args=[clerk.pk])
        page = admin_client.get(delete)
        admin_client.post(delete, {"post": "yes"} | page_id_of(page))

        assert noted() == [
            ("changed", "admin", "clerk", {"last_name": ["", "Reed"]}),
            ("changed", "admin", "clerk", {"groups": [[], ["Billing"]]}),
            ("changed", "admin", "clerk", {"groups": [["Billing"], []]}),
            ("changed", "admin", "clerk", {"groups": [[], ["Front desk"]]}),
            ("deleted", "admin", "clerk", {}),
        ]

    def test_a_new_superuser(self, clerk: User) -> None:
        User.objects.create_superuser("root")

        flags = {"is_staff": [False, True], "is_superuser": [False, True]}
        assert noted() == [("added", "", "root", flags)]

    def test_a_password_is_only_said_to_be_set(self, clerk: User) -> None:
        with acting("manager"):
            clerk.set_password("another one 8")
            clerk.save()

        assert noted() == [("changed", "manager", "clerk", {"password": []})]

    def test_a_password_that_is_hashed_anew_is_no_change(
        self, clerk: User, settings: Settings
    ) -> None:
        old = settings.PASSWORD_HASHERS
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *old]
        request = HttpRequest()
        request.META["REMOTE_ADDR"] = "127.0.0.1"

        assert authenticate(request, **TYPED)

        stored = User.objects.get(username="clerk").password
        assert (stored.startswith("pbkdf2"), noted()) == (True, [])

    def test_a_role_renamed_given_rights_and_deleted(self, clerk: User) -> None:
        role = Group.objects.create(name="Temp")
        role.permissions.add(Permission.objects.get(codename="view_insuranceplan"))
        role.user_set.add(clerk)
        role.name = "Helper"
        role.save()
        role.permissions.clear()
        role.delete()

        right = ["pm.view_insuranceplan"]
        assert noted() == [
            ("added", "", "Temp", {}),
            ("changed", "", "Temp", {"permissions": [[], right]}),
            ("changed", "", "clerk", {"groups": [[], ["Temp"]]}),
            ("changed", "", "Helper", {"name": ["Temp", "Helper"]}),
            ("changed", "", "Helper", {"permissions": [right, []]}),
            ("deleted", "", "Helper", {"users": [["clerk"], []]}),
        ]

    def test_saved_as_it_was_is_nothing(self, clerk: User) -> None:
        clerk.save()
        clerk.groups.set([])

        assert noted() == []


def test_a_dump_is_an_export(clerk: User) -> None:
    call_command("dumpdata", "auth.group", stdout=StringIO())

    assert noted() == [("exported", "dumpdata", "auth.group", {})]
