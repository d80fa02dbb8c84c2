"""Backup and restore: `dumpdata`, then `loaddata` into an empty database."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection

from sync.models import InsuranceLink, MadeRole, SyncEvent
from tests.factories import (
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db(transaction=True)

LABELS = ("pm", "ehr", "sync")


def to_the_millisecond(value: Any) -> Any:
    """Times in JSON have no more."""
    if isinstance(value, datetime.datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Return every row of our tables, whole."""
    return {
        model._meta.label: [
            {name: to_the_millisecond(value) for name, value in row.items()}
            for row in model._base_manager.order_by("pk").values()
        ]
        for label in LABELS
        for model in apps.get_app_config(label).get_models()
        if model is not MadeRole  # which the end of a flush writes, as that of a migration
    }


@pytest.fixture
def practice() -> None:
    """A practice with an example of each state."""
    User.objects.create_user("kim", password="secret")
    plan, typed_in_ehr = PlanFactory(), InsuranceFactory()
    EHRPatientFactory(primary_insurance=insurance_of(plan), secondary_insurance=typed_in_ehr)
    PolicyFactory(plan=plan, copay="20.00", effective_on="2026-01-01")
    orphan_plan()
    orphan_insurance()
    stale = PlanFactory()
    stale.company.name = "Aetna Inc"
    stale.company.save()


def dump(path: Path) -> None:
    call_command(
        "dumpdata",
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
        exclude=["contenttypes", "auth.permission", "sessions"],
        output=str(path),
        verbosity=0,
    )


@pytest.fixture
def restored(practice: None, tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    """Dump the practice, empty the database, load the dump, and return the rows before."""
    before = all_rows()
    dump(tmp_path / "practice.json")
    call_command("flush", interactive=False, verbosity=0)
    assert not any(all_rows().values())
    call_command("loaddata", str(tmp_path / "practice.json"), verbosity=0)
    return before


def test_a_restored_practice_has_the_same_rows_links_and_events_and_no_more(
    restored: dict[str, list[dict[str, Any]]],
) -> None:
    assert all_rows() == restored
    assert InsuranceLink.objects.count() == 3
    assert User.objects.get().check_password("secret")


def test_a_restored_practice_goes_on_where_it_was(
    restored: dict[str, list[dict[str, Any]]],
) -> None:
    sequences = connection.ops.sequence_reset_sql(no_style(), list(apps.get_models()))
    with connection.cursor() as cursor:
        for sql in sequences:
            cursor.execute(sql)
    events = SyncEvent.objects.count()

    plan = PlanFactory()
    edited = InsuranceLink.objects.earliest("pk").plan
    edited.phone = "800-555-0100"
    edited.save()

    assert insurance_of(plan).plan_name == plan.name
    assert insurance_of(edited).phone == "800-555-0100"
    assert SyncEvent.objects.count() == events + 3  # company, plan, edit


def test_a_dump_loaded_over_itself_changes_nothing(practice: None, tmp_path: Path) -> None:
    before = all_rows()
    dump(tmp_path / "practice.json")

    call_command("loaddata", str(tmp_path / "practice.json"), verbosity=0)

    assert all_rows() == before
