"""What another app adds to the records of a model that knows nothing of it.

A signal tells that something happened; here are the questions that need an answer. Filled once,
when the program starts, and read by `Record` and by `kareo.pages`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from django.db.models import Model

from kareo.records.asking.answers import Question

# {key of a record: {field name: why it can't be edited}}
Fixed: TypeAlias = Mapping[Any, Mapping[str, str]]


class AboutRole(NamedTuple):
    """What the users of a role do, in words, which are true of these rights alone."""

    words: str
    rights: frozenset[str]


# By the name of the role, for whoever gives a user one.
ABOUT_ROLES: dict[str, AboutRole] = {}
# {label of a model: whom a practice asks for its records}
WHO_HAS: dict[str, str] = {}


@dataclass(slots=True)
class Additions:
    """What was added to one model.

    `questions` returns what to ask before a record from a form, with its `answers`, is saved; it
    raises Refused where it can't be saved with those. `fixed_fields` takes stored records and says
    which of the fields `may_be_fixed` are. A list shows `filters` before its own, and `actions`
    after its own; `columns`, too, which it may have for some of its requests only. `instead` takes
    a request and what it searched for in vain; it returns what to search for, and what to say of
    it, with a place for that; `also` does so where something was found. `deleted` takes a user and
    a key that no record has, and returns who deleted it and when, as far as that is known and the
    user may see it. Records that are `added_elsewhere` no picker advises to add.
    """

    questions: Callable[[Any], Sequence[Question]] = lambda record: ()
    fixed_fields: Callable[[Sequence[Any]], Fixed] = lambda records: {}
    may_be_fixed: frozenset[str] = frozenset()
    filters: list[Any] = field(default_factory=list)
    actions: list[Callable[..., Any]] = field(default_factory=list)
    columns: Callable[[Any], Sequence[Callable[[Any], Any]]] = lambda request: ()
    instead: Callable[[Any, str], tuple[str, str]] = lambda request, typed: ("", "")
    also: Callable[[Any, str], tuple[str, str]] = lambda request, typed: ("", "")
    deleted: Callable[[Any, int], str] = lambda user, key: ""
    added_elsewhere: bool = False


_additions: dict[type[Model], Additions] = {}


def additions_to(model: type[Model]) -> Additions:
    """Return what was added to `model`, to read or to fill."""
    return _additions.setdefault(model, Additions())


def fixed_fields(records: Sequence[Model]) -> Fixed:
    """Return the fixed fields of those `records` that have any."""
    stored = [record for record in records if record.pk is not None]
    return additions_to(type(stored[0])).fixed_fields(stored) if stored else {}
