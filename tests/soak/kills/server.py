"""What is asked of the database server itself, which writers leave nothing behind on."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from django.apps import apps
from django.db import connection

from sync.propagation.locks import IMPORT_LOCK, lock_number
from tests.soak.kills.stored import LABELS
from tests.soak.kills.writer import APPLICATION

EMPTIED = (
    "sync.SyncEvent",
    "sync.InsuranceLink",
    "sync.FoundBefore",
    "sync.DriftReport",
    "pm.InsurancePolicy",
    "pm.Patient",
    "ehr.Patient",
    "ehr.Insurance",
    "pm.InsurancePlan",
    "sync.DismissedLookAlike",
    "pm.OtherName",
    "pm.InsuranceCompany",
)
# Of the writers, by what PostgreSQL calls them.
OURS = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"
# What a writer may be held up by.
LOCKED = (
    "SELECT 1 FROM pm_insuranceplan ORDER BY id FOR NO KEY UPDATE",
    "SELECT 1 FROM sync_insurancelink ORDER BY id FOR NO KEY UPDATE",
    f"SELECT pg_advisory_xact_lock({lock_number(IMPORT_LOCK)})",
)


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def empty() -> None:
    """Remove all records and the log, as nobody but a test may."""
    assert set(LABELS) < set(EMPTIED)
    with connection.cursor() as cursor:
        for label in EMPTIED:
            cursor.execute(f"DELETE FROM {apps.get_model(label)._meta.db_table}")  # noqa: S608 (no input)


def cut_connections() -> int:
    """End the connections of the writers, whatever they are doing, and return how many."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {OURS}", [APPLICATION])
        return sum(was_there for (was_there,) in cursor.fetchall())


def left_behind() -> list[str]:
    """Return what of the writers is still there, or what the database holds broken."""
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(f"SELECT pid, state, query {OURS}", [APPLICATION])
            found = [f"connection {pid} is {state}: {query}" for pid, state, query in cursor]
            cursor.execute(
                "SELECT pid, locktype, mode FROM pg_locks"
                " JOIN pg_database ON pg_database.oid = database"
                " JOIN pg_stat_activity USING (pid)"
                " WHERE pg_database.datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            return found + [
                f"process {pid} holds a lock: {kind} {mode}" for pid, kind, mode in cursor
            ]
        cursor.execute("PRAGMA integrity_check")
        broken = [text for (text,) in cursor if text != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        return broken + [f"a row of {row[0]} refers to nothing: {row}" for row in cursor]


@contextmanager
def locked(rng: Random) -> Iterator[None]:
    """Hold, in another connection, a lock that writers need."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            if is_postgresql():
                cursor.execute("BEGIN")
                cursor.execute(rng.choice(LOCKED))
            else:
                cursor.execute("BEGIN IMMEDIATE")
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()
