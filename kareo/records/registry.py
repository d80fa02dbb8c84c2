"""What another app adds to the records of a model that knows nothing of it.

A signal tells that something happened; here are the questions that need an answer. Filled once,
when the program starts, and read by `Record` and by `kareo.pages`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from django.db.models import Model

# {key of a record: {field name: why it can't be edited}}
Fixed: TypeAlias = Mapping[Any, Mapping[str, str]]

# The words of a choice.
PRESET, NOT, VERSION = "same ", " not ", "@"


# {role: what its users do}, for whoever gives a user one.
ABOUT_ROLES: dict[str, str] = {}
# {label of a model: whom a practice asks for its records}
WHO_HAS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the user before a save. Saving again with its `id` confirms it.

    Where it is `about` another record, that one's name belongs before its text: a page makes it a
    link, or leaves it out for whoever may not see it.
    """

    id: str
    text: str
    about: Any = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form gives its record for the save, besides the fields.

    `user` filled the form in; None for a command. `confirmed` holds the ids of the questions that
    were asked. `choice` is what was chosen in the other list; where it is empty, the rules decide:

    - `KEY`, the record that was chosen, as `record_key` names it, or `KEY@VERSION`, only as long as
      it has the version that the page showed;
    - `same KEY`: the page preset it for being the very same, and it holds as long as it is. Without
      a KEY, which no page sends, whichever is;
    - `not KEY KEY`, after either or alone: offered for being the very same, and left.
    """

    user: Any = None
    confirmed: frozenset[str] = frozenset()
    choice: str = ""

    @property
    def is_preset(self) -> bool:
        """Whether the page chose, and its user left it at that."""
        return self.choice.startswith(PRESET)

    @property
    def is_chosen(self) -> bool:
        """Whether the user chose a record."""
        return not self.is_preset and bool(self._parts[0])

    @property
    def left(self) -> frozenset[str]:
        """The keys of the very same records that the user was offered and left."""
        return frozenset(self._parts[1].split())

    def chosen_key(self, model: type[Model]) -> int | None:
        """Return the key of the `model` that was chosen; None if none was, or another model's."""
        label, _, key = self._parts[0].partition(VERSION)[0].partition(":")
        is_key = label == model._meta.label and key.isascii() and key.isdigit() and len(key) < 19
        return int(key) if is_key else None

    @property
    def chosen_version(self) -> str:
        """Which version of the chosen record the page showed; "" where it didn't say."""
        return self._parts[0].partition(VERSION)[2]

    def preset(self) -> "Answers":
        """Return these where the page presets what it shows, unless its user chose a record.

        That one is shown as it is now.
        """
        chosen = self._parts[0].partition(VERSION)[0] if self.is_chosen else PRESET
        return replace(self, choice=choice_of(chosen, self.left))

    @property
    def _parts(self) -> tuple[str, str]:
        """What was chosen or preset, and what was left."""
        chosen, _, left = f" {self.choice}".partition(NOT)
        return chosen.removeprefix(" ").removeprefix(PRESET), left


def record_key(record: Model) -> str:
    """Return how a page names `record` as a choice: `pm.InsuranceCompany:5`."""
    return f"{record._meta.label}:{record.pk}"


def choice_of(chosen: str, left: Collection[str] = ()) -> str:
    """Return the choice of what was `chosen` or preset while these keys were `left`."""
    return f"{chosen}{NOT}{' '.join(sorted(left))}".lstrip() if left else chosen


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
