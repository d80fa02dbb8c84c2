"""What staff type from a card, as a condition on a list: words, a box number, a phone number.

Every word must be found, in whichever field. Beside its plain spelling a word may stand for more:
a box, “Street” or “North” is found however it is spelt, a phone number and a ZIP however they are
punctuated.
"""

import re
from collections.abc import Iterator, Sequence

from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Model, Q

from kareo.addresses import parse
from kareo.addresses.suffixes import SUFFIXES
from kareo.addresses.tables import DIRECTIONS
from kareo.records import PostalAddress
from kareo.records.fields import PhoneField, normal_zip

# More is no search, and each word asks every field.
MOST_WORDS = 12
LONGEST = 200  # characters

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_AROUND = " \t.,;:()[]{}<>\"'–—-"  # what a copied line has around its words
_BOX = re.compile(
    r"\b(?:(?:p\.?\s*o\.?|post\s+office|lock)\s*)?box\s*#?\s*\d[\w-]*|\bp\.?o\.?b\.?\s*#?\s*\d[\w-]*",
    re.IGNORECASE,
)
# From seven digits, which a phone number has at least, to what a phone field can hold.
_PHONE = re.compile(r"\+?\(?[0-9](?:[ ().+/-]{0,3}[0-9]){6,14}(?![0-9])")


def matching(typed: str, fields: Sequence[str], model: type[Model]) -> Q:
    """Return the condition on `model` that what was `typed` is found in `fields`.

    `fields` are looked up as parts of their text; may be of related records. Whatever was typed,
    the condition is short enough for every database.
    """
    typed = typed[:LONGEST]
    condition, rest = _boxes(typed, model)
    as_words = condition & _words(rest, fields, model)
    phones = [name for name in fields if _is_phone(model, name)]
    if phones and (found := _PHONE.search(typed)):
        # It may have been a box and a ZIP: the words count as well.
        condition, rest = _boxes(typed.replace(found[0], " ", 1), model)
        number = _number(found[0])
        has_number = Q.create([(f"{name}__regex", number) for name in phones], connector=Q.OR)
        return as_words | (condition & has_number & _words(rest, fields, model))
    return as_words


def _boxes(typed: str, model: type[Model]) -> tuple[Q, str]:
    """Return the condition that the boxes in `typed` are those of the address, and the rest."""
    condition = Q()
    if not issubclass(model, PostalAddress):
        return condition, typed
    for spelling in _BOX.findall(typed):
        if box := parse(spelling, "", "", "", "").box:
            condition &= Q(address_key__contains=box)
            typed = typed.replace(spelling, " ", 1)
    return condition, typed


def _words(typed: str, fields: Sequence[str], model: type[Model]) -> Q:
    condition = Q()
    for word in _split(typed):
        found = Q.create([(f"{name}__icontains", word) for name in fields], connector=Q.OR)
        if issubclass(model, PostalAddress):
            found |= _as_address(word)
        condition &= found
    return condition


def _as_address(word: str) -> Q:
    """Return the condition that `word` is part of the address in another spelling."""
    condition, zip_code, known = Q(), normal_zip(word), word.upper()
    if len(zip_code) == len("12345-6789"):
        # A card may have the last four where the list hasn't.
        condition |= Q(zip_code__in=[zip_code, zip_code[:5]])
    if known in SUFFIXES:
        street = f" {SUFFIXES[known]}"
        condition |= Q(address_key__contains=f"{street} ") | Q(address_key__contains=f"{street}|")
    if known in DIRECTIONS:
        condition |= Q(address_key__contains=f" {DIRECTIONS[known]} ")
    return condition


def _split(typed: str) -> Iterator[str]:
    """Yield the words, and what stands in quotes as one; punctuation alone is no word."""
    found = 0
    for quoted, plain in _WORDS.findall(typed):
        word = quoted or plain.strip(_AROUND)
        if any(map(str.isalnum, word)):
            yield word
            found += 1
        if found == MOST_WORDS:
            return


def _is_phone(model: type[Model], name: str) -> bool:
    return isinstance(get_fields_from_path(model, name)[-1], PhoneField)


def _number(typed: str) -> str:
    """Return a pattern for these digits, whatever stands between them; a leading 1 is left out."""
    digits = re.sub(r"[^0-9]", "", typed)
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return "[^0-9]*".join(digits)
