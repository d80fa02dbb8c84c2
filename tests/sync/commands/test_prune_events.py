"""`prune_events` as an operator runs it: what it prints, and how it ends."""

import datetime
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from sync.management.commands import prune_events
from sync.models import SyncEvent
from tests.factories import PlanFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    call_command("prune_events", *arguments, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


@pytest.fixture
def _old_log() -> None:
    """A log of 400 days and more ago: a company and a plan that were added, and two re-saves."""
    plan = PlanFactory()
    plan.save()
    plan.save()
    long_ago = timezone.now() - datetime.timedelta(days=400, minutes=1)
    SyncEvent.objects.update(created_at=long_ago)


@pytest.mark.usefixtures("_old_log")
def test_says_what_it_removed_after_a_dry_run_that_said_the_same() -> None:
    dry = run("--older-than", "400d", "--dry-run").splitlines()
    assert SyncEvent.objects.count() == 4
    wet = run("--older-than", "400d").splitlines()

    assert SyncEvent.objects.count() == 2
    for lines, verb in ((dry, "would be removed"), (wet, "removed")):
        read, removed = (line.rsplit(":", 1) for line in lines)
        assert read[0].startswith("Entries of before 20")
        assert (read[1].split(), removed[1].split()) == (["4"], ["2"])
        assert removed[0] == f"Without effect, {verb}"
    assert run("--older-than", "400d").splitlines()[1].split()[-1] == "0"


@pytest.mark.usefixtures("_old_log")
def test_reports_to_programs() -> None:
    started = timezone.now()
    report = json.loads(run("--older-than", "400d", "--dry-run", "--format", "json"))

    before = datetime.datetime.fromisoformat(report.pop("before"))
    assert abs(started - datetime.timedelta(days=400) - before) < datetime.timedelta(minutes=1)
    assert report == {"dry_run": True, "old": 4, "removed": 2}


@pytest.mark.usefixtures("_old_log")
@pytest.mark.parametrize("age", ["401d", "401", "401 days", " 401D "])
def test_keeps_what_is_younger_however_the_days_are_written(age: str) -> None:
    assert json.loads(run("--older-than", age, "--format", "json"))["old"] == 0
    assert SyncEvent.objects.count() == 4


@pytest.mark.usefixtures("_old_log")
@pytest.mark.parametrize("age", ["", "0", "0d", "-1d", "1.5d", "400h", "1y", "a year", "99999d"])
def test_refuses_an_age_that_is_none(age: str) -> None:
    with pytest.raises(CommandError, match="is not a number of days, such as 400d"):
        run(f"--older-than={age}")
    assert SyncEvent.objects.count() == 4


def test_wants_to_be_told_the_age() -> None:
    with pytest.raises(CommandError, match="--older-than"):
        run()


@pytest.mark.usefixtures("_old_log")
@pytest.mark.parametrize("error", [DatabaseError("the disk is full"), KeyboardInterrupt()])
@pytest.mark.parametrize("dry_run", [False, True])
def test_stopped_says_what_was_removed_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, dry_run: bool
) -> None:
    def fail(*_: Any, **__: Any) -> Iterator[tuple[int, int]]:
        yield 1500, 1234
        raise error

    monkeypatch.setattr(prune_events, "prune", fail)

    with pytest.raises(CommandError) as refused:
        run("--older-than", "400d", *(["--dry-run"] if dry_run else []))

    assert refused.value.returncode == 1
    assert ("1,234 entries were removed." in str(refused.value)) is not dry_run
    assert "Run it again to complete it." in str(refused.value)
