"""What another app adds to the records of a model that knows nothing of it.

A signal says that something happened; what has an answer is asked here. `additions_to(model)` is
filled once, when the program starts, and read by `Record` itself and by `kareo.pages`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model

if TYPE_CHECKING:
    from kareo.records.models import Record


@dataclass(frozen=True, slots=True)
class Question:
    """What a user is asked once before a save. Saving again, with the `id` sent, confirms it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a form gives its record for the save, beside the fields.

    `user` filled the form in; None for a command. `confirmed` holds the ids of the questions that
    were put there. `choice` names the record that was chosen in the other list, as `choice_of`
    does; empty, the rules decide.
    """

    user: Any = None
    confirmed: frozenset[str] = frozenset()
    choice: str = ""

    def chosen_key(self, model: type[Model]) -> int | None:
        """Return the key of the `model` that was chosen; None where of another, or none was."""
        label, _, key = self.choice.partition(":")
        is_key = label == model._meta.label and key.isascii() and key.isdigit() and len(key) < 19
        return int(key) if is_key else None


def choice_of(record: Model) -> str:
    """Return how a page names `record`, where it may be chosen: `pm.InsuranceCompany:5`."""
    return f"{record._meta.label}:{record.pk}"


@dataclass(slots=True)
class Additions:
    """What was added to one model.

    `questions` answers what to ask before a record that was typed into a form, with its `answers`,
    is saved; it raises Refused where it can't be saved with those. `fixed_fields` answers
    {key: {field name: why it can't be edited}} of stored records. `filters` stand before a list's
    own, `actions` after them.
    """

    questions: Callable[[Any], Sequence[Question]] = lambda record: ()
    fixed_fields: Callable[[Sequence[Any]], Mapping[Any, Mapping[str, str]]] = lambda records: {}
    filters: list[Any] = field(default_factory=list)
    actions: list[Callable[..., Any]] = field(default_factory=list)


_additions: dict[type[Model], Additions] = {}


def additions_to(model: type[Model]) -> Additions:
    """Return what was added to `model`, to be read or filled."""
    return _additions.setdefault(model, Additions())


def fixed_fields(records: Sequence["Record"]) -> Mapping[Any, Mapping[str, str]]:
    """Return {key: {field name: why it can't be edited}} of those `records` that have any."""
    stored = [record for record in records if record.pk is not None]
    return additions_to(type(stored[0])).fixed_fields(stored) if stored else {}
