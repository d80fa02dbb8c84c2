"""What is done by hand leaves the same behind as what the program does, so the two compare."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from kareo.records.acting import acting
from sync.models import SyncEvent
from tests.benchmarks.baselines.by_hand import ByHand
from tests.benchmarks.baselines.imports import import_by_hand
from tests.benchmarks.data.filling import TABLES, fill, tidy
from tests.benchmarks.data.sizes import Size
from tests.benchmarks.databases import Database
from tests.benchmarks.rows.importing import import_by_program, write_payers
from tests.benchmarks.rows.saves import GOALS, kinds
from tests.benchmarks.rows.typed import Typed

SIZE = Size("test", 120, 40, 40, 10)
# What differs between any two saves; why a company matches, only ours says.
KEYS = {"id", "company", "plan", "insurance", "source_id", "target_id"}
OF_ONE_SAVE = KEYS | {"created_at", "updated_at", "batch", "undo", "reason"}

Rows = dict[str, list[dict[str, Any]]]


class TestDatabase(Database):
    """The test's own database, through its own connection."""

    __test__ = False

    def __init__(self) -> None:
        self.size = SIZE
        self.connection = connection
        self.is_file = connection.vendor == "sqlite"

    def use(self) -> None:
        """It is in use."""


@pytest.fixture
def filled(transactional_db: None) -> TestDatabase:
    fill(connection, SIZE)
    return TestDatabase()


def rows_of(model: type[Model]) -> list[dict[str, Any]]:
    fields = [f.name for f in model._meta.concrete_fields if f.name not in OF_ONE_SAVE]
    return list(model._default_manager.order_by("pk").values("pk", *fields))


def written_by(save: Callable[[], Any]) -> Rows:
    """Return the rows that a save added or changed, by table."""
    before = {model: rows_of(model) for model in TABLES}
    save()
    return {
        model._meta.db_table: [row for row in rows_of(model) if row not in before[model]]
        for model in TABLES
    }


def without_keys(written: Rows) -> Rows:
    return {table: [{**row, "pk": 0} for row in rows] for table, rows in written.items()}


def test_each_save_by_hand_writes_what_ours_does(filled: TestDatabase) -> None:
    hand = ByHand(filled)
    for kind in GOALS:
        # Two who type the same.
        ours, _ = kinds(Typed(SIZE, kind), hand)[kind]
        _, by_hand = kinds(Typed(SIZE, kind), hand)[kind]

        with acting("ana.abara"):
            with transaction.atomic():
                first = written_by(ours())
                transaction.set_rollback(True)
            second = written_by(by_hand())
        tidy(connection, SIZE)

        assert without_keys(first) == without_keys(second), kind
        assert sum(map(len, first.values())) >= 3, kind


def test_an_import_by_hand_writes_what_ours_does(filled: TestDatabase, tmp_path: Path) -> None:
    path = tmp_path / "payers.csv"
    write_payers(path, 45)

    first = written_by(lambda: import_by_program(path))
    tidy(connection, SIZE)
    second = written_by(lambda: import_by_hand(ByHand(filled), path))

    assert without_keys(first) == without_keys(second)
    assert len(first["sync_insurancelink"]) == 45
    reasons = SyncEvent.objects.filter(rule="pm-plan-added").order_by("pk").values_list("reason")
    assert reasons[len(reasons) - 1][0] == {"code": "imported", "file": path.name, "lines": [46]}
