"""A practice administrator manages users, but can't rise to superuser."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpRequest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.timezone import localtime

from sync.roles import ROLES, ROLES_IN_WORDS
from tests.conftest import Statements
from tests.screens import errors_of, messages_of, submit

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

    response = submit(client, change_url(clerk), role=group.pk)

    assert response.status_code == 302
    assert list(clerk.groups.all()) == [group]
    clerk.refresh_from_db()
    assert clerk.is_staff


def test_administrator_cannot_make_superusers_or_give_single_rights(
    client: Client, administrator: User
) -> None:
    submit(client, change_url(administrator), is_superuser="on", user_permissions=["1"])

    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert not administrator.user_permissions.exists()


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ({"is_active": None}, {"is_active": ["You can't deactivate yourself: another"]}),
        ({"role": ""}, {"role": ["You can't change your own role: another"]}),
    ],
)
def test_nobody_takes_rights_from_themselves(
    client: Client, administrator: User, typed: dict[str, Any], refused: dict[str, list[str]]
) -> None:
    page = submit(client, change_url(administrator), **typed)

    said = {name: [f"{start} administrator can." for start in refused[name]] for name in refused}
    assert errors_of(page) == said
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.groups.count() == 1

    clerk = User.objects.create_user("clerk")
    assert submit(client, change_url(clerk), **typed).status_code == 302


@pytest.mark.parametrize("right", ["is_active", "is_superuser", "is_staff"])
def test_nor_does_a_superuser_from_himself(
    admin_client: Client, admin_user: User, right: str
) -> None:
    assert list(errors_of(submit(admin_client, change_url(admin_user), **{right: None}))) == [right]

    role = Group.objects.get(name="Billing")
    assert submit(admin_client, change_url(admin_user), role=role.pk).status_code == 302


def test_nobody_deletes_themselves(client: Client, administrator: User) -> None:
    own = reverse("admin:auth_user_delete", args=[administrator.pk])
    chosen = {"action": "delete_selected", "_selected_action": administrator.pk, "post": "yes"}

    assert own not in client.get(change_url(administrator)).text
    assert client.post(own, {"post": "yes"}).status_code == 403
    client.post(reverse("admin:auth_user_changelist"), chosen)

    administrator.refresh_from_db()


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


def test_a_new_user_needs_no_second_page(client: Client, administrator: User) -> None:
    role = Group.objects.get(name="Front desk")
    url = reverse("admin:auth_user_add")
    typed = {"first_name": "Ada", "last_name": "Reed", "username": "ada", "is_active": "on"}
    typed |= {"password1": "Corr3ct-horse", "password2": "Corr3ct-horse"}

    without = client.post(url, typed)
    assert "role" in errors_of(without)
    for name in ROLES:
        assert f"{name}: {ROLES_IN_WORDS[name]}." in html.unescape(without.text)
    response = client.post(url, {**typed, "role": role.pk})

    assert response["Location"] == reverse("admin:auth_user_changelist")
    added = User.objects.get(username="ada")
    assert (added.get_full_name(), list(added.groups.all())) == ("Ada Reed", [role])
    assert added.is_staff
    assert not added.is_superuser
    assert Client().login(username="ada", password="Corr3ct-horse", request=HttpRequest())


def test_what_is_wrong_with_a_new_user_is_said_in_our_words(
    client: Client, administrator: User
) -> None:
    url = reverse("admin:auth_user_add")
    taken = {"username": "manager", "password1": "Corr3ct-horse", "password2": "Correct-h0rse"}

    said = errors_of(client.post(url, taken))
    assert said["username"] == ["Another user has this user name."]
    assert said["password2"] == ["The two passwords differ."]
    weak = errors_of(client.post(url, {"password1": "abc", "password2": "abc"}))
    assert "too short" in weak["password1"][0]
    assert "password2" not in weak
    assert weak["role"] == ["Choose one."]
    said = errors_of(client.post(url, {"username": "a b"}))
    assert said["username"] == ["Only letters, digits and @ . + - _, without spaces."]


@pytest.mark.parametrize("password", ["nina1234", "my-NINA-99x"])
def test_a_password_has_no_user_name_in_it(
    client: Client, administrator: User, password: str
) -> None:
    nina = User.objects.create_user("Nina")
    url = reverse("admin:auth_user_password_change", args=[nina.pk])
    typed = {"password1": password, "password2": password}

    page = client.post(url, typed)
    assert page.context["form"].errors == {"password1": ["Leave the user name out of it."]}
    assert "without the user name" in page.text

    longer = User.objects.create_user("nina-reed")
    url = reverse("admin:auth_user_password_change", args=[longer.pk])
    for alike, said in (
        ("nina-reed7", "Leave the user name out of it."),  # once, though it is alike as well
        ("nina-r3ed", "The password is too similar to the username."),
    ):
        page = client.post(url, {"password1": alike, "password2": alike})
        assert page.context["form"].errors["password1"] == [said]

    short = User.objects.create_user("na")
    url = reverse("admin:auth_user_password_change", args=[short.pk])
    assert client.post(url, typed).status_code == 302


def test_a_name_that_is_corrected_leaves_all_else(client: Client, administrator: User) -> None:
    clerk = User.objects.create_user("clerk", email="clerk@practice.example")
    role = Group.objects.get(name="Billing")
    clerk.groups.add(role)

    submit(client, change_url(clerk), last_name="Reed")

    clerk.refresh_from_db()
    assert (clerk.last_name, list(clerk.groups.all())) == ("Reed", [role])
    assert (clerk.email, clerk.is_staff) == ("clerk@practice.example", False)


def test_nobody_is_renamed_to_anothers_name_in_other_capitals(
    client: Client, administrator: User
) -> None:
    User.objects.create_user("billing")
    nina = User.objects.create_user("nina")

    for taken in ("BILLING", "billing"):
        page = submit(client, change_url(nina), username=taken)
        assert errors_of(page) == {"username": ["Another user has this user name."]}

    assert submit(client, change_url(nina), username="Nina").status_code == 302
    nina.refresh_from_db()
    assert nina.username == "Nina"


def test_two_who_are_called_alike_already_may_be_changed(
    client: Client, administrator: User
) -> None:
    User.objects.create_user("NINA")
    nina = User.objects.create_user("nina")

    assert submit(client, change_url(nina), first_name="Nina").status_code == 302


def test_the_list_sorts_without_regard_to_capitals(client: Client, administrator: User) -> None:
    for name in ("bea", "Zoe", "Adam", "carl"):
        User.objects.create_user(name)
    url = reverse("admin:auth_user_changelist")

    for query, expected in (("", 1), ("?o=1", 1), ("?o=-1", -1)):
        users = client.get(url + query).context["cl"].result_list
        names = [user.username for user in users]
        assert names == ["Adam", "bea", "carl", "manager", "Zoe"][::expected]


def test_another_role_takes_the_place_of_the_first(client: Client, administrator: User) -> None:
    clerk = User.objects.create_user("clerk")
    clerk.groups.add(Group.objects.get(name="Billing"))
    role = Group.objects.get(name="Front desk")

    submit(client, change_url(clerk), role=role.pk)
    assert list(clerk.groups.all()) == [role]

    submit(client, change_url(clerk), role="")
    assert not clerk.groups.exists()


def test_what_is_said_of_a_user_whom_it_lets_do_something_else(
    client: Client, administrator: User
) -> None:
    nora = User.objects.create_user("nora")
    billing = Group.objects.get(name="Billing")

    def said(**typed: Any) -> str:
        page = client.get(submit(client, change_url(nora), **typed).url)
        return strip_tags(messages_of(page)[0])

    assert said(role=billing.pk) == "User nora saved. Role: Billing."
    assert said(first_name="Nora") == "User nora saved."
    assert said(role="", is_active=None) == (
        "User nora saved. Role: none. Deactivated: no more log-in."
    )
    assert said(is_active="on") == "User nora activated."
    assert said(is_active=None) == "User nora deactivated. No more log-in."
    assert said(is_active="on", role=billing.pk) == "User nora saved. Role: Billing. Activated."
    assert said(role=billing.pk) == "Nothing was changed in this user."


def test_a_superuser_reads_of_the_rights_in_the_words_of_the_lists(admin_client: Client) -> None:
    clerk = User.objects.create_user("clerk")

    page = admin_client.get(change_url(clerk)).text

    asked = re.findall(r"<label[^>]*>\s*([^<]*?)\s*</label>", page)
    for label in ("May log in", "Superuser", "Roles:", "Rights:", "Last log-in:"):
        assert label in asked
    for other in ("Groups", "Staff status", "Last login", "admin site"):
        assert other not in page
    assert re.findall('data-field-name="([^"]*)"', page) == ["roles", "rights"]


def test_several_roles_and_rights_of_ones_own_stay(client: Client, administrator: User) -> None:
    clerk = User.objects.create_user("clerk")
    roles = set(Group.objects.filter(name__in=["Billing", "Clinical staff"]))
    clerk.groups.set(roles)
    clerk.user_permissions.add(Permission.objects.get(codename="add_group"))

    page = client.get(change_url(clerk))
    submit(client, change_url(clerk), page, last_name="Reed", role=Group.objects.latest("pk").pk)

    assert "Several roles" in page.text
    for hidden in ('name="groups"', 'name="user_permissions"', 'name="is_superuser"', "pbkdf2"):
        assert hidden not in page.text
    clerk.refresh_from_db()
    assert clerk.last_name == "Reed"
    assert set(clerk.groups.all()) == roles
    assert clerk.user_permissions.count() == 1


def test_a_superuser_gives_several_roles(admin_client: Client) -> None:
    clerk = User.objects.create_user("clerk")
    roles = Group.objects.filter(name__in=["Billing", "Clinical staff"])
    clerk.groups.add(roles[0])

    submit(admin_client, change_url(clerk), groups=[role.pk for role in roles])

    assert set(clerk.groups.all()) == set(roles)


def test_the_list_says_who_does_what_and_who_was_in_last(
    client: Client, administrator: User
) -> None:
    clerk = User.objects.create_user("clerk", first_name="Ada", last_name="Reed")
    clerk.groups.set(Group.objects.filter(name__in=["Billing", "Clinical staff"]))
    User.objects.create_user("nobody")

    page = client.get(reverse("admin:auth_user_changelist"))
    cells = re.findall(r'class="field-(?:name|role)">(?:<span[^>]*>)?([^<]*)<', page.text)

    assert cells == ["Ada Reed", "Several", "–", "Practice administrator", "–", "–"]
    assert '<td class="field-last_log_in">never</td>' in page.text
    assert page.text.count(timezone.localtime().strftime("%b %-d, %Y, ")) == 1
    billing = Group.objects.get(name="Billing")
    found = client.get(reverse("admin:auth_user_changelist"), {"groups__id__exact": billing.pk})
    assert list(found.context["cl"].result_list) == [clerk]


def test_its_list_asks_once_for_all_roles(admin_client: Client, statements: Statements) -> None:
    with statements() as one:
        admin_client.get(reverse("admin:auth_user_changelist"))
    for number in range(3):
        User.objects.create_user(f"clerk {number}").groups.add(Group.objects.latest("pk"))
    with statements() as several:
        admin_client.get(reverse("admin:auth_user_changelist"))

    assert len(one) == len(several)


class TestLockOut:
    LOGIN = reverse("admin:login")
    LIST = reverse("admin:axes_accessattempt_changelist")

    @pytest.fixture(autouse=True)
    def _clerk(self) -> None:
        User.objects.create_user("clerk", password="right", is_staff=True)

    def typed(self, browser: str, failures: int, minutes_ago: int, **others: str) -> None:
        """Let wrong passwords have been typed in this browser, the last one so long ago."""
        at = {"username": "clerk", "ip_address": "127.0.0.1"} | others
        attempt = AccessAttempt.objects.create(
            user_agent=browser, failures_since_start=failures, **at
        )
        then = timezone.now() - timedelta(minutes=minutes_ago)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=then)

    def may_log_in(self) -> bool:
        """Return whether django-axes lets the user in."""
        right = {"username": "clerk", "password": "right"}
        return Client().post(self.LOGIN, right).status_code == 302

    def states(self, client: Client, **query: str) -> set[str]:
        """Return what the list says of the user: in so many minutes, or that they may."""
        page = client.get(self.LIST, query)
        shown = set()
        for attempt in page.context["cl"].result_list:
            if attempt.username == "clerk" and attempt.ip_address == "127.0.0.1":
                state = page.context["cl"].model_admin.state(attempt)
                assert state in page.text
                shown.add(state)
        return shown

    def until(self, browser: str) -> str:
        """Return what the list says where the lock-out ends with the attempt in `browser`."""
        last = AccessAttempt.objects.get(user_agent=browser).attempt_time
        return f"Locked out until {localtime(last + timedelta(minutes=16)):%-I:%M %p}"

    @pytest.mark.parametrize(
        ("rows", "ends_with"),
        [
            ([("Firefox", 10, 0)], "Firefox"),
            ([("Firefox", 10, 14)], "Firefox"),
            ([("Firefox", 9, 0)], None),
            ([("Firefox", 10, 16)], None),
            # As one: without those up to the named one there are too few.
            ([("Firefox", 9, 10), ("Chrome", 1, 1)], "Firefox"),
            ([("Firefox", 1, 14), ("Chrome", 10, 1)], "Chrome"),
            ([("Firefox", 4, 12), ("Chrome", 4, 7), ("Safari", 4, 2)], "Firefox"),
            ([("Firefox", 4, 12), ("Chrome", 7, 7), ("Safari", 4, 2)], "Chrome"),
            ([("Firefox", 9, 16), ("Chrome", 1, 1)], None),
        ],
    )
    def test_the_list_says_what_django_axes_does(
        self,
        client: Client,
        administrator: User,
        rows: list[tuple[str, int, int]],
        ends_with: str | None,
    ) -> None:
        for browser, failures, minutes_ago in rows:
            self.typed(browser, failures, minutes_ago)

        told = {self.until(ends_with)} if ends_with else {"May try again"}
        assert self.states(client) == told
        assert self.states(client, locked_out="now") == (told if ends_with else set())
        assert self.may_log_in() is (ends_with is None)

    @pytest.mark.parametrize(
        "other", [{"username": "cashier"}, {"ip_address": "203.0.113.9"}], ids=str
    )
    def test_nobody_is_locked_out_by_what_others_typed_or_elsewhere(
        self, client: Client, administrator: User, other: dict[str, str]
    ) -> None:
        self.typed("Firefox", 9, 1)
        self.typed("Chrome", 9, 1, **other)

        assert self.states(client) == {"May try again"}
        assert self.states(client, locked_out="now") == set()
        assert self.may_log_in()

    def test_the_filter_leaves_those_who_are_locked_out(
        self, client: Client, administrator: User
    ) -> None:
        self.typed("Firefox", 10, 1)
        self.typed("Firefox", 10, 1, username="cashier")
        self.typed("Firefox", 1, 1, username="visitor")

        found = client.get(self.LIST, {"locked_out": "now"}).context["cl"].result_list

        assert {attempt.username for attempt in found} == {"clerk", "cashier"}

    def unlock(self, client: Client, browser: str) -> str:
        """Unlock the users who typed in this browser, and return what is said then."""
        chosen = AccessAttempt.objects.filter(user_agent=browser).values_list("pk", flat=True)
        action = {"action": "unlock", "_selected_action": list(chosen)}
        return client.post(self.LIST, action, follow=True).text

    def test_one_row_unlocks_the_user_whatever_browsers_were_used(
        self, client: Client, administrator: User
    ) -> None:
        self.typed("Firefox", 12, 1)
        self.typed("Chrome", 11, 1)
        attempt = AccessAttempt.objects.filter(user_agent="Chrome").get()
        page = reverse("admin:axes_accessattempt_change", args=[attempt.pk])
        assert self.until("Chrome") in client.get(page).text
        assert not self.may_log_in()

        assert "Unlocked: clerk." in self.unlock(client, "Chrome")

        assert self.may_log_in()

    def test_each_of_the_selected_users_is_unlocked(
        self, client: Client, administrator: User
    ) -> None:
        self.typed("Firefox", 12, 1)
        self.typed("Chrome", 11, 1)
        self.typed("Firefox", 11, 1, username="cashier")

        assert "Unlocked: cashier, clerk." in self.unlock(client, "Firefox")

        assert not AccessAttempt.objects.exists()
        assert self.may_log_in()

    def test_who_only_sees_them_unlocks_nobody(self, client: Client) -> None:
        viewer = User.objects.create_user("viewer", is_staff=True)
        viewer.user_permissions.add(Permission.objects.get(codename="view_accessattempt"))
        client.force_login(viewer)
        self.typed("Firefox", 12, 1)

        self.unlock(client, "Firefox")

        assert not self.may_log_in()
        assert "select the row" not in client.get(self.LIST).text

    def test_the_list_says_in_plain_words_what_to_do(
        self, client: Client, administrator: User
    ) -> None:
        self.typed("Firefox", 10, 1)
        page = client.get(self.LIST)

        heads = re.findall(r'<div class="text">(?:<a[^>]*>|<span>)([^<]+)<', page.text)
        assert heads == ["User name", "From address", "Failed sign-ins", "State", "Last tried"]
        assert "10 wrong passwords lock a user out at that address, for 15 minutes" in page.text
        assert "select the row and choose “Unlock the selected users”" in page.text
        assert '<option value="unlock">Unlock the selected users</option>' in page.text

    def test_an_empty_list_says_what_that_means(self, client: Client, administrator: User) -> None:
        nobody = "Nobody failed to sign in lately."
        assert nobody in client.get(self.LIST).text
        self.typed("Firefox", 1, 1)
        assert nobody not in client.get(self.LIST).text
        assert nobody not in client.get(self.LIST, {"locked_out": "now"}).text

    def test_the_pages_speak_of_signing_in(self, client: Client, administrator: User) -> None:
        self.typed("Firefox", 1, 1)
        page = reverse("admin:axes_accessattempt_change", args=[AccessAttempt.objects.get().pk])
        area = reverse("admin:app_list", args=["axes"])

        for url in (self.LIST, page, area, reverse("admin:index")):
            text = client.get(url).text
            assert "ign-in attempts" in text
            assert "ccess attempt" not in text
        assert "Attempted Access" not in client.get(page).text

    def test_raw_tables_of_django_axes_are_no_pages(self, admin_client: Client) -> None:
        for model in ("accesslog", "accessfailurelog"):
            with pytest.raises(NoReverseMatch):
                reverse(f"admin:axes_{model}_changelist")

    def test_nobody_adds_or_changes_an_attempt(self, admin_client: Client) -> None:
        self.typed("Firefox", 1, 1)
        change = reverse("admin:axes_accessattempt_change", args=[AccessAttempt.objects.get().pk])

        assert admin_client.get(reverse("admin:axes_accessattempt_add")).status_code == 403
        assert admin_client.post(change, {"username": "other"}).status_code == 403


def test_groups_are_called_roles(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:auth_group_changelist"))
    content = re.sub(r"<[^>]*>", " ", page.text.partition("<body")[2].partition(">")[2])
    assert "Roles (5)" in content
    assert not re.search(r"\bgroups?\b", content, re.IGNORECASE)

    role = Group.objects.get(name="Billing")
    page = admin_client.get(reverse("admin:auth_group_change", args=[role.pk]))
    assert (page.context["title"], page.context["subtitle"]) == ("Billing", "Role")


def test_only_a_superuser_changes_what_a_role_may_do(client: Client, administrator: User) -> None:
    role = Group.objects.get(name="Billing")
    url = reverse("admin:auth_group_change", args=[role.pk])
    page = client.get(url).text
    sentence = "Enters, changes and deletes all of PM; sees the EHR"

    assert sentence in page
    assert sentence in client.get(reverse("admin:auth_group_changelist")).text
    for changing in ('name="permissions"', 'name="_save"', "deletelink"):
        assert changing not in page
    assert client.post(url, {"name": "Other"}).status_code == 403
    assert client.get(reverse("admin:auth_group_add")).status_code == 403
    assert client.get(reverse("admin:auth_group_delete", args=[role.pk])).status_code == 403

    client.force_login(User.objects.create_superuser("root"))
    assert 'name="permissions"' in client.get(url).text


def test_a_new_password_is_all_that_its_page_asks_for(client: Client, administrator: User) -> None:
    clerk = User.objects.create_user("clerk", password="former")
    url = reverse("admin:auth_user_password_change", args=[clerk.pk])
    asked = re.findall(r"<label[^>]*>([^<]*)</label>", client.get(url).text)
    assert asked == ["Password:", "Password again:"]

    page = client.post(url, {"password1": "Corr3ct-horse", "password2": ""})
    assert "<title>Error: Change password: clerk" in page.text
    assert "correct the error" not in page.text
    clerk.refresh_from_db()
    assert clerk.check_password("former")

    page = client.post(
        url, {"password1": "Corr3ct-horse", "password2": "Corr3ct-horse"}, follow=True
    )
    assert messages_of(page) == ["The password of clerk was set."]
    clerk.refresh_from_db()
    assert clerk.check_password("Corr3ct-horse")


def test_ones_own_password_is_changed_on_a_page_as_all_others(
    client: Client, administrator: User
) -> None:
    administrator.set_password("former")
    administrator.save()
    client.force_login(administrator)
    url = reverse("admin:password_change")
    page = client.get(url)
    asked = re.findall(r"<label[^>]*>([^<]*)</label>", page.text)
    assert asked == ["Password now:", "New password:", "New password again:"]
    assert "<h1>Change your password</h1>" in page.text
    assert '<input type="submit" value="Save" class="default">' in page.text
    assert page.text.count('class="help"') == 1

    new = {"new_password1": "Corr3ct-horse", "new_password2": "Corr3ct-horse"}
    page = client.post(url, new | {"old_password": "wrong", "new_password2": "Correct-h0rse"})
    note = re.search(r'<p class="errornote">(.*?)</p>', page.text)
    assert note
    assert (
        re.sub("<[^>]*>", "", note[1]) == "Not saved. Correct Password now and New password again."
    )
    assert page.context["form"].errors["new_password2"] == ["The two passwords differ."]

    page = client.post(url, new | {"old_password": "former"}, follow=True)
    assert page.redirect_chain == [(reverse("admin:index"), 302)]
    assert messages_of(page) == ["Your password is changed. Log in with the new one from now on."]
    administrator.refresh_from_db()
    assert administrator.check_password("Corr3ct-horse")
    assert client.get(reverse("admin:password_change_done")).status_code == 302
