"""The log: every error is in it, on one handler, and nothing of a patient is."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from kareo.logs import JSONFormatter, LineFormatter, configuration
from kareo.pages.lists import RecordChangeList
from pm.models import Patient
from tests.factories import PMPatientFactory

ROOT = Path(__file__).resolve().parents[2]
PATIENTS = reverse("admin:pm_patient_changelist")
LOGIN = reverse("admin:login")
# By its name in the code, since a traceback shows lines of code.
NAME = "Lovelace"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what the program's one handler writes from now on."""
    (handler,) = [h for h in logging.root.handlers if isinstance(h.formatter, LineFormatter)]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    stderr = handler.setStream(written)
    yield written
    handler.setStream(stderr)


def record_of(error: Exception, message: str = "Failed", *args: object) -> logging.LogRecord:
    try:
        raise error
    except Exception:
        found = sys.exc_info()
    return logging.LogRecord("tests", logging.ERROR, __file__, 1, message, args, found)


class TestPages:
    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def _failing_list(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(self: RecordChangeList, request: HttpRequest) -> None:
            raise KeyError(request.GET["q"])

        monkeypatch.setattr(RecordChangeList, "get_results", fail)

    def test_a_failing_page_is_logged_with_its_path_and_user_and_without_what_was_searched_for(
        self, admin_user: User, log: io.StringIO
    ) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(admin_user)

        response = client.get(PATIENTS, {"q": NAME})

        assert response.status_code == 500
        first, *rest = log.getvalue().splitlines()
        assert f"ERROR django.request {PATIENTS} user={admin_user.pk} Internal" in first
        assert first.endswith(f"{PATIENTS}: KeyError")
        assert any("in get_results" in line or "in fail" in line for line in rest)
        assert NAME not in log.getvalue()
        assert "log says why, at 20" in response.text

    def test_what_was_answered_with_no_page_is_logged_too(
        self, client: Client, admin_user: User, log: io.StringIO
    ) -> None:
        client.force_login(admin_user)

        assert client.get("/nowhere/", {"q": NAME}).status_code == 404

        assert (
            log.getvalue()
            .rstrip()
            .endswith(f"WARNING django.request /nowhere/ user={admin_user.pk} Not Found: /nowhere/")
        )


@pytest.mark.django_db
def test_a_filter_that_no_list_has_is_logged_without_its_value(
    admin_client: Client, log: io.StringIO
) -> None:
    admin_client.get(PATIENTS, {"created_at__year": "0", "q": NAME})

    assert f"WARNING kareo.pages.admin {PATIENTS} user=" in log.getvalue()
    assert NAME not in log.getvalue()


def test_a_refused_host_is_logged(client: Client, log: io.StringIO) -> None:
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400

    assert "ERROR django.security.DisallowedHost / user=- " in log.getvalue()
    assert "elsewhere.example" in log.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/patients/?q=Lovelace"])
def test_a_request_without_its_csrf_token_is_logged(
    admin_user: User, log: io.StringIO, referer: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)

    response = client.post(PATIENTS, secure=bool(referer), headers={"referer": referer})

    assert response.status_code == 403
    assert f"WARNING django.security.csrf {PATIENTS} user={admin_user.pk} " in log.getvalue()
    assert NAME not in log.getvalue()


@pytest.mark.django_db
def test_a_lock_out_is_logged_with_whom_and_from_where(client: Client, log: io.StringIO) -> None:
    user = User.objects.create_user("lovelace", password="right")
    for _ in range(10):
        client.post(LOGIN, {"username": "lovelace", "password": "wrong"})

    (line,) = [line for line in log.getvalue().splitlines() if "Locking out" in line]
    assert f"WARNING axes.handlers.database {LOGIN} user=- " in line
    assert f"user {user.pk} from 127.0.0.1" in line
    assert "lovelace" not in log.getvalue()


@pytest.mark.django_db
def test_what_was_typed_for_an_unknown_user_is_not_logged(client: Client, log: io.StringIO) -> None:
    client.post(LOGIN, {"username": "hunter2", "password": "ada"})

    assert "login failure by no user of ours from 127.0.0.1" in log.getvalue()
    assert "hunter2" not in log.getvalue()


@pytest.mark.django_db
def test_what_the_database_refuses_is_logged_without_the_values_it_quotes(log: io.StringIO) -> None:
    PMPatientFactory(chart_number=NAME)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Patient.objects.bulk_create([PMPatientFactory.build(chart_number=NAME)])

    logging.getLogger("tests").error("Refused", exc_info=refused.value)

    assert "django.db.utils.IntegrityError: " in log.getvalue()
    assert "unique" in log.getvalue().lower()
    assert NAME not in log.getvalue()


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError(NAME), "ValueError"),
        (KeyError(NAME), "KeyError"),
        (
            OSError(28, "No space left on device", f"/home/{NAME}"),
            "OSError: No space left on device",
        ),
        (ImproperlyConfigured("SECRET_KEY is not set."), "SECRET_KEY is not set."),
        (IntegrityError(f"not unique\nDETAIL: Key (x)=({NAME})"), "IntegrityError: not unique"),
    ],
)
def test_an_errors_text_is_shown_only_where_it_quotes_no_value(
    error: Exception, shown: str
) -> None:
    line, *trace = LineFormatter().format(record_of(error)).splitlines()

    assert line.endswith(shown)
    assert trace[-1].endswith(shown)
    assert NAME not in "\n".join([line, *trace])


