"""Roles, as their pages show them."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.conftest import Statements
from tests.screens import change_url

pytestmark = pytest.mark.django_db


def said_of(page: Any) -> str:
    words = html.unescape(strip_tags(page.text.partition("What its users may do")[2]))
    return re.sub(r"\s+", " ", words.partition("one by one")[0])


def test_a_role_says_what_its_users_may_do_and_folds_the_rights(admin_client: Client) -> None:
    page = admin_client.get(change_url(Group.objects.get(name="Billing")))

    assert (
        "See, add, change and delete: insurance companies, insurance plans, insurance policies, PM"
        " patients." in said_of(page)
    )
    assert "See: insurances, EHR patients, sync log entries." in said_of(page)
    folded = page.text.partition("<details>")[2].partition("</details>")[0]
    assert 'name="permissions"' in folded
    assert 'name="permissions"' not in page.text.partition("<details>")[0]


def test_only_a_superuser_sees_the_rights_one_by_one(client: Client) -> None:
    user = User.objects.create_user("manager", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_group"))
    client.force_login(user)
    page = client.get(change_url(Group.objects.get(name="Clinical staff")))

    assert "See, add and change: insurances, EHR patients." in said_of(page)
    assert "one by one" not in page.text
    empty = Group.objects.create(name="Visitors")
    assert "Nothing yet." in said_of(client.get(change_url(empty)))


def test_a_new_role_is_asked_for_its_name_and_rights(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:auth_group_add"))

    assert 'name="permissions"' in page.text
    assert "What its users may do" not in page.text


def test_the_delete_page_says_who_loses_the_role_and_nothing_of_tables(
    admin_client: Client, django_user_model: type[User]
) -> None:
    roles = Group.objects.filter(name__in=["Billing", "Front desk"]).order_by("name")
    for name, role in zip(("kim", "lee"), roles, strict=True):
        django_user_model.objects.create_user(name).groups.add(role)
    django_user_model.objects.create_user("max").groups.add(roles[0])

    page = admin_client.get(reverse("admin:auth_group_delete", args=[roles[0].pk])).text
    assert "2 users lose this role, and what it allows: kim and max." in page
    ticked = {"action": "delete_selected", "_selected_action": [role.pk for role in roles]}
    both = admin_client.post(reverse("admin:auth_group_changelist"), ticked).text
    assert "1 user loses this role, and what it allows: lee." in both
    user = User.objects.get(username="kim")
    own = admin_client.get(reverse("admin:auth_user_delete", args=[user.pk])).text
    for text in (page, both, own):
        assert "relationship" not in text
        assert "object (" not in text


class TestTheWordsOfARole:
    """They are said of the rights that it was made with."""

    words = "Enters, changes and deletes all of PM; sees the EHR"

    def pages(self, client: Client) -> list[str]:
        """Return the list of roles, Billing's own page, and a new user's form."""
        urls = [reverse("admin:auth_group_changelist"), reverse("admin:auth_user_add")]
        urls.append(change_url(Group.objects.get(name="Billing")))
        return [client.get(url).text.casefold() for url in urls]

    def test_they_are_said_of_a_role_as_it_was_made(self, admin_client: Client) -> None:
        for page in self.pages(admin_client):
            assert self.words.casefold() in page

    def test_not_of_another_under_its_name(self, admin_client: Client) -> None:
        Group.objects.get(name="Billing").delete()
        Group.objects.create(name="Billing")

        for page in self.pages(admin_client):
            assert self.words.casefold() not in page
            assert "does all of that" in page or "nothing yet." in page  # the others' stay

    @pytest.mark.parametrize("right", ["delete_insuranceplan", "add_insurance"])
    def test_nor_of_one_whose_rights_were_changed(self, admin_client: Client, right: str) -> None:
        billing = Group.objects.get(name="Billing")
        [changed] = Permission.objects.filter(codename=right)
        had = billing.permissions.filter(pk=changed.pk).exists()
        (billing.permissions.remove if had else billing.permissions.add)(changed)

        for page in self.pages(admin_client):
            assert self.words.casefold() not in page

    def test_nor_of_one_that_is_gone(self, admin_client: Client) -> None:
        Group.objects.get(name="Billing").delete()

        page = admin_client.get(reverse("admin:auth_user_add")).text
        assert "enters, changes and deletes" not in page

    def test_the_rights_are_looked_up_once_for_all_roles(
        self, admin_client: Client, statements: Statements
    ) -> None:
        for url in (reverse("admin:auth_group_changelist"), reverse("admin:auth_user_add")):
            with statements() as executed:
                admin_client.get(url)
            of_roles = [each for each in executed if "auth_group_permissions" in each]
            assert len([each for each in of_roles if '"codename"' in each]) == 1
