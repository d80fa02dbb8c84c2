"""Patients by what insures them: where none has all that is typed, names of insurances are tried.

A patient's searched text doesn't hold them, or a payer's new name would write a million texts anew.
The insurances that are called so are found first, up to a number of them, and then who has those.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from kareo.search.finding import MOST_FOUND, indexes, keys_having
from kareo.search.terms import Term, words_of_insured

MOST_INSURANCES = MOST_FOUND  # that patients are looked for by
MOST_OWN = 2  # words of the patient's name, before those of the insurance or behind them


@dataclass(frozen=True, slots=True)
class Has:
    """How a patient has an insurance: by `rows`, which name both."""

    rows: QuerySet[Any]
    insurance: str
    patient: str

    def one_of(self, keys: Iterable[Any]) -> Q:
        """Return the condition that a patient has one of the insurances with these `keys`."""
        rows = self.rows.order_by().filter(**{f"{self.insurance}__in": keys})
        return Q(pk__in=rows.values(self.patient))

    def one_called(self, terms: Iterable[Term], names: Iterable[str]) -> Q:
        """Return the condition that a patient has an insurance whose `names` have all `terms`."""
        rows = self.rows.order_by().filter(**{self.patient: OuterRef("pk")})
        theirs = [f"{self.insurance}__{name}" for name in names]
        return Q(Exists(rows.filter(*(term.in_names(theirs) for term in terms))))


@dataclass(frozen=True, slots=True)
class Insured:
    """What insures the patients of a list: the records of `model`, called by their `names`.

    Whoever looks for it needs to see the records with the label `sees`.
    """

    model: type[Model]
    names: tuple[str, ...]
    ways: tuple[Has, ...]
    sees: str


class Found(NamedTuple):
    """The keys of patients, and whether others may have it, too."""

    keys: set[Any]
    is_more: bool


def insured_patients(rows: QuerySet[Any], typed: str, by: Insured) -> Found | None:
    """Return those of `rows` who have an insurance that is called what was `typed`.

    All words are of one insurance, or the first or the last of them are the patient's own.
    None: nothing was typed.
    """
    if not (words := words_of_insured(typed)):
        return None
    rows = rows.order_by()
    by_index = connections[rows.db].vendor == "postgresql"
    with indexes(rows.db, wanted=by_index):
        for own, names in _divided(words):
            found = _found(rows, own, names, by, by_index=by_index)
            if found.keys:
                return found
    return Found(set(), False)


def _divided(words: Sequence[tuple[Term, Term]]) -> Iterator[tuple[list[Term], list[Term]]]:
    """Yield the ways to divide `words` between a patient and an insurance, none first."""
    splits = [(0, len(words))]
    for count in range(1, min(MOST_OWN, len(words) - 1) + 1):
        splits += [(count, len(words)), (0, len(words) - count)]
    for start, end in splits:
        theirs = words[start:end]
        ours = [*words[:start], *words[end:]]
        yield [own for own, _ in ours], [name for _, name in theirs]


def _found(
    rows: QuerySet[Any], own: Sequence[Term], names: Sequence[Term], by: Insured, *, by_index: bool
) -> Found:
    rows = rows.filter(*(term.within(["search_text"], rows.model) for term in own))
    called: list[Any] = []
    if own and not (called := list(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])):
        return Found(set(), False)
    fields = ("search_text", *by.names)
    insurances = keys_having(
        by.model._base_manager.using(rows.db).all(),
        [names],
        fields,
        by_index=by_index,
        in_names=True,
    )
    are_many = len(insurances) > MOST_INSURANCES
    keys: set[Any] = set()
    for way in by.ways if insurances else []:
        if called and are_many:
            found = rows.filter(way.one_called(names, by.names), pk__in=called)
        else:
            found = rows.filter(way.one_of(insurances))
        keys.update(found.values_list("pk", flat=True)[: MOST_FOUND + 1])
    return Found(keys, are_many and not 0 < len(called) <= MOST_FOUND)