def test_what_led_to_an_error_stands_before_it() -> None:
    def fail() -> None:
        try:
            raise ValueError("first")
        except ValueError as error:
            raise KeyError("second") from error

    with pytest.raises(KeyError) as failed:
        fail()
    trace = LineFormatter().format(record_of(failed.value)).splitlines()

    assert trace.index("ValueError") < trace.index("which led to:") < len(trace) - 1
    assert trace[-1] == "KeyError"


def test_nobody_can_write_a_line_of_their_own() -> None:
    record = logging.LogRecord("tests", 20, __file__, 1, "a\n2026 ERROR b\x1b[2J", (), None)

    assert LineFormatter().format(record).endswith(r"a\n2026 ERROR b\x1b[2J")


def test_as_json_a_record_is_one_object_on_one_line() -> None:
    line = JSONFormatter().format(record_of(KeyError(NAME), "Import of %s", "a\nb"))

    logged = json.loads(line)
    assert "\n" not in line
    assert list(logged) == [
        "time", "level", "logger", "path", "user", "message", "error", "traceback",
    ]  # fmt: skip
    assert logged["message"] == r"Import of a\nb"
    assert logged["error"] == "KeyError"
    assert logged["path"] is None


def test_every_logger_writes_to_the_one_handler() -> None:
    for name in ("django", "django.server", "axes", "gunicorn.error", "gunicorn.access"):
        logger = logging.getLogger(name)
        assert (logger.handlers, logger.propagate) == ([], True)
    assert configuration("text")["root"]["handlers"] == ["stderr"]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="text"):
        configuration("xml")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_failing_command_is_logged_and_ends_with_status_1(
    tmp_path: Path, log_format: str
) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("This is not a database, and long enough to be taken for one. " * 20)
    environment = {"DATABASE_URL": f"sqlite:///{broken}", "LOG_FORMAT": log_format}

    ended = subprocess.run(
        [sys.executable, "manage.py", "recompute_address_keys"],
        cwd=ROOT,
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "kareo.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    first = ended.stderr.splitlines()[0]
    why = "django.db.utils.DatabaseError: file is not a database"
    if log_format == "json":
        logged = json.loads(first)
        assert logged["message"] == "recompute_address_keys failed"
        assert logged["error"] == logged["traceback"][-1] == why
    else:
        assert first.endswith(f"ERROR kareo.commands - user=- recompute_address_keys failed: {why}")
