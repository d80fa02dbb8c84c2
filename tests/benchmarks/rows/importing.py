"""A payer list imported into empty lists, against doing it by hand."""

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command

from sync.importing.payer_list import COLUMNS
from tests.benchmarks.baselines.by_hand import ByHand
from tests.benchmarks.baselines.imports import import_by_hand
from tests.benchmarks.data.filling import TABLES, settle
from tests.benchmarks.data.made_up import Maker, company_name
from tests.benchmarks.databases import Database
from tests.benchmarks.measuring import Goal, Row, Side
from tests.benchmarks.scale import Scale

PLANS_A_COMPANY = 20


def rows(scale: Scale) -> Iterator[Row]:
    database, count = scale.empty, scale.sizes.imported
    with TemporaryDirectory() as folder:
        path = Path(folder) / "payers.csv"
        write_payers(path, count)
        plain = Database(database.size, by_hand=True)
        hand = ByHand(plain)
        yield Row(
            "import",
            f"{count:,} rows, time a row",
            ours=_side(database, lambda: import_by_program(path)),
            baseline=_side(plain, lambda: import_by_hand(hand, path)),
            goal=Goal("cpu ratio", 3.5 if database.is_file else 2.5),
            times=2,
            each=count,
            warm_up=0,
        )
    empty(database)


def import_by_program(path: Path) -> None:
    with open(os.devnull, "w") as nowhere:
        call_command("import_insurances", str(path), stdout=nowhere)


def write_payers(path: Path, count: int) -> None:
    """Write a payer list of so many plans."""
    maker = Maker("payers")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        for number in range(count):
            if number % PLANS_A_COMPANY == 0:
                payer_id = maker.payer_id()
            writer.writerow(
                {
                    "company": company_name(number // PLANS_A_COMPANY),
                    "plan": f"{maker.plan_name()} {number}",
                    **maker.place()._asdict(),
                    "phone": maker.phone(),
                    "payer_id": payer_id,
                }
            )


def empty(database: Database) -> None:
    """Remove all records, and let the database know it."""
    database.use()
    with database.connection.cursor() as cursor:
        names = [model._meta.db_table for model in TABLES]
        if database.is_file:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608 (no input)
        else:
            cursor.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")
    settle(database.connection)


def _side(database: Database, run: Callable[[], Any]) -> Side:
    def ready() -> Callable[[], Any]:
        empty(database)
        return run

    return Side(database, ready)
