"""gunicorn serves the program as it is told to, and logs as the program does."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run gunicorn on a free port, with a database that nobody has migrated.

    It is told to log each request as well, which is left to the proxy.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "DEBUG": "false",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "practice.example",
        "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
    }
    command = ["-m", "gunicorn", "kareo.wsgi", "--config", "python:kareo.gunicorn"]
    with subprocess.Popen(
        [sys.executable, *command, "--bind", "127.0.0.1:0", "--access-logfile", "-"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.kill()


def read_until(process: subprocess.Popen[str], pattern: str) -> str:
    """Return what was logged up to the line that has `pattern`."""
    assert process.stdout
    read = ""
    for line in process.stdout:
        read += line
        if re.search(pattern, line):
            return read
    raise AssertionError(read)


def test_a_request_that_fails_is_logged_once_and_without_what_was_searched_for(
    server: subprocess.Popen[str],
) -> None:
    started = read_until(server, "Listening at")
    (port,) = re.findall(r"Listening at: http://127\.0\.0\.1:(\d+) ", started)
    connection = HTTPConnection("127.0.0.1", int(port), timeout=60)
    headers = {"Host": "practice.example", "X-Forwarded-Proto": "https"}

    connection.request(
        "GET", "/admin/login/?q=Lovelace", headers={**headers, "Cookie": "sessionid=x"}
    )
    assert connection.getresponse().status == 500
    connection.close()
    server.terminate()
    logged = started + server.communicate(timeout=60)[0]

    lines = [line for line in logged.splitlines() if " django.request " in line]
    assert [line.split(" ")[1:4] for line in lines] == [
        ["ERROR", "django.request", "/admin/login/"]
    ]
    assert " INFO gunicorn.error - user=- Listening at" in logged
    assert "GET " not in logged
    assert "Lovelace" not in logged
