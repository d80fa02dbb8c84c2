"""What a release wrote is found again after the upgrade, whose steps `docs/operations.md` tells."""

import hashlib
import os
import re
import secrets
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records.querysets import derives_anew
from pm.models import InsuranceCompany, InsurancePlan
from sync.checks import check_keys
from sync.models import SyncEvent

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RELEASES = sorted(path.name for path in HERE.glob("[0-9]*"))
# Derived anew by the upgrade's own command.
KEYS = {"address_key", "near_key", "address_key_version", "name_key", "name_key_version"}
# These need a network or write beside the program, and no step after them needs what they do.
NOT_RUN = ("git ", ".venv/bin/python -m pip ", ".venv/bin/python manage.py collectstatic ")
LISTS = (
    "admin:pm_insurancecompany_changelist",
    "admin:pm_insuranceplan_changelist",
    "admin:pm_patient_changelist",
    "admin:ehr_insurance_changelist",
    "admin:ehr_patient_changelist",
    "admin:sync_syncevent_changelist",
    "admin:index",
)

Rows = dict[str, dict[Any, dict[str, Any]]]


def steps() -> list[str]:
    """Return the commands of the upgrade, each on one line."""
    section = (ROOT / "docs/operations.md").read_text().partition("\n## Upgrade\n")[2]
    block = re.search(r"```console\n(.*?)```", section, re.S)
    assert block
    commands = block[1].splitlines()
    assert ".venv/bin/python manage.py migrate" in commands
    return commands


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let the connection be to the database `name`, whatever it was to."""
    earlier = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = earlier


@contextmanager
def database(folder: Path, *, like: str = "") -> Iterator[str]:
    """Make a database, empty or a copy of the one called `like`, and yield its name."""
    name = f"kept_{secrets.token_hex(8)}"
    if connection.vendor == "sqlite":
        path = folder / f"{name}.sqlite3"
        if like:
            shutil.copy(like, path)
        yield str(path)
        return
    with psycopg.connect(server("postgres"), autocommit=True) as postgresql:
        postgresql.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like}"' if like else ""))
        try:
            yield name
        finally:
            postgresql.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@dataclass(frozen=True)
class Upgrade:
    """What a release's database held, and what was warned of, before the upgrade."""

    release: str
    earlier: Rows
    warned: list[str | None]


@pytest.fixture(scope="module", params=RELEASES)
def upgraded_once(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[tuple[Upgrade, str]]:
    """Restore the database that a release made, upgrade it, and yield what to copy it by."""
    sql = (HERE / request.param / f"{connection.vendor}.sql").read_text()
    with django_db_blocker.unblock(), database(tmp_path_factory.mktemp("kept")) as name:
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(name)) as restored:
                restored.executescript(sql)
        else:
            with psycopg.connect(server(name), autocommit=True) as restored:
                restored.execute(sql.encode())
        with connected_to(name):
            earlier = rows()
            warned = [warning.id for warning in check_keys(["default"])]
            upgrade()
        yield Upgrade(request.param, earlier, warned), name


@pytest.fixture
def upgraded(
    upgraded_once: tuple[Upgrade, str], tmp_path: Path, django_db_blocker: Any
) -> Iterator[Upgrade]:
    """Have the connection be to a copy of an upgraded database, which each test has for itself."""
    upgrade, name = upgraded_once
    with django_db_blocker.unblock(), database(tmp_path, like=name) as copy, connected_to(copy):
        yield upgrade


def server(name: str) -> str:
    """Return how to reach the database `name` of the server that the tests use."""
    parts = connection.settings_dict
    named = {"host": parts["HOST"], "port": parts["PORT"], "user": parts["USER"]}
    given = {key: value for key, value in named.items() if value}
    return psycopg.conninfo.make_conninfo(dbname=name, password=parts["PASSWORD"] or None, **given)


