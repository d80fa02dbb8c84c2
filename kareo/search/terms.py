"""What staff type from a card, as a condition on a list: words, a box number, a phone number.

Every word must be found in some field, in any of its `spellings`. A phone number and a ZIP are
found in any punctuation.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Model, Q

from kareo.addresses.tables.names import DIRECTIONS
from kareo.addresses.tables.suffixes import SUFFIXES
from kareo.records import Person, PostalAddress
from kareo.records.fields import normal_zip
from kareo.records.searched import TRIGRAM, SearchedTextField
from kareo.records.texts.lines import closed, folded, phone_line, plain, street_word, zip_line
from kareo.records.texts.names import name_key
from kareo.records.texts.phones import vanity_in
from kareo.search.spellings import (
    ADDRESS,
    PERSON,
    Reader,
    boxes_in,
    name_by,
    other_name,
    shared,
    without_signs,
)

# Words beyond these are left out: each one is looked up in every field.
MOST_WORDS = 12
LONGEST = 200  # characters

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_AROUND = " \t.,;:()[]{}<>\"'–—-"  # what a copied line has around its words
# From seven digits, which a phone number has at least, to what a phone field can hold.
_PHONE = re.compile(r"\+?\(?[0-9](?:[ ().+/-]{0,3}[0-9]){6,14}(?![0-9])")
# A US number as it is printed: 1 (800) 555-0101.
_IN_GROUPS = re.compile(r"(?:\+?1[ .-]{0,2})?\(?[0-9]{3}(?:\) ?|[ .-])[0-9]{3}[ .-][0-9]{4}")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to be found: in a searched text any of `forms`, in other fields of `spellings`.

    A box or a phone number has no spelling: only a searched text knows it in all of them.
    """

    forms: tuple[str, ...]
    spellings: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The word as it was typed, "" for what is none."""
        return self.spellings[0] if self.spellings else ""

    def within(self, fields: Sequence[str], model: type[Model]) -> Q:
        """Return the condition on `model` that one of `fields` has this term."""
        found: list[Any] = []
        for name in fields:
            if isinstance(get_fields_from_path(model, name)[-1], SearchedTextField):
                found += [(f"{name}__has", form) for form in self.forms]
            else:
                found += [(f"{name}__icontains", spelling) for spelling in self.spellings]
        return Q.create(found, connector=Q.OR) if found else Q(pk__in=[])

    def in_names(self, names: Sequence[str]) -> Q:
        """Return the condition that one of these lines has this term, in any of its spellings."""
        found: list[Any] = [
            (f"{name}__within", spelling) for name in names for spelling in self.spellings
        ]
        return Q.create(found, connector=Q.OR) if found else Q(pk__in=[])

    @property
    def is_short(self) -> bool:
        """Whether it is shorter than the parts that PostgreSQL's index knows."""
        return any(len(form) < TRIGRAM for form in self.forms)

    def at_beginnings(self) -> "Term":
        """Return this term as found at the beginnings of words only."""
        forms = [
            f"{before}{form}" if len(form) < TRIGRAM else form
            for form in self.forms
            for before in "\n "
        ]
        return Term(tuple(dict.fromkeys(forms)), self.spellings)

    def how_common(self) -> tuple[bool, bool, int]:
        """Return what sorts rare terms first, by guess: boxes and numbers, then long words."""
        return bool(self.word), not any(map(str.isdigit, self.word)), -len(self.word)


def matching(typed: str, fields: Sequence[str], model: type[Model]) -> Q:
    """Return the condition on `model` that what was `typed` is found in `fields`.

    Fields may be those of related records. The condition is short enough for every database.
    """
    either = Q()
    for terms in readings(typed, fields, model):
        condition = Q()
        for term in terms:
            condition &= term.within(fields, model)
        either |= condition
    return either


def readings(typed: str, fields: Sequence[str], model: type[Model]) -> list[list[Term]]:
    """Return the ways to read what was `typed`, each as the terms of which all must be found.

    Nothing that could be found is no way at all. Boxes and the like are read where `fields` have
    the searched text of an address, birth dates where they have that of a person.
    """
    typed = typed[:LONGEST]
    if "search_text" not in fields or not issubclass(model, PostalAddress):
        is_person = "search_text" in fields and issubclass(model, Person)
        words = [*_terms_of_words(typed, PERSON if is_person else ())]
        return list(filter(None, [words]))
    as_words = [*_terms(typed)]
    if not (found := _phone_in(typed)):
        return list(filter(None, [as_words]))
    written, digits = found
    number = Term((phone_line(digits),))
    as_phone = [number, *_terms(typed.replace(written, " ", 1))]
    # The digits may also be a box and a ZIP, unless they are grouped as no others are.
    return [as_phone] if _IN_GROUPS.fullmatch(written) else [as_words, as_phone]


def _phone_in(typed: str) -> tuple[str, str] | None:
    """Return a phone number in what was `typed`, as written and in digits, a US one in ten."""
    if not (found := _PHONE.search(typed)):
        return vanity_in(typed)
    digits = re.sub("[^0-9]", "", found[0])
    return found[0], digits.removeprefix("1") if len(digits) == 11 else digits


def words_of_insured(typed: str) -> list[tuple[Term, Term]]:
    """Return each word that was `typed`: as one of a patient, and as one of an insurance's name.

    One or two letters are found at the beginnings of words.
    """
    typed = typed[:LONGEST]
    of_patients = _terms_of_words(typed, PERSON)
    of_names = _terms_of_words(typed, (), [name_by(name_key)])
    return [
        (one.at_beginnings(), other.at_beginnings())
        for one, other in zip(of_patients, of_names, strict=True)
    ]


def _terms(typed: str) -> Iterator[Term]:
    for spelling, lines in boxes_in(typed):
        yield Term(lines)
        typed = typed.replace(spelling, " ", 1)
    yield from _terms_of_words(without_signs(typed), ADDRESS, [name_by(name_key)])


def _terms_of_words(
    typed: str, readers: Sequence[Reader], name_readers: Sequence[Reader] = ()
) -> Iterator[Term]:
    words = [*_split(typed)]
    names, forms = shared(words, name_readers), shared(words, readers)
    for at, word in enumerate(words):
        spellings = [word, *_other_spellings(word), *other_name(*words[at : at + 2]), *names[at]]
        standard = _in_standard_form(word) if readers is ADDRESS else ()
        lines = dict.fromkeys([*map(folded, spellings), *standard, *forms[at]])
        yield Term(tuple(lines), tuple(spellings))


def _other_spellings(word: str) -> Iterator[str]:
    """Return `word` without accents and without punctuation, where it has any."""
    if plain(word) != folded(word):
        yield plain(word)
    if any(map(str.isalpha, word)) and closed(word) not in {folded(word), plain(word)}:
        yield closed(word)


def _in_standard_form(word: str) -> Iterator[str]:
    """Return how the standard form of an address may have `word`."""
    zip_code, known = normal_zip(word), word.upper()
    if re.fullmatch("[0-9]{5}-[0-9]{4}", zip_code):
        # A card may have the last four digits where the list doesn't.
        yield from (zip_line(zip_code), zip_line(zip_code[:5]))
    for standard in (SUFFIXES, DIRECTIONS):
        if known in standard:
            yield street_word(standard[known])


def _split(typed: str) -> Iterator[str]:
    """Return the words, a quoted phrase as one; punctuation alone isn't a word."""
    words = (quoted or plain.strip(_AROUND) for quoted, plain in _WORDS.findall(typed))
    return islice((word for word in words if any(map(str.isalnum, word))), MOST_WORDS)
