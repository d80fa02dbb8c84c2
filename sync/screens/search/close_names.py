"""What may have been meant where a search finds nothing: Aetna for Atena."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from django.db.models import Model

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsuranceCompany, InsurancePlan
from pm.models import Patient as PMPatient

NAMES: dict[type[Model], tuple[str, ...]] = {
    InsuranceCompany: ("name", "other_names"),
    InsurancePlan: ("name", "company__name"),
    Insurance: ("company_name", "plan_name"),
    PMPatient: ("last_name", "first_name"),
    EHRPatient: ("last_name", "first_name"),
}
# What patients are also found by.
INSURED_BY: dict[type[Model], type[Model]] = {PMPatient: InsurancePlan, EHRPatient: Insurance}
MOST_READ = 2000  # records of a list, the newest: of a longer one, those will do
MOST_WORDS = 4
LONGEST = 60  # characters
SHORTEST = 3  # letters of a word: a shorter one is like too many
CLOSE = 0.75  # of get_close_matches: one letter wrong in four, or two changed places in five
CLOSE_NAME = 0.8


def close_name(typed: str, models: Iterable[type[Model]], finds: Callable[[str], bool]) -> str:
    """Return what of the names of `models` may have been meant by `typed`, "" for nothing.

    A whole name that is close, else the words that are; of these what `finds` something.
    """
    if len(typed) > LONGEST:
        return ""
    names = {name.casefold(): name for model in models for name in _names(model)}
    whole = get_close_matches(typed.casefold(), names, 1, CLOSE_NAME)
    guesses = [names[whole[0]]] if whole else []
    words = typed.split()[:MOST_WORDS]
    known = {word.casefold(): word for name in names.values() for word in name.split()}
    guesses.append(" ".join(_closest(word, known) for word in words))
    for guess in guesses:
        if guess.casefold() != typed.casefold() and finds(guess):
            return guess
    return ""


def _names(model: type[Any]) -> Iterator[str]:
    rows: Sequence[Sequence[str]] = model._default_manager.order_by("-pk").values_list(
        *NAMES[model]
    )[:MOST_READ]
    for names in {name for row in rows for name in row}:
        yield from filter(None, names.splitlines())


def _closest(word: str, known: dict[str, str]) -> str:
    """Return the known word that is closest to `word`; itself where none is, or it is a number."""
    if word.casefold() in known:
        return known[word.casefold()]  # as it is written there
    if len(word) < SHORTEST or any(map(str.isdigit, word)):
        return word
    close = get_close_matches(word.casefold(), known, 1, CLOSE)
    return known[close[0]] if close else word
