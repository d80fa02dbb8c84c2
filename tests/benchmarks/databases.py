"""The databases that are measured: made beside the one of DATABASE_URL, and kept for the next run.

Each is known by a name of its own, such as `kareo_bench_1000000`, and by a marker in it of what it
was filled with. After a migration, or a change to what it is filled with, it is made anew.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connections

from tests.benchmarks.data import filling
from tests.benchmarks.data.sizes import Size

USER = "ana.abara"
ROOT = Path(__file__).resolve().parents[2]
PLAIN_PSYCOPG = {"server_side_binding": True, "prepare_threshold": 5}
MARKER = "bench_marker"
# What a database of ours is made of, beside its size.
MADE_OF = ("pm/migrations", "ehr/migrations", "sync/migrations", "tests/benchmarks/data")


class Database:
    """A database of one size, through a connection of its own.

    That of what is done `by_hand` leaves the driver as it comes: psycopg binds on the server, and
    prepares what it has sent five times.
    """

    def __init__(self, size: Size, *, by_hand: bool = False) -> None:
        self.size = size
        settings = connections.settings["default"]
        self.is_file = settings["ENGINE"].endswith("sqlite3")
        self.name = _name_beside(str(settings["NAME"]), size.name, is_file=self.is_file)
        plain = by_hand and not self.is_file
        self.connection = connect_to(self.name, PLAIN_PSYCOPG if plain else None)

    def ready(self) -> "Database":
        """Make and fill it, unless that was done before, and return it as the default one."""
        if not self._is_marked():
            started = time.monotonic()
            self._make()
            say(f"Filled {self.name} in {time.monotonic() - started:.0f} s.")
        self.use()
        filling.tidy(self.connection, self.size)
        return self

    def use(self) -> None:
        """Let everything that runs from now on use this database."""
        connections["default"] = self.connection

    def drop(self) -> None:
        self.connection.close()
        if self.is_file:
            for ending in ("", "-wal", "-shm"):
                Path(f"{self.name}{ending}").unlink(missing_ok=True)
        else:
            self._on_server(f'DROP DATABASE IF EXISTS "{self.name}"')

    @property
    def backend_pid(self) -> int | None:
        """The process of the server that serves this connection; None where it has none."""
        if self.is_file:
            return None
        self.connection.ensure_connection()
        return int(self.connection.connection.info.backend_pid)

    def _make(self) -> None:
        from django.contrib.auth.models import User

        self.drop()
        if not self.is_file:
            self._on_server(f'CREATE DATABASE "{self.name}"')
        say(f"Filling {self.name} …")
        self.use()
        call_command("migrate", verbosity=0)
        User.objects.create_superuser(USER)
        filling.fill(self.connection, self.size)
        with self.connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {MARKER} (made_of text)")
            cursor.execute(f"INSERT INTO {MARKER} VALUES (%s)", [_made_of(self.size)])  # noqa: S608 (no input)

    def _is_marked(self) -> bool:
        if self.is_file and not Path(self.name).exists():
            return False
        with suppress(DatabaseError), self.connection.cursor() as cursor:
            cursor.execute(f"SELECT made_of FROM {MARKER}")  # noqa: S608 (no input)
            return bool(cursor.fetchone() == (_made_of(self.size),))
        return False

    def _on_server(self, statement: str) -> None:
        with self.connection._nodb_cursor() as cursor:
            cursor.execute(statement)


def connect_to(name: str, options: dict[str, Any] | None = None) -> Any:
    """Return a connection to the database of this name, configured as the default one.

    With `options`, one of its own that has them as well.
    """
    alias, usual = name, connections.settings["default"]
    if options:
        alias, usual = f"{name} by hand", {**usual, "OPTIONS": {**usual["OPTIONS"], **options}}
    connections.settings[alias] = {
        **usual,
        "NAME": name,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
    }
    connection = connections[alias]
    if not options:  # it takes the place of the default one, which querysets ask for by its name
        connection.alias = "default"
    return connection


@contextmanager
def default_kept() -> Iterator[None]:
    """Give back the default connection in the end."""
    kept = connections["default"]
    try:
        yield
    finally:
        connections["default"] = kept
        cache.clear()


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 (its output)


def _name_beside(name: str, size: str, *, is_file: bool) -> str:
    if is_file:
        path = Path(name)
        return str(path.with_name(f"{path.stem}_bench_{size}.sqlite3"))
    return f"{name}_bench_{size}"


def _made_of(size: Size) -> str:
    """Return a digest of the schema, of what fills it, and of the size."""
    digest = hashlib.sha256(repr(size).encode())
    for folder in MADE_OF:
        for path in sorted((ROOT / folder).iterdir()):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
