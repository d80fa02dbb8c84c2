"""A question before a save, and what a form answers: the questions, and what was chosen."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model

# The words of a choice.
PRESET, NOT, VERSION = "same ", " not ", "@"


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
    - `same KEY` or `same KEY@VERSION`: the page preset it for being the very same, and it holds as
      long as it is. Without a KEY, which no page sends, whichever is;
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
