"""Make records without Django's constructor, which takes longer than all else that a save does.

It looks at each field for what it may be given: by place, by either name of a relation, as a
property, or deferred. For records that the program itself makes, in sets of thousands.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


def make(model: type[M], **values: Any) -> M:
    """Return a new record with these values, as `model(**values)` does; it sends no signals."""
    defaults, calls, relations = _blank(model)
    record = _empty(model, defaults)
    own = record.__dict__
    for name, call in calls:
        if name not in values:
            own[name] = call()
    for name, value in values.items():
        if name in defaults:
            own[name] = value
        else:
            _relate(record, relations[name], value)
    return record


def made_of_row(model: type[M], names: Iterable[str], values: Iterable[Any], using: str) -> M:
    """Return the stored record with these values of all its attributes `names`."""
    record = _empty(model, dict(zip(names, values, strict=True)))
    record._state.adding, record._state.db = False, using
    return record


def _empty(model: type[M], values: dict[str, Any]) -> M:
    record = model.__new__(model)
    record.__dict__.update(values, _state=ModelState())
    return record


def _relate(record: Any, relation: Any, other: Any) -> None:
    record.__dict__[relation.attname] = other.pk
    relation.set_cached_value(record, other)
    if relation.unique:
        relation.remote_field.set_cached_value(other, record)


@lru_cache
def _blank(model: Any) -> tuple[dict[str, Any], list[tuple[str, Any]], dict[str, Any]]:
    """Return {attribute: its default}, what makes those that are made anew, {name: relation}."""
    fields = model._meta.concrete_fields
    calls = [(f.attname, f.default) for f in fields if f.has_default() and callable(f.default)]
    made_anew = {name for name, _ in calls}
    defaults = {f.attname: None if f.attname in made_anew else f.get_default() for f in fields}
    return defaults, calls, {f.name: f for f in fields if f.is_relation}
