"""The settings as a start reads them, from its own environment and `.env`."""

import os
import runpy
import secrets
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from kareo.settings import database

PROJECT = Path(__file__).parents[2]
KEY = secrets.token_urlsafe(50)
PRODUCTION = {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "practice.example"}
OURS = (
    *("DATABASE_URL", "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "TEST_DATABASE_FOLDER"),
    *("LOG_FORMAT", "TRUSTED_PROXIES"),
)
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def settings_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Return a function that reads settings, by name, as a start with these variables does.

    Of a copy without a `.env`, and with nothing of what the tests' own settings were told.
    """
    shutil.copytree(PROJECT / "kareo", tmp_path / "kareo")

    def read(*names: str, dotenv: str = "", **environment: str) -> dict[str, Any]:
        if dotenv:
            (tmp_path / ".env").write_text(dotenv)
        with monkeypatch.context() as patch:
            for name in OURS:
                patch.delenv(name, raising=False)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(os, "environ", os.environ.copy())  # which a .env adds to
            found = runpy.run_path(str(tmp_path / "kareo/settings.py"))
        return {name: found.get(name) for name in names}

    return read


def test_the_program_does_not_start_without_what_it_needs() -> None:
    """As its commands say it; the tests below run the settings' file alone."""
    finished = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "DEBUG": "false"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode != 0
    assert "SECRET_KEY is not set. Set it to a long random text" in finished.stderr


def test_without_a_secret_key_outside_debug_it_does_not_start_and_says_what_to_do(
    settings_with: Read,
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY is not set\. Set it to a long"):
        settings_with(ALLOWED_HOSTS="practice.example")


def test_an_empty_secret_key_is_none(settings_with: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        settings_with(SECRET_KEY="", ALLOWED_HOSTS="practice.example")


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(KEY[:49], id="short"),
        pytest.param("abcd" * 20, id="of four characters"),
        pytest.param(f"django-insecure-{KEY}", id="made for a new project"),
    ],
)
def test_a_weak_secret_key_stops_the_start_outside_debug(settings_with: Read, key: str) -> None:
    weak = {**PRODUCTION, "SECRET_KEY": key}
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is too weak") as refused:
        settings_with(**weak)
    assert key not in str(refused.value)
    assert settings_with("DEBUG", **{**weak, "DEBUG": "true"}) == {"DEBUG": True}


def test_without_allowed_hosts_outside_debug_it_does_not_start_and_says_what_to_do(
    settings_with: Read,
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"ALLOWED_HOSTS is not set\. Set it to the"):
        settings_with(SECRET_KEY=KEY)


def test_in_debug_it_starts_with_nothing_else_on_this_machine_only(settings_with: Read) -> None:
    read = settings_with("SECRET_KEY", "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT", DEBUG="true")
    assert read["SECRET_KEY"]
    assert read["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost"]
    assert not read["SECURE_SSL_REDIRECT"]


def test_the_environment_wins_over_the_file(settings_with: Read) -> None:
    written = "DEBUG=true\nALLOWED_HOSTS=a.example\n"
    read = settings_with("DEBUG", "ALLOWED_HOSTS", dotenv=written)
    assert read == {"DEBUG": True, "ALLOWED_HOSTS": ["a.example"]}
    read = settings_with("DEBUG", "ALLOWED_HOSTS", DEBUG="false", **PRODUCTION)
    assert read == {"DEBUG": False, "ALLOWED_HOSTS": ["practice.example"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "https://practice.example"),
        ("ALLOWED_HOSTS", "a.example b.example"),
        ("CSRF_TRUSTED_ORIGINS", "https://a.example https://b.example"),
        ("TRUSTED_PROXIES", "two"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", ""),
        ("TIME_ZONE", "Mars/Base"),
        ("LOG_FORMAT", "xml"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://kareo@127.0.0.1/kareo"),
        ("DATABASE_URL", "postgress://kareo:secret@127.0.0.1:5432/kareo"),
        ("DATABASE_URL", "postgres://kareo@127.0.0.1:5432/"),
        ("DATABASE_URL", "postgres://kareo:K?secret@127.0.0.1:5432/kareo"),
    ],
)
def test_a_setting_that_cannot_be_right_is_refused_by_name(
    settings_with: Read, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{name}") as refused:
        settings_with("DATABASES", **{**PRODUCTION, name: value})

    told = "".join(traceback.format_exception(refused.value))
    assert "secret" not in told


def test_lists_may_have_blanks_after_commas_and_origins_a_slash(settings_with: Read) -> None:
    given = {**PRODUCTION, "ALLOWED_HOSTS": "a.example, b.example,"}
    given["CSRF_TRUSTED_ORIGINS"] = "https://a.example:8443/"

    read = settings_with("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", **given)

    assert read["ALLOWED_HOSTS"] == ["a.example", "b.example"]
    assert read["CSRF_TRUSTED_ORIGINS"] == ["https://a.example:8443"]


def test_without_a_time_zone_it_is_new_york(settings_with: Read) -> None:
    assert settings_with("TIME_ZONE", TIME_ZONE="", **PRODUCTION) == {
        "TIME_ZONE": "America/New_York"
    }


def test_without_a_database_url_it_is_a_file_beside_manage_py(
    settings_with: Read, tmp_path: Path
) -> None:
    read = settings_with("DATABASES", **PRODUCTION)["DATABASES"]["default"]
    assert read["ENGINE"] == "django.db.backends.sqlite3"
    assert Path(read["NAME"]) == tmp_path / "kareo.sqlite3"


def test_the_database_url_names_a_postgresql_server(settings_with: Read) -> None:
    url = "postgres://clerk:s3cret@db.example:6543/practice"
    read = settings_with("DATABASES", DATABASE_URL=url, **PRODUCTION)["DATABASES"]
    wanted = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "practice",
        "USER": "clerk",
        "PASSWORD": "s3cret",
        "HOST": "db.example",
        "PORT": 6543,
        "CONN_HEALTH_CHECKS": True,
    }
    assert wanted.items() <= read["default"].items()


def test_production_is_https_only(settings_with: Read) -> None:
    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    assert settings_with(*names, **PRODUCTION) == dict.fromkeys(names, True)


def test_sqlite_waits_for_the_other_writer() -> None:
    options = database("sqlite:////srv/practice.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 20  # seconds
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_sqlite_in_memory_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="give SQLite a file"):
        database("sqlite://:memory:")


def test_checks_for_deployment_have_nothing_to_say(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT,
        env={
            **os.environ,
            **PRODUCTION,
            "DJANGO_ALLOW_ASYNC_UNSAFE": "",  # which the browser tests of this run may need
            "DEBUG": "false",
            "DATABASE_URL": f"sqlite:///{tmp_path}/check.sqlite3",
            "DJANGO_SETTINGS_MODULE": "kareo.settings",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, ""), finished.stderr
