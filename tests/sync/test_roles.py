"""The groups that migrating makes once, and what their members may do."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db.models.signals import m2m_changed, post_migrate
from pytest_django import DjangoAssertNumQueries

from sync.models import MadeRole
from sync.roles import ROLES, ROLES_IN_WORDS, make_roles

pytestmark = pytest.mark.django_db


def may(role: str, code: str) -> bool:
    user = User.objects.create_user(f"{role} {code}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user.has_perm(code)


def codes(group: Group) -> set[str]:
    rows = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def never_made(*names: str) -> None:
    """Leave the database as it is where these roles were never made."""
    Group.objects.filter(name__in=names).delete()
    MadeRole.objects.filter(name__in=names).delete()


def test_a_migrated_database_has_each_role_with_its_permissions() -> None:
    assert {group.name: codes(group) for group in Group.objects.all()} == ROLES


def test_a_group_is_made_with_its_permissions_or_not_at_all() -> None:
    def fail(**kwargs: object) -> None:
        raise KeyboardInterrupt

    never_made("Billing")
    m2m_changed.connect(fail, Group.permissions.through)
    try:
        with pytest.raises(KeyboardInterrupt):
            make_roles()
    finally:
        m2m_changed.disconnect(fail, Group.permissions.through)
    assert not Group.objects.filter(name="Billing").exists()

    make_roles()

    assert codes(Group.objects.get(name="Billing")) == ROLES["Billing"]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_both_lists_and_the_log_and_changes_no_event(role: str) -> None:
    assert may(role, "pm.view_insuranceplan")
    assert may(role, "ehr.view_insurance")
    assert may(role, "sync.view_syncevent")
    for action in ("add", "change", "delete"):
        assert not may(role, f"sync.{action}_syncevent")


@pytest.mark.parametrize(
    ("role", "code", "allowed"),
    [
        ("Front desk", "pm.add_insurancepolicy", True),
        ("Front desk", "pm.delete_insuranceplan", False),
        ("Front desk", "ehr.change_patient", True),
        ("Front desk", "ehr.add_insurance", False),
        ("Billing", "pm.delete_insuranceplan", True),
        ("Billing", "ehr.change_insurance", False),
        ("Clinical staff", "ehr.add_insurance", True),
        ("Clinical staff", "ehr.delete_insurance", False),
        ("Clinical staff", "pm.change_insuranceplan", False),
        ("Practice administrator", "ehr.delete_insurance", True),
        ("Practice administrator", "auth.add_user", True),
        ("Billing", "auth.view_user", False),
    ],
)
def test_who_may_do_what(role: str, code: str, allowed: bool) -> None:
    assert may(role, code) is allowed


def test_migrating_again_keeps_a_practices_own_changes() -> None:
    billing = Group.objects.get(name="Billing")
    billing.permissions.remove(Permission.objects.get(codename="delete_insuranceplan"))
    own = Group.objects.create(name="Night shift")
    call_command("migrate", verbosity=0)
    assert "pm.delete_insuranceplan" not in codes(billing)
    assert not own.permissions.exists()


def test_a_renamed_role_stays_renamed_and_a_deleted_one_stays_away() -> None:
    Group.objects.filter(name="Billing").update(name="Billing office")
    Group.objects.get(name="Clinical staff").delete()
    call_command("migrate", verbosity=0)
    names = set(Group.objects.values_list("name", flat=True))
    assert names == {"Auditor", "Front desk", "Billing office", "Practice administrator"}


def test_a_role_of_a_later_release_is_made() -> None:
    never_made("Billing")
    call_command("migrate", verbosity=0)
    assert codes(Group.objects.get(name="Billing")) == ROLES["Billing"]


def test_a_group_that_has_a_later_roles_name_stays_as_it_is() -> None:
    never_made("Billing")
    own = Group.objects.create(name="Billing")
    for _ in range(2):
        call_command("migrate", verbosity=0)
    assert not own.permissions.exists()


def test_a_right_of_a_later_release_is_the_practices_to_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(ROLES, "Billing", ROLES["Billing"] | {"ehr.delete_patient"})
    call_command("migrate", verbosity=0)
    assert "ehr.delete_patient" not in codes(Group.objects.get(name="Billing"))


def test_a_database_of_an_earlier_release_has_had_all_roles(transactional_db: None) -> None:
    Group.objects.filter(name="Billing").update(name="Billing office")
    call_command("migrate", "sync", "0005", verbosity=0)
    call_command("migrate", verbosity=0)
    names = set(Group.objects.values_list("name", flat=True))
    later = {"Auditor"}
    assert names - later == {
        "Front desk",
        "Billing office",
        "Clinical staff",
        "Practice administrator",
    }
    assert later < names
    assert set(MadeRole.objects.values_list("name", flat=True)) == ROLES.keys()


def test_an_emptied_database_has_the_roles_again(transactional_db: None) -> None:
    Group.objects.all().delete()
    call_command("flush", interactive=False, verbosity=0)
    assert {group.name: codes(group) for group in Group.objects.all()} == ROLES


def test_another_apps_migration_makes_no_role() -> None:
    never_made(*ROLES)
    post_migrate.send(
        sender=apps.get_app_config("pm"),
        app_config=apps.get_app_config("pm"),
        verbosity=0,
        interactive=False,
        using="default",
        plan=[],
        apps=apps,
    )
    assert not Group.objects.exists()


def test_a_role_waits_for_its_permissions() -> None:
    never_made(*ROLES)
    Permission.objects.filter(codename="delete_insuranceplan").delete()
    make_roles()
    names = set(Group.objects.values_list("name", flat=True))
    assert names == {"Auditor", "Front desk", "Clinical staff"}


def test_before_there_are_groups_at_all_it_does_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    from django.db.migrations.state import ProjectState

    with django_assert_num_queries(0):
        make_roles(apps=ProjectState().apps)


def test_the_words_of_a_role_say_whom_it_changes_in_the_ehr() -> None:
    says = {role for role, words in ROLES_IN_WORDS.items() if "changes its patients" in words}
    may = {role for role, rights in ROLES.items() if "ehr.change_patient" in rights}

    assert says == may - {"Clinical staff", "Practice administrator"}  # who change all of it
