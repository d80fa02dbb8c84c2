"""An import by hand: COPY and INSERT ... SELECT on PostgreSQL, executemany on SQLite.

The file is read and validated as ours is, each row's keys are derived, what is there already is
looked up, and each batch is one transaction.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.utils import timezone

from ehr.models import Insurance
from kareo.records import Origin, Record
from kareo.records.texts.names import name_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.importing.csv_table import ENCODING
from sync.importing.payer_list import PayerList, PayerRow
from tests.benchmarks.baselines import import_log
from tests.benchmarks.baselines.by_hand import ByHand, Values
from tests.benchmarks.baselines.import_log import Added

BATCH = 2000  # rows of one transaction
STAMPS: dict[str, Any] = {"origin": Origin.IMPORT, "created_by": "import_insurances"}
STAMPS["updated_by"] = "import_insurances"


class Derived:
    """Makes the rows of one model by way of one instance: it derives whatever they need."""

    def __init__(self, hand: ByHand, model: type[Record]) -> None:
        now = timezone.now()
        self._one = model(**STAMPS, created_at=now, updated_at=now)
        self._template = {"id": 0, **hand.values(self._one)}
        fields: list[Any] = [model._meta.get_field(name) for name in model.derived_fields]
        self._derived = [field.attname for field in fields]
        self._values = attrgetter(*self._derived)
        self.columns = list(self._template)

    def row(self, **values: Any) -> Values:
        self._one.assign(values)
        self._one.derive()
        derived = zip(self._derived, self._values(self._one), strict=True)
        return {**self._template, **values, **dict(derived)}


def import_by_hand(hand: ByHand, path: Path) -> None:
    """Import the payer list at `path`. A row that is bad ends it."""
    makers = {model: Derived(hand, model) for model in (InsuranceCompany, InsurancePlan, Insurance)}
    with path.open(**ENCODING) as opened:
        rows = PayerList(opened).rows()
        while batch := list(islice(rows, BATCH)):
            good = [row for row in batch if isinstance(row, PayerRow)]
            if len(good) != len(batch):
                raise ValueError(f"{path} has bad rows")
            with hand.transaction() as cursor:
                if hand.on_postgresql:
                    cursor.execute("SELECT pg_advisory_xact_lock(1)")
                added = _fold(hand, cursor, good, Added(path.name), makers)
                _write(hand, cursor, added, makers)


def _fold(
    hand: ByHand, cursor: Any, rows: Sequence[PayerRow], added: Added, makers: dict[Any, Derived]
) -> Added:
    """Give each row its company and plan, unless those are there already."""
    keys = [name_key(row.company) for row in rows]
    stored = _stored(hand, cursor, "pm_insurancecompany", "name_key", set(keys), "id, name")
    companies = {key: (id_, name) for key, id_, name in stored}
    ids = [id_ for id_, _name in companies.values()]
    columns = "name_key, address_key"
    plans = set(_stored(hand, cursor, "pm_insuranceplan", "company_id", set(ids), columns))
    lines: dict[Any, list[int]] = {}
    for row, key in zip(rows, keys, strict=True):
        if key not in companies:
            values = {"name": row.company, "payer_id": row.payer_id, **row.address}
            added.companies[key] = makers[InsuranceCompany].row(**values)
            companies[key] = (-len(added.companies), row.company)
            added.company_lines.append([row.line])
        company_id, company = companies[key]
        values = {"company_id": company_id, "name": row.plan, "phone": row.phone, **row.address}
        plan = makers[InsurancePlan].row(**values)
        known = (company_id, plan["name_key"], plan["address_key"])
        if known in plans:
            if known in lines:
                lines[known].append(row.line)
            continue
        plans.add(known)
        lines[known] = [row.line]
        names = {"company_name": company, "plan_name": row.plan, "phone": row.phone}
        added.plans.append(plan)
        added.insurances.append(makers[Insurance].row(**names, **row.address))
        added.plan_lines.append(lines[known])
    return added


def _write(hand: ByHand, cursor: Any, added: Added, makers: dict[Any, Derived]) -> None:
    new = list(added.companies.values())
    _number(hand, cursor, "pm_insurancecompany", new)
    _number(hand, cursor, "pm_insuranceplan", added.plans)
    _number(hand, cursor, "ehr_insurance", added.insurances)
    for plan in added.plans:
        if plan["company_id"] < 0:
            plan["company_id"] = new[-plan["company_id"] - 1]["id"]
    written = ((InsuranceCompany, new), (InsurancePlan, added.plans))
    for model, rows in (*written, (Insurance, added.insurances)):
        hand.insert_many(cursor, model._meta.db_table, makers[model].columns, rows)
    if hand.on_postgresql:
        import_log.by_select(hand, cursor, added)
    else:
        import_log.by_executemany(hand, cursor, added)


def _stored(
    hand: ByHand, cursor: Any, table: str, column: str, wanted: set[Any], others: str
) -> Iterator[Any]:
    """Yield (`column`, `others`) of the rows whose `column` is one of those wanted."""
    if hand.on_postgresql:
        text = f"SELECT {column}, {others} FROM {table} WHERE {column} = ANY(%s)"  # noqa: S608 (no input)
        cursor.execute(f"{text} ORDER BY id FOR NO KEY UPDATE", [list(wanted)])
    else:
        marks = ", ".join("?" * len(wanted))
        cursor.execute(
            f"SELECT {column}, {others} FROM {table} WHERE {column} IN ({marks})",  # noqa: S608 (no input)
            list(wanted),
        )
    yield from map(tuple, cursor.fetchall())


def _number(hand: ByHand, cursor: Any, table: str, rows: Sequence[Values]) -> None:
    """Give new rows their keys."""
    for row, key in zip(rows, hand.new_keys(cursor, table, len(rows)), strict=True):
        row["id"] = key
