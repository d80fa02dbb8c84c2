"""What another app adds to the records of a model that knows nothing of it.

A signal tells that something happened; here are the questions that need an answer. Filled once,
when the program starts, and read by `Record` and by `kareo.pages`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db.models import Model

# {key of a record: {field name: why it can't be edited}}
Fixed: TypeAlias = Mapping[Any, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the user before a save. Saving again with its `id` confirms it.

    Where it is `about` another record, its text has that one's name, which a page makes a link.
    """

    id: str
    text: str
    about: Any = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form gives its record for the save, besides the fields.

    `user` filled the form in; None for a command. `confirmed` holds the ids of the questions that
    were asked. `choice` names the record that was chosen in the other list, as `record_key` does;
    where it is empty, the rules decide.
    """

    user: Any = None
    confirmed: frozenset[str] = frozenset()
    choice: str = ""

    def chosen_key(self, model: type[Model]) -> int | None:
        """Return the key of the `model` that was chosen; None if none was, or another model's."""
        label, _, key = self.choice.partition(":")
        is_key = label == model._meta.label and key.isascii() and key.isdigit() and len(key) < 19
        return int(key) if is_key else None


def record_key(record: Model) -> str:
    """Return how a page names `record` as a choice: `pm.InsuranceCompany:5`."""
    return f"{record._meta.label}:{record.pk}"


@dataclass(slots=True)
class Additions:
    """What was added to one model.

    `questions` returns what to ask before a record from a form, with its `answers`, is saved; it
    raises Refused where it can't be saved with those. `fixed_fields` takes stored records and says
    which of the fields `may_be_fixed` are. A list shows `filters` before its own, and `actions`
    after its own; `columns`, too, which it may have for some of its requests only.
    """

    questions: Callable[[Any], Sequence[Question]] = lambda record: ()
    fixed_fields: Callable[[Sequence[Any]], Fixed] = lambda records: {}
    may_be_fixed: frozenset[str] = frozenset()
    filters: list[Any] = field(default_factory=list)
    actions: list[Callable[..., Any]] = field(default_factory=list)
    columns: Callable[[Any], Sequence[Callable[[Any], Any]]] = lambda request: ()


_additions: dict[type[Model], Additions] = {}


def additions_to(model: type[Model]) -> Additions:
    """Return what was added to `model`, to read or to fill."""
    return _additions.setdefault(model, Additions())


def fixed_fields(records: Sequence[Model]) -> Fixed:
    """Return the fixed fields of those `records` that have any."""
    stored = [record for record in records if record.pk is not None]
    return additions_to(type(stored[0])).fixed_fields(stored) if stored else {}
