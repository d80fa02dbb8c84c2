"""SQL as one writes it by hand: through the driver's own cursor, a round trip a statement."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db.models import Model

from tests.benchmarks.data.bulk import driver_values, stored_fields
from tests.benchmarks.databases import Database

Values = dict[str, Any]


class ByHand:
    """Statements for one database. Columns are those that the models have."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.connection = database.connection
        self.on_postgresql = not database.is_file
        self.insert_sql = cache(self._insert_sql)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Yield a cursor of the driver, in a transaction as durable as ours."""
        self.connection.ensure_connection()
        cursor = self.connection.connection.cursor()
        cursor.execute("BEGIN" if self.on_postgresql else "BEGIN IMMEDIATE")
        try:
            yield cursor
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")

    def sql(self, text: str, *, locked: str = "") -> str:
        """Return `text` as the driver takes it; PostgreSQL locks the rows of the table `locked`."""
        if self.on_postgresql:
            return f"{text} FOR NO KEY UPDATE OF {locked}" if locked else text
        return text.replace("%s", "?")

    def values(self, instance: Model, *names: str) -> Values:
        """Return {column: value} of all columns but the key, or of the fields of these names."""
        fields = stored_fields(type(instance), key=False)
        if names:
            fields = [field for field in fields if field.name in names]
        columns = [field.column for field in fields]
        return dict(zip(columns, driver_values(self.connection, fields, instance), strict=True))

    def as_json(self, model: type[Model], name: str, value: Any) -> Any:
        field: Any = model._meta.get_field(name)
        return field.get_db_prep_save(value, self.connection)

    def insert(self, cursor: Any, model: type[Model], *rows: Values) -> int:
        """Insert rows in one statement and return the key of the first."""
        cursor.execute(
            self.insert_sql(model, len(rows)), [value for row in rows for value in row.values()]
        )
        return int(cursor.fetchall()[0][0])

    def update(self, cursor: Any, model: type[Model], key: int, version: int, row: Values) -> None:
        """Update one row where it still has this version."""
        assignments = ", ".join(f'"{column}" = %s' for column in row)
        table = model._meta.db_table
        text = f'UPDATE "{table}" SET {assignments} WHERE id = %s AND version = %s'  # noqa: S608 (no input)
        cursor.execute(self.sql(text), [*row.values(), key, version])
        if cursor.rowcount != 1:
            raise RuntimeError(f"{table} {key} isn't version {version}")

    def insert_many(
        self, cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Values]
    ) -> None:
        """Insert rows, all with these columns in this order, by COPY or executemany."""
        names = ", ".join(f'"{column}"' for column in columns)
        if self.on_postgresql:
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(tuple(row.values()))
            return
        marks = ", ".join("?" * len(columns))
        cursor.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608 (no input)
            [tuple(row.values()) for row in rows],
        )

    def new_keys(self, cursor: Any, table: str, count: int) -> list[int]:
        """Return keys that nobody else gets."""
        if not self.on_postgresql:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 (no input)
            last = int(cursor.fetchone()[0])
            return list(range(last + 1, last + count + 1))
        sequence = "nextval(pg_get_serial_sequence(%s, 'id'))"
        cursor.execute(f"SELECT {sequence} FROM generate_series(1, %s)", [table, count])  # noqa: S608 (no input)
        return [int(key) for (key,) in cursor.fetchall()]

    def _insert_sql(self, model: type[Model], count: int) -> str:
        columns = [field.column for field in stored_fields(model, key=False)]
        names = ", ".join(f'"{column}"' for column in columns)
        marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * count)
        text = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {marks} RETURNING id'  # noqa: S608 (no input)
        return self.sql(text)
