"""Run groups of rows, and say what was found as it comes."""

import importlib
import sqlite3
from collections.abc import Sequence
from typing import Any

from django.db import connection

from tests.benchmarks import reporting
from tests.benchmarks.databases import default_kept, say
from tests.benchmarks.measuring import Measured, measure
from tests.benchmarks.scale import FULL, TRIAL, Scale

MODULES = {"save": "saves", "import": "importing", "serving": "serving"}


def run(groups: Sequence[str], size: str) -> list[Measured]:
    """Measure the rows of these groups, on the database of DATABASE_URL or on SQLite."""
    sizes = TRIAL if size == "small" else FULL[connection.vendor]
    scale = Scale(sizes)
    found = []
    say(f"{server()}. Times are medians in ms; p5: when nothing disturbs.")
    with default_kept():
        say(reporting.heading())
        for group in groups:
            module = importlib.import_module(f"tests.benchmarks.rows.{MODULES.get(group, group)}")
            for row in module.rows(scale):
                found.append(measure(row, patience=sizes.patience))
                say(reporting.in_words(found[-1]))
        scale.tidy()
    return found


def clean() -> None:
    """Drop all databases that any run has made."""
    for database in Scale(TRIAL).all():
        database.drop()
        say(f"Dropped {database.name}.")


def server() -> str:
    """Return the name and version of the database's server, which may lack the database itself."""
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    any_connection: Any = connection
    with any_connection._nodb_cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"
