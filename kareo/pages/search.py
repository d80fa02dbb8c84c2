"""What staff type from a card, as a condition on a list: words, a box number, a phone number.

Every word must be found in some field. A box, “Street” or “North” is found in any spelling, a phone
number and a ZIP in any punctuation.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Model, Q

from kareo.addresses import parse
from kareo.addresses.suffixes import SUFFIXES
from kareo.addresses.tables import DIRECTIONS
from kareo.records import PostalAddress
from kareo.records.fields import PhoneField, normal_zip

# Words beyond these are left out: each one is looked up in every field.
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

    Fields may be those of related records. The condition is short enough for every database.
    """
    typed = typed[:LONGEST]
    condition, rest = _boxes(typed, model)
    as_words = condition & _words(rest, fields, model)
    last_fields = {name: get_fields_from_path(model, name)[-1] for name in fields}
    phones = [name for name, field in last_fields.items() if isinstance(field, PhoneField)]
    if not phones or not (found := _PHONE.search(typed)):
        return as_words
    # The digits may also be a box and a ZIP: the words count as well.
    condition, rest = _boxes(typed.replace(found[0], " ", 1), model)
    number = _number(found[0])
    has_number = Q.create([(f"{name}__regex", number) for name in phones], connector=Q.OR)
    return as_words | (condition & has_number & _words(rest, fields, model))


def _boxes(typed: str, model: type[Model]) -> tuple[Q, str]:
    """Return the condition that the boxes in `typed` are those of the address, and the rest."""
    condition = Q()
    for spelling in _BOX.findall(typed) if issubclass(model, PostalAddress) else ():
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
        # A card may have the last four digits where the list doesn't.
        condition |= Q(zip_code__in=[zip_code, zip_code[:5]])
    if known in SUFFIXES:
        street = f" {SUFFIXES[known]}"
        condition |= Q(address_key__contains=f"{street} ") | Q(address_key__contains=f"{street}|")
    if known in DIRECTIONS:
        condition |= Q(address_key__contains=f" {DIRECTIONS[known]} ")
    return condition


def _split(typed: str) -> Iterator[str]:
    """Return the words, a quoted phrase as one; punctuation alone isn't a word."""
    words = (quoted or plain.strip(_AROUND) for quoted, plain in _WORDS.findall(typed))
    return islice((word for word in words if any(map(str.isalnum, word))), MOST_WORDS)


def _number(typed: str) -> str:
    """Return a pattern for these digits with anything between them; a leading 1 is left out."""
    digits = re.sub(r"[^0-9]", "", typed)
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return "[^0-9]*".join(digits)
