"""The values of records as a database's driver takes them."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias

from django.db import connections, models

Rows: TypeAlias = Sequence[Sequence[Any]]
# Returns a value as the database's driver takes it, of the value and the connection.
Adapter: TypeAlias = Callable[[Any, Any], Any]

_PLAIN = (
    (models.CharField, str),
    (models.TextField, str),
    (models.BooleanField, bool),
    (models.IntegerField, int),
)


def values_of(
    records: Sequence[Any], names: Sequence[str], using: str, *, many: bool = False
) -> Rows:
    """Return these attributes of each record as the driver of `using` takes them.

    `many`, for COPY and executemany: these need no types of numbers.
    """
    connection = connections[using]
    get = attrgetter(*names) if len(names) > 1 else lambda record: (getattr(record, names[0]),)
    model: Any = type(records[0])
    adapters = _adapters(model, tuple(names), connection.vendor)
    if many:
        columns = zip(*map(get, records), strict=True)
        return list(
            zip(
                *(
                    _adapted(column, plain, adapt, connection)
                    for column, (plain, adapt) in zip(columns, adapters, strict=True)
                ),
                strict=True,
            )
        )
    return [
        [
            value if type(value) in plain else adapt(value, connection)
            for value, (plain, adapt) in zip(get(record), adapters, strict=True)
        ]
        for record in records
    ]


def _adapted(
    column: Sequence[Any], plain: frozenset[type], adapt: Adapter, connection: Any
) -> Sequence[Any]:
    types = set(map(type, column))
    if types <= plain:
        return column
    if dict in types or list in types:
        return [adapt(value, connection) for value in column]
    adapted = {value: adapt(value, connection) for value in set(column)}  # few are different
    return [adapted[value] for value in column]


@lru_cache
def _adapters(
    model: Any, names: tuple[str, ...], vendor: str
) -> tuple[tuple[frozenset[type], Adapter], ...]:
    """Return, for each name, the types whose values go as they are, and what adapts others."""
    fields = [model._meta.get_field(name) for name in names]
    return tuple(_adapter(field, vendor) for field in fields)


def _adapter(field: Any, vendor: str) -> tuple[frozenset[type], Adapter]:
    while field.is_relation:
        field = field.target_field
    if isinstance(field, models.JSONField):
        return frozenset(), _json_adapter(field)
    if isinstance(field, models.DateTimeField):
        return frozenset(), _moment_adapter(field, vendor)
    plain: set[type] = set()
    for kind, held in _PLAIN:
        # Some fields put a text into its form only now, such as a ZIP's.
        if isinstance(field, kind) and type(field).to_python is kind.to_python:
            plain = {held, type(None)}
    return frozenset(plain), field.get_db_prep_save


def _json_adapter(field: Any) -> Adapter:
    encode = (field.encoder or json.JSONEncoder)().encode  # kept: Django makes one a value

    def adapt(value: Any, connection: Any) -> Any:
        if type(value) in (dict, list):
            return encode(value) if value else str(value)
        return field.get_db_prep_save(value, connection)

    return adapt


def _moment_adapter(field: Any, vendor: str) -> Adapter:
    kept: tuple[Any, Any, Any] = (None, None, None)

    def adapt(value: Any, connection: Any) -> Any:
        nonlocal kept
        if type(value) is datetime and value.tzinfo and vendor == "postgresql":
            return value
        last, alias, adapted = kept  # a set has one moment
        if value is not last or alias != connection.alias:
            adapted = field.get_db_prep_save(value, connection)
            kept = value, connection.alias, adapted
        return adapted

    return adapt
