"""What several tests need: the SQL that was sent, threads that start together, a lost answer."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from threading import Barrier
from typing import Any, Protocol

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import CaptureQueriesContext

TRANSACTION_CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
PATIENCE = 60  # seconds a thread may take before the test gives up on it

Statements = Callable[[], AbstractContextManager[list[str]]]
AtOnce = Callable[..., list[Any]]


class Break(Protocol):
    def __call__(self, after: bool, nth: int = 1) -> None: ...


@pytest.fixture(scope="session", autouse=True)
def emptied_by_delete() -> Iterator[None]:
    """Empty PostgreSQL's tables after a test by DELETE, as SQLite's are.

    Django truncates them, which gives each table and index new files: for ours that takes up to a
    second, and for the few rows of a test DELETE takes milliseconds.
    """
    truncate = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **how: bool) -> list[str]:
        if any(how.values()):  # from 1 on again, or with what refers to them
            return truncate(self, style, tables, **how)
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 (no input)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture
def statements() -> Statements:
    """Return a context manager whose list holds the SQL sent inside, savepoints aside."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        sent: list[str] = []
        with CaptureQueriesContext(connection) as captured:
            yield sent
        sql = [query["sql"] for query in captured.captured_queries]
        sent += [line for line in sql if not line.startswith(TRANSACTION_CONTROL)]

    return collect


@pytest.fixture
def at_once() -> AtOnce:
    """Return a function that runs functions in threads from one moment on, and their results."""

    def run_all(*functions: Callable[[], Any]) -> list[Any]:
        start = Barrier(len(functions), timeout=PATIENCE)

        def run(function: Callable[[], Any]) -> Any:
            try:
                start.wait()
                return function()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(functions)) as pool:
            futures = [pool.submit(run, function) for function in functions]
            return [future.result(PATIENCE) for future in futures]

    return run_all


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Return what breaks the connection at the end of the `nth` transaction from now on."""

    def break_it(after: bool, nth: int = 1) -> None:
        wrapper: Any = connections[DEFAULT_DB_ALIAS]
        commit, commits = wrapper._commit, count(1)

        def once_broken() -> None:
            if next(commits) != nth:
                commit()
                return
            if after:
                commit()
            else:
                wrapper._rollback()
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(wrapper, "_commit", once_broken)

    return break_it
