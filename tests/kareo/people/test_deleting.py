"""What the pages say that delete users and roles."""

import html

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

pytestmark = pytest.mark.django_db

USERS = reverse("admin:auth_user_changelist")


def words(page: str) -> str:
    return " ".join(html.unescape(strip_tags(page)).split())


def ticked(*records: User | Group) -> dict[str, object]:
    return {"action": "delete_selected", "_selected_action": [each.pk for each in records]}


def test_roles_are_called_so(admin_client: Client) -> None:
    roles = Group.objects.filter(name__in=["Auditor", "Billing"])
    page = admin_client.post(reverse("admin:auth_group_changelist"), ticked(*roles)).text

    listed = page.partition('id="deleted-objects"')[2].partition("</ul>")[0]
    for role in roles:
        url = reverse("admin:auth_group_change", args=[role.pk])
        assert f'Role: <a href="{url}">{role.name}</a>' in listed
    assert "Group" not in listed


def test_a_users_page_says_what_stays_and_that_deactivating_is_enough(admin_client: Client) -> None:
    kim, lee = User.objects.create_user("kim"), User.objects.create_user("lee", is_active=False)

    def said(user: User) -> str:
        return words(admin_client.get(reverse("admin:auth_user_delete", args=[user.pk])).text)

    stays = "What this user did stays in the logs."
    enough = "Deactivating is enough to end the log-in: go back, and clear Active."
    assert f"{stays} {enough}" in said(kim)
    assert f"{stays} The user is deactivated already" in said(lee)
    assert "What these users did stays in the logs. Deactivating is enough" in words(
        admin_client.post(USERS, ticked(kim, lee)).text
    )
    role = Group.objects.get(name="Billing")
    page = admin_client.get(reverse("admin:auth_group_delete", args=[role.pk])).text
    assert "stays in the logs" not in page


def test_whoever_ticked_the_own_user_too_reads_what_to_do(
    admin_client: Client, admin_user: User
) -> None:
    page = admin_client.post(USERS, ticked(admin_user, User.objects.create_user("kim"))).text

    assert "Nothing was deleted" in page
    assert "<li>your own user: go back, and untick your own user</li>" in page
