"""Write many rows at once, whatever columns their models have."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.core.management.color import no_style
from django.db import transaction
from django.db.models import JSONField, Model

Models = Sequence[type[Model]]


def stored_fields(model: type[Model], *, key: bool = True) -> list[Any]:
    """Return the fields of `model` that a row is written with, with or without its key."""
    fields = (f for f in model._meta.concrete_fields if not getattr(f, "generated", False))
    return [field for field in fields if key or not field.primary_key]


def driver_values(connection: Any, fields: Iterable[Any], instance: Model) -> list[Any]:
    """Return the values of `fields` as the driver takes them."""
    return [f.get_db_prep_save(getattr(instance, f.attname), connection) for f in fields]


def insert(connection: Any, instances: Sequence[Model]) -> None:
    """Insert `instances`, all of one model and with keys, by COPY or executemany."""
    if not instances:
        return
    meta = instances[0]._meta
    fields = stored_fields(type(instances[0]))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{meta.db_table}" ({columns}) FROM STDIN') as copy:
                for row in _copied(connection, fields, instances):
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({marks})',  # noqa: S608 (no input)
                [driver_values(connection, fields, instance) for instance in instances],
            )


def _copied(
    connection: Any, fields: Sequence[Any], instances: Iterable[Model]
) -> Iterator[Sequence[Any]]:
    """Yield rows for COPY. psycopg takes all but JSON as it is, and asking each field is slow."""
    values = attrgetter(*(field.attname for field in fields))
    as_json = [n for n, field in enumerate(fields) if isinstance(field, JSONField)]
    for instance in instances:
        row = [*values(instance)]
        for n in as_json:
            row[n] = fields[n].get_db_prep_save(row[n], connection)
        yield row


@contextmanager
def without_indexes(connection: Any, models: Models) -> Iterator[None]:
    """Drop the indexes that no constraint needs, and build them once all is written.

    On PostgreSQL only; SQLite's lists here are small.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " JOIN pg_class ON pg_class.oid = indrelid WHERE relname = ANY(%s) AND NOT EXISTS"
            " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [[model._meta.db_table for model in models]],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("RESET maintenance_work_mem")


def set_sequences(connection: Any, models: Models) -> None:
    """Let the next row of each model get the key after the highest."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
