"""A practice administrator manages users, but can't rise to superuser."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from tests.screens import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name="Practice administrator"))
    client.force_login(user)
    return user


def change_url(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def test_administrator_puts_a_user_into_a_group(client, administrator):
    clerk = User.objects.create_user("clerk")
    group = Group.objects.get(name="Front desk")

    response = submit(client, change_url(clerk), groups=[group.pk], is_staff="on")

    assert response.status_code == 302
    assert list(clerk.groups.all()) == [group]


def test_administrator_cannot_make_superusers_or_give_single_rights(client, administrator):
    submit(client, change_url(administrator), is_superuser="on", user_permissions=["1"])

    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert not administrator.user_permissions.exists()


@pytest.mark.parametrize("page", ["change", "delete"])
def test_superusers_are_out_of_an_administrators_reach(client, administrator, admin_user, page):
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


def test_superuser_can_do_both(admin_client):
    clerk = User.objects.create_user("clerk")

    submit(admin_client, change_url(clerk), is_superuser="on")

    clerk.refresh_from_db()
    assert clerk.is_superuser
