"""The database that a soak runs on: one of its own, made beside DATABASE_URL's, dropped after."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)


def server() -> str:
    """Return the database's name and version: "SQLite 3.40", "PostgreSQL 15.19"."""
    version = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {version}"


def tidy() -> None:
    """Let PostgreSQL forget the rows that were taken back, which nothing else may do meanwhile.

    After ten thousand histories they are a million, and each takes three times as long.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")


@contextmanager
def empty_database() -> Iterator[None]:
    """Have an empty, migrated database for what runs inside."""
    setup_test_environment()
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(kept, verbosity=0)
        teardown_test_environment()
