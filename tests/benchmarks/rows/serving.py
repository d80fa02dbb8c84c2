"""gunicorn, two workers of four threads, and eight clients who post plans: CPU a save."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from kareo.pages.sending.once import PAGE, new_page_id
from tests.benchmarks.browsing import Browser
from tests.benchmarks.databases import ROOT, Database
from tests.benchmarks.measuring import Goal, Row, Side
from tests.benchmarks.rows.typed import Typed
from tests.benchmarks.scale import Scale

CLIENTS = 8
PLAN_FORM = "/admin/pm/insuranceplan/add/"
TICKS = os.sysconf("SC_CLK_TCK")  # a second of CPU in /proc


def rows(scale: Scale) -> Iterator[Row]:
    if not Path("/proc/self/stat").exists():
        return  # nobody says what the workers take
    database, each = scale.small, scale.sizes.served
    with Server(database) as server:
        clients = [Client(database, server.port) for _ in range(CLIENTS)]
        typed = Typed(database.size)

        def ready() -> Callable[[], Any]:
            database.use()
            shares = [[client.filled_in(typed) for _ in range(each)] for client in clients]
            return partial(post_all, clients, shares)

        yield Row(
            "serving",
            f"{CLIENTS} clients, a plan form sent: worker's CPU",
            ours=Side(None, ready, cpu=server.cpu),
            goal=Goal("cpu", 16),
            times=scale.times(4),
            each=each * CLIENTS,
        )


def post_all(clients: "list[Client]", shares: list[list[str]]) -> None:
    """Let each client send its share, all at once."""
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(Client.post, clients, shares))


class Server:
    """gunicorn on a free port of loopback, with a database."""

    def __init__(self, database: Database) -> None:
        given = database.connection.settings_dict
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        url = os.environ.get("DATABASE_URL", "")
        named = f"sqlite:///{database.name}" if database.is_file else _renamed(url, given["NAME"])
        command = ["-m", "gunicorn", "kareo.wsgi", "--config", "python:kareo.gunicorn"]
        options = ["--bind", "127.0.0.1:0", "--workers", "2", "--threads", "4"]
        self._process = subprocess.Popen(
            [sys.executable, *command, *options],
            cwd=ROOT,
            env={**environment, "DATABASE_URL": named},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.port = self._listening()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def cpu(self) -> float:
        """Return the seconds of CPU that all workers have taken."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return sum(map(_cpu_of, children.split()))

    def _listening(self) -> int:
        assert self._process.stderr
        for line in self._process.stderr:
            if found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+) ", line):
                return int(found[1])
        raise RuntimeError("gunicorn didn't start")


class Client:
    """A user's browser, which keeps its connection."""

    def __init__(self, database: Database, port: int) -> None:
        browser = Browser(database)
        self._user = browser.user
        self._values = browser.page(PLAN_FORM).values
        cookies = browser.client.cookies
        self._headers = {
            "Host": "127.0.0.1",
            "Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._values["csrfmiddlewaretoken"] = cookies["csrftoken"].value
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def filled_in(self, typed: Typed) -> str:
        plan = typed.plan()
        address = {name: getattr(plan, name) for name in plan.address_fields}
        own = {"company": plan.company.pk, "name": plan.name, **address}
        return urlencode({**self._values, **own, PAGE: new_page_id(self._user)})

    def post(self, forms: list[str]) -> None:
        for form in forms:
            self._connection.request("POST", PLAN_FORM, form, self._headers)
            response = self._connection.getresponse()
            response.read()
            if response.status != 302:
                raise RuntimeError(f"a plan form was answered by {response.status}")


def _renamed(url: str, name: str) -> str:
    """Return the database URL with another database's name."""
    before, _, after = url.rpartition("/")
    return f"{before}/{name}{after[after.index('?') :] if '?' in after else ''}"


def _cpu_of(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