def url() -> str:
    """Return the DATABASE_URL of the database that the connection is to."""
    parts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{parts['NAME']}"
    address = f"{parts['HOST']}:{parts['PORT']}" if parts["PORT"] else parts["HOST"]
    user = ":".join(filter(None, [parts["USER"], parts["PASSWORD"]]))
    return f"postgres://{user}@{address}/{parts['NAME']}"


def run(step: str) -> None:
    program, *arguments = shlex.split(step)
    assert program == ".venv/bin/python"
    environment = {  # what the tests' own process is told, a deployment isn't
        "PATH": os.environ["PATH"],
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "practice.example",
        "DATABASE_URL": url(),
        "DJANGO_SETTINGS_MODULE": "kareo.settings",
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"


def upgrade() -> None:
    connection.close()
    for step in steps():
        if not step.startswith(NOT_RUN):
            run(step)


def rows() -> Rows:
    """Return {table: {key of a row: its columns}} of all that is stored."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (no input)
            names = [column[0] for column in cursor.description]
            stored = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            found[table] = {row[names[0]]: row for row in stored}
    return found


def assert_there(earlier: Rows, *, but: Collection[str] = ()) -> None:
    """Find every row and column of `earlier`, with its value, in the database."""
    now = rows()
    for table, stored in earlier.items():
        for key, row in stored.items():
            same = {name: value for name, value in row.items() if name not in but}
            assert same.items() <= now[table][key].items(), (table, key)


def migrations_of(release: str) -> list[tuple[str, str]]:
    """Return [(checksum, path)] of what the release had."""
    lines = (HERE / release / "migrations.sha256").read_text().splitlines()
    return [(checksum, path) for checksum, _, path in (line.partition("  ") for line in lines)]


def test_an_upgrade_keeps_all_that_was_stored_and_renews_its_keys(upgraded: Upgrade) -> None:
    stored = upgraded.earlier["pm_insuranceplan"].values()
    assert [row for row in stored if row["name_key"] == "then"]
    assert upgraded.warned == ["sync.W005"]

    assert_there(upgraded.earlier, but=KEYS)
    assert check_keys(["default"]) == []
    models: tuple[Any, ...] = (InsuranceCompany, InsurancePlan, Insurance)
    for model in models:
        assert not [record for record in model.objects.all() if derives_anew(record, KEYS)]


def test_after_an_upgrade_the_pages_show_it_and_a_save_crosses_over(upgraded: Upgrade) -> None:
    client = Client()
    client.force_login(User.objects.get(username="admin"))

    for name in LISTS:
        assert client.get(reverse(name)).status_code == 200, name
    for event in SyncEvent.objects.all():
        page = reverse("admin:sync_syncevent_change", args=[event.pk])
        assert client.get(page).status_code == 200, event
    plan = InsurancePlan.objects.filter(link__isnull=False)[0]
    plan.phone = "800-555-0198"
    plan.save()
    assert Insurance.objects.get(link__plan=plan).phone == "800-555-0198"


def test_every_migration_has_its_way_back(upgraded: Upgrade) -> None:
    earlier = upgraded.earlier
    had = migrations_of(upgraded.release)
    ours = {table for table in earlier if table.startswith(("pm_", "ehr_", "sync_"))}

    for app in ("sync", "ehr", "pm"):
        names = [Path(path).stem for _, path in had if path.startswith(f"{app}/")]
        call_command("migrate", app, max(names), verbosity=0)
    assert_there(earlier, but=KEYS)

    for app in ("sync", "ehr", "pm"):
        call_command("migrate", app, "zero", verbosity=0)
    assert not ours & rows().keys()

    call_command("migrate", verbosity=0)
    assert ours <= rows().keys()


@pytest.mark.parametrize("release", RELEASES)
def test_a_released_migration_is_never_changed(release: str) -> None:
    had = migrations_of(release)

    assert had
    for checksum, path in had:
        assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == checksum, path


def test_this_version_is_kept_too() -> None:
    """A release without its database would never be upgraded by a test."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] in RELEASES
