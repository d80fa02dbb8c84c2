"""Write rows of a model by statements that are made once and kept, a few or very many at a time.

Django's own `save`, `bulk_create` and `bulk_update` compile each statement anew, which costs more
than PostgreSQL takes to carry it out. Nothing here derives, stamps or tells others: see `Record`
and `RecordQuerySet`. What fields do by themselves when a record is saved (`auto_now`, defaults of
the database) isn't known here, as no model has any.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections, transaction

from kareo.records.rows.values import Rows, values_of

FEW_INSERTED = 4  # from here on, COPY and executemany are faster than one INSERT
FEW_UPDATED = 40  # from here on, a table to update from is faster than executemany


def insert(records: Sequence[Any], using: str) -> None:
    """Insert `records`, all of one model, in the caller's transaction or in one of their own.

    They get keys where they have none. Raises Django's database errors, such as IntegrityError,
    and then no record has got a key.
    """
    if not records:
        return
    connection = connections[using]
    model: Any = type(records[0])
    key = model._meta.pk.attname
    names = _column_names(model)
    for record in records if _relations(model) else ():
        _take_keys(record, _relations(model))
    with transaction.atomic(using=using, savepoint=False):
        keys = [record.pk for record in records]
        if len(records) <= FEW_INSERTED and keys.count(None) == len(keys):
            keys = _insert_few(connection, model, names, values_of(records, names, using))
        else:
            if missing := keys.count(None):
                given = max((int(own) for own in keys if own is not None), default=0)
                drawn = iter(draw_keys(model, missing, using, given))
                keys = [next(drawn) if own is None else own for own in keys]
            rows = values_of(records, names, using, many=True)
            rows = [(own, *row) for own, row in zip(keys, rows, strict=True)]
            insert_rows(model, (key, *names), rows, using)
    for record, own in zip(records, keys, strict=True):
        setattr(record, key, own)
        record._state.adding, record._state.db = False, using


def insert_rows(model: Any, names: Sequence[str], rows: Rows, using: str) -> None:
    """Insert `rows`, values of the attributes `names` as `values_of` gives them for many.

    In the caller's transaction.
    """
    connection = connections[using]
    columns = ", ".join(_columns(model, names))
    table = _quote(model._meta.db_table)
    if connection.vendor == "postgresql":
        _copy(connection, f"COPY {table} ({columns}) FROM STDIN", rows)
        return
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 (no input)


def draw_keys(model: Any, count: int, using: str, above: int = 0) -> list[int]:
    """Return `count` new keys, ascending, for rows to be inserted in the caller's transaction.

    `above` those that other rows of the set bring along, on SQLite.
    """
    table, key = model._meta.db_table, model._meta.pk.column
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_quote(table), key, count],
            )
            return sorted(number for (number,) in cursor.fetchall())
        # A transaction that may write is alone on SQLite: nobody else takes these.
        cursor.execute(
            f"SELECT max(coalesce((SELECT max({_quote(key)}) FROM {_quote(table)}), 0),"  # noqa: S608 (no input)
            " coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = %s), 0))",
            [table],
        )
        last = max(*cursor.fetchone(), above)
    return list(range(last + 1, last + 1 + count))


def update(
    records: Sequence[Any], fields: Iterable[str], using: str, versions: Sequence[int] | None = None
) -> int:
    """Write `fields` of `records`, all of one model and sorted by key, and return how many were.

    Where `versions` are given, only those whose stored version is still that one. In the caller's
    transaction or in one of their own.
    """
    if not records:
        return 0
    connection = connections[using]
    model: Any = type(records[0])
    names = tuple(dict.fromkeys(model._meta.get_field(name).attname for name in fields))
    many = connection.vendor == "postgresql" and len(records) > FEW_UPDATED
    rows = values_of(records, names, using, many=many)
    where = [[record.pk] for record in records]
    if versions is not None:
        where = [[record.pk, was] for record, was in zip(records, versions, strict=True)]
    rows = [[*row, *own] for row, own in zip(rows, where, strict=True)]
    with transaction.atomic(using=using, savepoint=False):
        if many:
            return _update_many(connection, model, names, rows, versions is not None)
        sql = _update_sql(model, names, versions is not None)
        with connection.cursor() as cursor:
            if len(rows) == 1:  # executemany costs two more round trips on PostgreSQL
                cursor.execute(sql, rows[0])
            else:
                cursor.executemany(sql, rows)
            return int(cursor.rowcount)


def _insert_few(connection: Any, model: Any, names: tuple[str, ...], rows: Rows) -> list[int]:
    with connection.cursor() as cursor:
        sql = _insert_sql(model, names, len(rows))
        cursor.execute(sql, [value for row in rows for value in row])
        return [key for (key,) in cursor.fetchall()]


def _update_many(
    connection: Any, model: Any, names: tuple[str, ...], rows: Rows, is_versioned: bool
) -> int:
    """Update from a table of the new values: one fifth of the time of a statement a row."""
    table, key = _quote(model._meta.db_table), _quote(model._meta.pk.column)
    columns = _columns(model, names)
    new = [*columns, f"{key} AS of_key", *(["version AS was"] if is_versioned else [])]
    assignments = ", ".join(f"{column} = new.{column}" for column in columns)
    where = f"stored.{key} = of_key" + " AND stored.version = was" * is_versioned
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE new_values ON COMMIT DROP AS"  # noqa: S608 (no input)
            f" SELECT {', '.join(new)} FROM {table} WITH NO DATA"
        )
        _copy(connection, "COPY new_values FROM STDIN", rows)
        # The update takes its rows in any order.
        cursor.execute(
            f"SELECT FROM {table} WHERE {key} IN (SELECT of_key FROM new_values)"  # noqa: S608 (no input)
            f" ORDER BY {key} FOR NO KEY UPDATE"
        )
        cursor.execute(
            f"UPDATE {table} AS stored SET {assignments} FROM new_values AS new WHERE {where}"  # noqa: S608 (no input)
        )
        written = int(cursor.rowcount)
        cursor.execute("DROP TABLE new_values")
    return written


def _copy(connection: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def _take_keys(record: Any, relations: Sequence[Any]) -> None:
    """Take over the keys of records that were saved after `record` was given them."""
    for field in relations:
        if getattr(record, field.attname) is None and field.is_cached(record):
            if (other := field.get_cached_value(record)) and other.pk is None:
                raise ValueError(f"Save the {field.name} of a {record._meta.verbose_name} first.")
            record.__dict__[field.attname] = other.pk if other else None  # stays cached so


@lru_cache
def _column_names(model: Any) -> tuple[str, ...]:
    fields = model._meta.concrete_fields
    return tuple(f.attname for f in fields if not (f.primary_key or f.generated))


@lru_cache
def _relations(model: Any) -> tuple[Any, ...]:
    return tuple(field for field in model._meta.concrete_fields if field.is_relation)


@lru_cache
def _insert_sql(model: Any, names: tuple[str, ...], count: int) -> str:
    row = f"({', '.join(['%s'] * len(names))})"
    into = f"{_quote(model._meta.db_table)} ({', '.join(_columns(model, names))})"
    rows = ", ".join([row] * count)
    return f"INSERT INTO {into} VALUES {rows} RETURNING {_quote(model._meta.pk.column)}"  # noqa: S608 (no input)


@lru_cache
def _update_sql(model: Any, names: tuple[str, ...], is_versioned: bool) -> str:
    assignments = ", ".join(f"{column} = %s" for column in _columns(model, names))
    where = f"{_quote(model._meta.pk.column)} = %s" + ' AND "version" = %s' * is_versioned
    return f"UPDATE {_quote(model._meta.db_table)} SET {assignments} WHERE {where}"  # noqa: S608 (no input)


def _columns(model: Any, names: Iterable[str]) -> list[str]:
    return [_quote(model._meta.get_field(name).column) for name in names]


def _quote(name: str) -> str:
    return f'"{name}"'  # on SQLite and PostgreSQL alike
