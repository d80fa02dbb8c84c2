"""What the program loads when it starts."""

import gc
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTED = """
import gc, sys, django
django.setup()
print("psycopg" in sys.modules, gc.isenabled(), gc.get_freeze_count() > 0)
"""


def started(database: str) -> list[str]:
    """Return whether PostgreSQL's driver is loaded, garbage collected, and what is loaded kept."""
    environment = {"DJANGO_SETTINGS_MODULE": "kareo.settings", "DEBUG": "true"}
    done = subprocess.run(
        [sys.executable, "-c", STARTED],
        cwd=ROOT,
        env={**os.environ, **environment, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_on_sqlite_postgresqls_driver_is_left_alone() -> None:
    assert started("sqlite:////nowhere/kareo.sqlite3") == ["False", "True", "True"]


def test_on_postgresql_it_is_loaded() -> None:
    assert started("postgres://nobody@127.0.0.1:1/nothing") == ["True", "True", "True"]


def test_garbage_is_collected_here_too() -> None:
    assert gc.isenabled()
