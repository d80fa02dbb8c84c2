"""A database that this version can't upgrade is refused in words, before it is touched."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

pytestmark = pytest.mark.django_db

# As they stood in the table of every version before 0.2.0.
OLD = [("pm", "0001_initial"), ("ehr", "0001_initial"), ("sync", "0001_initial")]


def applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def make_old() -> set[tuple[str, str]]:
    """Let the database look as if a version before 0.2.0 had made it."""
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app__in=["pm", "ehr", "sync"]).delete()
    for app, name in OLD:
        recorder.record_applied(app, name)
    return applied()


@pytest.mark.parametrize(
    "command", [("migrate",), ("migrate", "pm", "zero"), ("demo", "--no-serve")]
)
def test_one_from_before_0_2_0_is_refused(settings: Settings, command: tuple[str, ...]) -> None:
    settings.DEBUG = True
    before = make_old()

    with pytest.raises(CommandError, match=r"made by a version before 0\.2\.0") as refused:
        call_command(*command, verbosity=0)

    assert "docs/operations.md" in str(refused.value)
    assert applied() == before
    assert not User.objects.exists()


def test_one_that_a_newer_version_migrated_is_refused() -> None:
    MigrationRecorder(connection).record_applied("sync", "0099_from_the_future")

    with pytest.raises(CommandError, match=r"sync\.0099_from_the_future") as refused:
        call_command("migrate", verbosity=0)

    assert "newer version" in str(refused.value)


def test_migrations_of_other_apps_are_not_ours_to_judge() -> None:
    MigrationRecorder(connection).record_applied("axes", "0099_from_the_future")

    call_command("migrate", verbosity=0)
