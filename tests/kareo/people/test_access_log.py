"""The access log as a page: read by auditors, written by nobody."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from kareo.people.models import AccessEvent, note

pytestmark = pytest.mark.django_db

URL = reverse("admin:people_accessevent_changelist")
What = AccessEvent.What


def user_with(role: str) -> User:
    user = User.objects.create_user(f"{role} user", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(user_with("Auditor"))
    return client


def lines(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{URL}{query}")
    cells = re.findall(r'<td class="field-done[^>]*>(.*?)</td>', page.text)
    return [re.sub("<[^>]*>", "", cell) for cell in cells]


def test_says_in_words_what_was_done(auditor: Client) -> None:
    AccessEvent.objects.all().delete()
    clerk = User(username="clerk", pk=7)
    note(What.REFUSED)
    note(What.CHANGED, about=clerk, changes={"is_active": [True, False], "password": []})
    note(What.CHANGED, about=clerk, changes={"groups": [["Billing"], []]})
    note(What.CHANGED, about=clerk, changes={"email": ["", "<b>@practice.example"]})
    note(What.EXPORTED, text="pm")

    assert lines(auditor) == [
        "Exported pm",
        "Changed user clerk: email – → &lt;b&gt;@practice.example",
        "Changed user clerk: role taken: Billing",
        "Changed user clerk: deactivated; password set anew",
        "Log-in refused",
    ]


def test_says_that_a_user_was_locked_out(auditor: Client) -> None:
    note(What.REFUSED, changes={"locked_out": [False, True]})
    assert lines(auditor)[0] == "Log-in refused: locked out after too many wrong passwords"


def test_a_new_user_and_the_role_are_one_entry(auditor: Client, admin_user: User) -> None:
    administrator = Client()
    administrator.force_login(admin_user)
    AccessEvent.objects.all().delete()
    role = Group.objects.get(name="Billing")
    typed = {"username": "jane", "is_active": "on", "role": role.pk}
    typed |= {"password1": "Corr3ct-horse", "password2": "Corr3ct-horse"}

    administrator.post(reverse("admin:auth_user_add"), typed)
    assert lines(auditor) == ["Added user jane: role given: Billing; may log in"]
    User.objects.get(username="jane").groups.set([])
    assert lines(auditor)[0] == "Changed user jane: role taken: Billing"


def test_the_history_of_a_user_is_here(auditor: Client, admin_client: Client) -> None:
    jane = User.objects.create_user("jane")
    url = reverse("admin:auth_user_history", args=[jane.pk])

    assert f'href="{URL}?q=jane"' in auditor.get(url).text
    assert "No changes yet" not in admin_client.get(url).text


def test_is_narrowed_by_days_and_by_who_is_in_it(auditor: Client) -> None:
    AccessEvent.objects.all().delete()
    User.objects.create_user("idle")
    AccessEvent.objects.all().delete()
    note(What.LOGGED_IN, actor="Auditor user")
    AccessEvent.objects.create(what=What.EXPORTED, created_at="2020-03-05T12:00:00Z")

    days = "?created_at__from=03/05/2020&created_at__to=03/05/2020"
    assert lines(auditor, days) == ["Exported"]
    page = auditor.get(URL).text
    assert "Last month" in page
    assert "?actor=Auditor" in page
    assert "?actor=idle" not in page


def test_is_narrowed_by_who_and_what_and_when(auditor: Client) -> None:
    AccessEvent.objects.all().delete()
    note(What.LOGGED_IN, actor="Auditor user")
    note(What.REFUSED, actor="somebody")
    AccessEvent.objects.create(what=What.EXPORTED, created_at="2020-01-01T00:00:00Z")

    assert lines(auditor, "?actor=Auditor+user") == ["Logged in"]
    assert lines(auditor, "?what__exact=refused") == ["Log-in refused"]
    assert lines(auditor, "?created_at__gte=2021-01-01+00:00:00Z") == [
        "Log-in refused",
        "Logged in",
    ]
    assert lines(auditor, "?q=someb") == ["Log-in refused"]


@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_nobody_writes_it(admin_client: Client, page: str) -> None:
    event = AccessEvent.objects.latest("pk")
    url = reverse(f"admin:people_accessevent_{page}", args=[] if page == "add" else [event.pk])

    assert admin_client.post(url, {"post": "yes", "what": "exported"}).status_code == 403
    assert AccessEvent.objects.latest("pk") == event


@pytest.mark.parametrize("role", ["Front desk", "Practice administrator"])
def test_other_roles_do_not_read_it(client: Client, role: str) -> None:
    client.force_login(user_with(role))

    assert client.get(URL).status_code == 403


class TestAuditor:
    def test_sees_every_user_without_a_way_to_change_one(
        self, auditor: Client, admin_user: User
    ) -> None:
        assert "admin" in auditor.get(reverse("admin:auth_user_changelist")).text

        page = auditor.get(reverse("admin:auth_user_change", args=[admin_user.pk]))

        assert page.status_code == 200
        for absent in ("Set a new password", "md5$", 'name="_save"', 'name="role"'):
            assert absent not in page.text

    def test_may_view_every_model_of_the_site_and_do_no_more(self, auditor: Client) -> None:
        from django.contrib import admin

        user = User.objects.get(username="Auditor user")
        rights = {right.partition(".")[2].split("_")[0] for right in user.get_all_permissions()}

        assert rights == {"view"}
        for model in admin.site._registry:
            opts = model._meta
            assert user.has_perm(f"{opts.app_label}.view_{opts.model_name}"), opts.label

    def test_changes_no_password(self, auditor: Client, admin_user: User) -> None:
        url = reverse("admin:auth_user_password_change", args=[admin_user.pk])

        assert auditor.get(url).status_code == 403
