"""Read rows by their keys, and what they refer to, by statements that are made once and kept.

For what every save reads: Django compiles such a statement anew each time, which costs more than
the database takes for it.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import connections, models

from kareo.records.fields import ONE_OF_JSON
from kareo.records.rows.making import made_of_row

M = TypeVar("M", bound=models.Model)


class _Part(NamedTuple):
    """The columns of one table in a row, and which relation of which earlier part leads there."""

    model: Any
    names: tuple[str, ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]  # by place
    relation: Any = None
    parent: int = 0


def read(
    model: type[M],
    name: str,
    keys: Iterable[object],
    using: str,
    *,
    also: Mapping[str, Any] | None = None,
    order: Sequence[str] = ("id",),
    along: Sequence[str] = (),
    lock: str = "",
    locked_along: Sequence[str] = (),
) -> list[M]:
    """Return the records of `model` whose attribute `name` is one of `keys`, in this `order`.

    Those `also` have these values of other attributes.
    `along` names their relations that are read too, none of which may be empty, each after the one
    that leads to it. With `lock`, such as "NO KEY UPDATE", their rows and those of the relations
    `locked_along` are locked.
    """
    connection, wanted = connections[using], list[Any](keys)
    if not wanted:
        return []
    sql, parts = _statement(model, tuple(along), connection.vendor)
    sql += _condition(model, name, len(wanted) > 1, tuple(also or ()), connection.vendor)
    sql += f" ORDER BY {', '.join(_columns(model, order))}"
    if lock and connection.vendor == "postgresql":  # SQLite has one writer at a time
        sql += _locking(lock, model, bool(along), tuple(locked_along))
    with connection.cursor() as cursor:
        cursor.execute(sql, [_one_parameter(wanted, connection.vendor), *(also or {}).values()])
        return [_record(parts, row, using) for row in cursor.fetchall()]


def _record(parts: Sequence[_Part], row: Sequence[Any], using: str) -> Any:
    records: list[Any] = []
    connection = connections[using]
    start = 0
    for part in parts:
        values = list(row[start : start + len(part.names)])
        start += len(part.names)
        for place, converters, expression in part.converters:
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
def _statement(model: Any, along: tuple[str, ...], vendor: str) -> tuple[str, tuple[_Part, ...]]:
    connection = next(c for c in connections.all() if c.vendor == vendor)
    paths, parts = [""], [_part(model, connection)]
    joins = []
    for path in along:
        before, _, last = path.rpartition("__")
        parent = paths.index(before)
        relation = parts[parent].model._meta.get_field(last)
        parts.append(_part(relation.related_model, connection, relation, parent))
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


def _part(model: Any, connection: Any, relation: Any = None, parent: int = 0) -> _Part:
    fields = model._meta.concrete_fields
    converters = []
    for place, field in enumerate(fields):
        expression = field.cached_col
        found = connection.ops.get_db_converters(expression) + field.get_db_converters(connection)
        if found:
            converters.append((place, tuple(found), expression))
    names = tuple(field.attname for field in fields)
    return _Part(model, names, tuple(converters), relation, parent)


@lru_cache
def _locking(lock: str, model: Any, is_joined: bool, along: tuple[str, ...]) -> str:
    related = [model._meta.get_field(name).related_model for name in along]
    tables = ", ".join(map(_table, [model, *related]))
    return f" FOR {lock}" + (f" OF {tables}" if is_joined else "")


def _columns(model: Any, names: Iterable[str]) -> list[str]:
    return [f'{_table(model)}."{model._meta.get_field(name).column}"' for name in names]


def _table(model: Any) -> str:
    return f'"{model._meta.db_table}"'
