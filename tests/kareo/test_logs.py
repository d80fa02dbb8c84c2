"""The log: every error is in it, on one handler, and nothing of a patient is."""

import io
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from kareo.logs import JSONFormatter, LineFormatter, StderrHandler, configuration
from kareo.pages.lists.long import RecordChangeList
from pm.models import Patient
from tests.factories import PMPatientFactory

ROOT = Path(__file__).resolve().parents[2]
PATIENTS = reverse("admin:pm_patient_changelist")
LOGIN = reverse("admin:login")
# By its name in the code, since a traceback shows lines of code.
NAME = "Lovelace"


def our_handler() -> StderrHandler:
    (handler,) = [h for h in logging.root.handlers if isinstance(h, StderrHandler)]
    return handler


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what the program's one handler writes from now on."""
    handler, written = our_handler(), io.StringIO()
    stderr = handler.stream
    handler.setStream(written)
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

    assert f"WARNING kareo.pages.stray {PATIENTS} user=" in log.getvalue()
    assert NAME not in log.getvalue()


def test_a_refused_host_is_logged_on_one_line(client: Client, log: io.StringIO) -> None:
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400

    (line,) = log.getvalue().splitlines()
    assert "ERROR django.security.DisallowedHost / user=- " in line
    assert "elsewhere.example" in line


@pytest.mark.django_db
def test_what_a_role_does_not_allow_is_logged_on_one_line(client: Client, log: io.StringIO) -> None:
    user = User.objects.create_user("clerk", is_staff=True)
    client.force_login(user)

    assert client.get(PATIENTS).status_code == 403

    (line,) = log.getvalue().splitlines()
    assert f"WARNING django.request {PATIENTS} user={user.pk} Forbidden" in line


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
    assert "Nothing was saved." in response.text
    assert "log says why, at 20" in response.text
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
        (TypeError(f"Field 'id' expected a number but got '{NAME}'."), "TypeError"),
        (UnicodeDecodeError("utf-8", NAME.encode(), 0, 1, NAME), "UnicodeDecodeError"),
        (ValidationError(NAME, params={"list": [NAME]}), "ValidationError"),
        (OSError(28, "No space left", f"/home/{NAME}"), "OSError: No space left"),
        (OSError(NAME), "OSError"),
        (ImproperlyConfigured("SECRET_KEY is not set."), "SECRET_KEY is not set."),
        (ImproperlyConfigured("a\x1b[2Jb"), r"ImproperlyConfigured: a\x1b[2Jb"),
        (IntegrityError(f"not unique\nDETAIL: Key (x)=({NAME})"), "IntegrityError: not unique"),
        (DataError(f"invalid input syntax for type date: {NAME}"), "DataError"),
        (ProgrammingError(f'syntax error at or near "{NAME}"'), "syntax error at or near …"),
        (ProgrammingError(f'syntax error in tsquery: "{NAME}"'), "syntax error in tsquery: …"),
        (ProgrammingError('relation "pm_plan" does not exist'), '"pm_plan" does not exist'),
        (OperationalError(f"Could not decode 'x' with text '{NAME}, Ada"), "'x' with text …"),
        (OperationalError('failed: FATAL:  database "x" does not exist'), '"x" does not exist'),
        (OperationalError("database is locked"), "OperationalError: database is locked"),
        (IntegrityError(f"Could not load sessions.Session(pk={NAME}): NOT NULL"), "Session(pk=…"),
        (IntegrityError(f"in table 'x' with primary key '9' {NAME}"), "with primary key …"),
    ],
)
def test_an_errors_text_is_shown_only_where_it_quotes_no_value(
    error: Exception, shown: str
) -> None:
    line, *trace = LineFormatter().format(record_of(error)).splitlines()

    assert line.endswith(shown)
    assert trace[-1].endswith(shown)
    assert NAME not in "\n".join([line, *trace])


def caught(fail: Callable[[], None]) -> Exception:
    try:
        fail()
    except Exception as error:
        return error
    raise AssertionError("It didn't fail.")


def test_what_led_to_an_error_stands_before_it() -> None:
    def cause() -> None:
        raise ValueError("first")

    def context() -> None:
        try:
            cause()
        except ValueError as error:
            raise KeyError("second") from error

    def fail() -> None:
        try:
            context()
        except KeyError:
            raise ValidationError("third")  # noqa: B904 (what is tested)

    kinds = LineFormatter().format(record_of(caught(fail))).splitlines()[1:]
    kinds = [line for line in kinds if not line.startswith(" ")]

    assert kinds == [
        *("ValueError", "which led to:"),
        *("KeyError", "which led to:"),
        "django.core.exceptions.ValidationError",
    ]


def test_an_error_that_is_raised_again_in_place_of_an_equal_one_keeps_what_led_to_it() -> None:
    def fail() -> None:
        try:
            raise ValidationError("same")
        except ValidationError:
            raise ValidationError("same")  # noqa: B904 (what is tested)

    assert "which led to:" in LineFormatter().format(record_of(caught(fail)))


def test_what_is_told_not_to_have_led_to_an_error_is_left_out() -> None:
    def fail() -> None:
        try:
            raise ValueError("first")
        except ValueError:
            raise KeyError("second") from None

    assert "ValueError" not in LineFormatter().format(record_of(caught(fail))).splitlines()


def test_errors_that_led_to_each_other_end() -> None:
    first, second = ValueError("first"), KeyError("second")
    first.__cause__, second.__cause__ = second, first

    assert LineFormatter().format(record_of(first)).count("which led to:") == 1


