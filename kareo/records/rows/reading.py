"""Read rows by their keys, and what they refer to, by statements that are made once and kept.

For what every save reads: Django compiles such a statement anew each time, which costs more than
the database takes for it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

from django.conf import settings
from django.db import connections, models, reset_queries

from kareo.records.fields import ONE_OF_JSON
from kareo.records.rows.making import made_of_row

M = TypeVar("M", bound=models.Model)
# By the place of a column in its row: what converts its values, in turn, and what they ask for.
Converters: TypeAlias = list[tuple[int, list[Callable[..., Any]], Any]]


class _Part(NamedTuple):
    """The columns of one table in a row, and which relation of which earlier part leads there."""

    model: Any
    names: tuple[str, ...]
    relation: Any = None
    parent: int = 0


def read(
    model: type[M],
    name: str,
    keys: Iterable[object],
    using: str,
    *,
    also: Mapping[str, Any] | None = None,
    along: Sequence[str] = (),
    lock: str = "",
    locked_along: Sequence[str] = (),
) -> list[M]:
    """Return the records of `model` whose attribute `name` is one of `keys`, sorted by key.

    Those `also` have these values of other attributes.
    `along` names their relations that are read too, none of which may be empty, each after the one
    that leads to it. With `lock`, such as "NO KEY UPDATE", their rows and those of the relations
    `locked_along` are locked.
    """
    connection, wanted = connections[using], list[Any](keys)
    if not wanted:
        return []
    sql, parts = _statement(model, tuple(along))
    sql += _condition(model, name, len(wanted) > 1, tuple(also or ()), connection.vendor)
    sql += f" ORDER BY {_columns(model, ['id'])[0]}"
    if lock and connection.vendor == "postgresql":  # SQLite has one writer at a time
        sql += _locking(lock, model, bool(along), tuple(locked_along))
    with connection.cursor() as cursor:
        parameters = [_one_parameter(wanted, connection.vendor), *(also or {}).values()]
        found = cursor.execute(sql, parameters).fetchall()
        if lock and along and len(found) < len(set(wanted)) and connection.vendor == "postgresql":
            # A row that was waited for, and now refers to another one, was left out with what it
            # was joined to before. It is locked by now.
            found = cursor.execute(sql, parameters).fetchall()
        return [_record(parts, row, using) for row in found]


def _record(parts: Sequence[_Part], row: Sequence[Any], using: str) -> Any:
    records: list[Any] = []
    connection = connections[using]
    start = 0
    for part in parts:
        values = list(row[start : start + len(part.names)])
        start += len(part.names)
        for place, converters, expression in _converters(part.model, connection):
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        record = made_of_row(part.model, part.names, values, using)
        if part.relation:
            parent = records[part.parent]
            part.relation.set_cached_value(parent, record)
            if part.relation.unique:
                part.relation.remote_field.set_cached_value(record, parent)
        records.append(record)
    return records[0]


@lru_cache
def _statement(model: Any, along: tuple[str, ...]) -> tuple[str, tuple[_Part, ...]]:
    paths, parts = [""], [_part(model)]
    joins = []
    for path in along:
        before, _, last = path.rpartition("__")
        parent = paths.index(before)
        relation = parts[parent].model._meta.get_field(last)
        parts.append(_part(relation.related_model, relation, parent))
        paths.append(path)
        here, there = _table(parts[parent].model), _table(relation.related_model)
        key = relation.target_field.column
        joins.append(f'INNER JOIN {there} ON ({here}."{relation.column}" = {there}."{key}")')
    columns = ", ".join(column for part in parts for column in _columns(part.model, part.names))
    return f"SELECT {columns} FROM {' '.join([_table(model), *joins])}", tuple(parts)  # noqa: S608 (no input)


@lru_cache
def _condition(model: Any, name: str, many: bool, also: tuple[str, ...], vendor: str) -> str:
    [column], field = _columns(model, [name]), model._meta.get_field(name)
    while field.is_relation:
        field = field.target_field
    if not many:
        one_of = "= %s"
    elif vendor == "postgresql":
        one_of = f"= ANY(%s::{'bigint' if field.primary_key else 'text'}[])"
    else:
        one_of = ONE_OF_JSON
    others = [f" AND {other} = %s" for other in _columns(model, also)]
    return "".join([f" WHERE {column} {one_of}", *others])


def _one_parameter(values: list[Any], vendor: str) -> Any:
    if len(values) == 1:
        return values[0]
    return values if vendor == "postgresql" else json.dumps(values)


def _part(model: Any, relation: Any = None, parent: int = 0) -> _Part:
    return _Part(model, tuple(f.attname for f in model._meta.concrete_fields), relation, parent)


def _converters(model: Any, connection: Any) -> Converters:
    """Return what makes Python's values of the columns that need it: kept with its connection."""
    kept: dict[Any, Converters] = vars(connection).setdefault("kept_converters", {})
    if model not in kept:
        found = []
        for place, field in enumerate(model._meta.concrete_fields):
            column = field.cached_col
            convert = connection.ops.get_db_converters(column) + field.get_db_converters(connection)
            found += [(place, convert, column)] if convert else []
        kept[model] = found
    return kept[model]


@lru_cache
def _locking(lock: str, model: Any, is_joined: bool, along: tuple[str, ...]) -> str:
    related = [model._meta.get_field(name).related_model for name in along]
    tables = ", ".join(map(_table, [model, *related]))
    return f" FOR {lock}" + (f" OF {tables}" if is_joined else "")


def _columns(model: Any, names: Iterable[str]) -> list[str]:
    return [f'{_table(model)}."{model._meta.get_field(name).column}"' for name in names]


def _table(model: Any) -> str:
    return f'"{model._meta.db_table}"'


def batches(rows: models.QuerySet[Any], size: int) -> Iterator[list[Any]]:
    """Yield `rows` by their keys, `size` at a time; others may write between two batches."""
    rows, last = rows.order_by("pk"), -(2**63)  # below all keys
    while batch := list(rows.filter(pk__gt=last)[:size]):
        last = batch[-1].pk
        yield batch
        if settings.DEBUG:
            reset_queries()  # Django would keep all the SQL in memory


def rows_about(rows: models.QuerySet[Any]) -> int:
    """Return about how many `rows` there are, by the statistics of the database; 0: not known.

    They know whole tables only, and SQLite's know none.
    """
    connection = connections[rows.db]
    if rows.query.where or rows.query.combinator or connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        sql = "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass"
        cursor.execute(sql, [connection.ops.quote_name(rows.model._meta.db_table)])
        about = max(int(cursor.fetchone()[0]), 0)
    digits = 3 - len(str(about))
    return round(about, min(digits, 0))