def test_an_error_that_counts_as_false_is_one_all_the_same() -> None:
    class Empty(Exception):
        def __len__(self) -> int:
            return 0

    assert "record_of" in LineFormatter().format(record_of(Empty()))


@pytest.mark.parametrize(
    ("logger", "message", "shown"),
    [
        ("x", "Referer https://a.example/?q=O'Lovelace&p=1 no", "Referer https://a.example/ no"),
        ("x", "/p/.?q=Lovelace", "/p/."),
        (
            "gunicorn.error",
            "Invalid request from ip=203.0.113.9: Invalid HTTP Version: 'Lovelace HTTP/1.1'",
            "Invalid request from ip=203.0.113.9: Invalid HTTP Version",
        ),
        (
            "django.server",
            "code 400, message Bad request syntax ('username=Lovelace')",
            "code 400, message Bad request syntax",
        ),
        (
            "django.security.csrf",
            "Forbidden (Referer checking failed - https://a.example/http://Lovelace does not match"
            " any trusted origins.): /x",
            "Forbidden (Referer checking failed - https://a.example does not match"
            " any trusted origins.): /x",
        ),
        (
            "py.warnings",
            "/a/b.py:17: RuntimeWarning: DateTimeField got Lovelace\n  warnings.warn(",
            "/a/b.py:17: RuntimeWarning",
        ),
        ("django.security.DisallowedModelAdminToField", "The field Lovelace is not", "Refused"),
    ],
)
def test_a_message_loses_what_it_quotes_of_a_request(logger: str, message: str, shown: str) -> None:
    record = logging.LogRecord(logger, logging.WARNING, __file__, 1, message, (), None)

    assert json.loads(JSONFormatter().format(record))["message"] == shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/nowhere%3Fq=Lovelace", "/nowhere"),
        ("/n%C3%A4me%3Fq=Ada Lovelace", "/n%C3%A4me"),
        ("/x user=7 y", "/x%20user%3D7%20y"),
        ("/a%0A2026 ERROR", "/a%0A2026%20ERROR"),
    ],
)
def test_a_path_is_logged_without_an_encoded_query_and_is_one_word(
    client: Client, log: io.StringIO, path: str, shown: str
) -> None:
    client.get(path)

    assert f"WARNING django.request {shown} user=- Not Found: {shown}\n" in log.getvalue()


@pytest.mark.django_db
def test_what_is_refused_before_any_page_is_logged_with_its_user(
    admin_user: User, client: Client, log: io.StringIO
) -> None:
    client.force_login(admin_user)

    assert client.get("/", {"x": "\x00"}).status_code == 400

    assert f"WARNING django.request / user={admin_user.pk} Bad Request: /\n" in log.getvalue()


def test_the_development_server_logs_as_everybody_does(log: io.StringIO) -> None:
    with socket.socket() as connection:
        logging.getLogger("django.server").info(
            '"%s" %s', "GET /?q=Lovelace HTTP/1.1", 200, extra={"request": connection}
        )

    assert log.getvalue().endswith('INFO django.server - user=- "GET / HTTP/1.1" 200\n')


def test_of_a_record_that_cannot_be_written_only_its_place_is_told(log: io.StringIO) -> None:
    record = logging.LogRecord("tests", 40, __file__, 7, "%s and %s", (NAME,), None)

    our_handler().handle(record)

    assert log.getvalue() == f"Not logged: tests, {__file__}:7\n"


def test_the_time_says_of_which_zone_it_is() -> None:
    logged = json.loads(JSONFormatter().format(record_of(KeyError())))

    assert datetime.fromisoformat(logged["time"]).tzinfo is not None


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


def test_djangos_loggers_write_to_the_one_handler() -> None:
    for name in ("django", "django.server", "django.request", "axes"):
        logger = logging.getLogger(name)
        assert (logger.handlers, logger.propagate) == ([], True), name


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="text"):
        configuration("xml")


@pytest.fixture
def broken(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a command on a database file that is none."""
    file = tmp_path / "broken.sqlite3"
    file.write_text("This is not a database, and long enough to be taken for one. " * 20)

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        told = {"DATABASE_URL": f"sqlite:///{file}", "DJANGO_SETTINGS_MODULE": "kareo.settings"}
        return subprocess.run(
            [sys.executable, "manage.py", "recompute_address_keys", *arguments],
            cwd=ROOT,
            env={**os.environ, **told, **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


WHY = "django.db.utils.DatabaseError: file is not a database"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_failing_command_is_logged_and_ends_with_status_1(
    broken: Callable[..., subprocess.CompletedProcess[str]], log_format: str
) -> None:
    ended = broken(LOG_FORMAT=log_format)

    assert (ended.returncode, ended.stdout) == (1, "")
    first = ended.stderr.splitlines()[0]
    if log_format == "json":
        logged = json.loads(first)
        assert logged["message"] == "recompute_address_keys failed"
        assert logged["error"] == logged["traceback"][-1] == WHY
    else:
        assert first.endswith(f"ERROR kareo.commands - user=- recompute_address_keys failed: {WHY}")


def test_with_traceback_a_failing_command_tells_all(
    broken: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    ended = broken("--traceback")

    assert ended.returncode == 1
    assert ended.stderr.startswith("Traceback (most recent call last):")
    assert ended.stderr.rstrip().endswith(WHY)
