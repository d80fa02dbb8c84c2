"""The text that a record is searched in, line by line.

Each line of it holds what one field says, in small letters; names again without accents and closed
up, where that differs. Lines in capitals hold standard forms, which no word that is typed is found
in by accident.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator

from kareo.addresses.tables.names import DIRECTIONS
from kareo.addresses.tables.suffixes import SUFFIXES
from kareo.records.texts.phones import phone_digits
from kareo.records.texts.roads import is_lettered

_DIRECTIONS = frozenset(DIRECTIONS.values())
_STREET_WORDS = _DIRECTIONS.union(SUFFIXES.values())
_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
_LEFT_OUT = dict.fromkeys(map(ord, " '’.,-/&"))
# Written as one word: an index finds STE200 sooner than STE and 200.
_BEFORE_NUMBER = re.compile(r" (?=[^ ]*\d|[A-Z](?: |$))")


def folded(text: object) -> str:
    """Return `text` as the searched text has it, whatever its case."""
    return str(text or "").casefold()


def plain(text: object) -> str:
    """Return `text` folded and without accents.

    >>> plain("Peña")
    'pena'
    """
    if (small := folded(text)).isascii():
        return small
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))


def closed(text: object) -> str:
    """Return `text` plain and without what people write or leave out in names and numbers.

    >>> closed("O'Brien"), closed("de la Peña")
    ('obrien', 'delapena')
    """
    return plain(text).translate(_LEFT_OUT)


def zip_line(zip_code: str) -> str:
    """Return the line of a ZIP, with its end: a ZIP of five digits begins one of nine."""
    return f"Z{zip_code}\n"


def box_line(box: str) -> str:
    """Return the line of a box in standard form, short: an index finds it by its number.

    >>> box_line("PO BOX 12"), box_line("RR 2 BOX 15")
    ('P12', 'RR2BOX15')
    """
    return box.replace("PO BOX ", "P").replace(" ", "")


def street_word(word: str) -> str:
    """Return how the line of street words has one of them, or several in a row."""
    return f" {word} "


def ordinal(number: str) -> str:
    """Return how the line of street words has the number that is a street's name."""
    return f"{number}TH"


def road_word(road: str, number: str) -> str:
    """Return how the line of street words has a numbered road: CR634."""
    return f"{road}{number}"


def unit_line(units: str) -> str:
    """Return the line of units in standard form; that of one unit is part of it.

    >>> unit_line("FL 12 STE 200"), unit_line("STE 200")
    ('/FL12/STE200/', '/STE200/')
    """
    return f"/{_BEFORE_NUMBER.sub('', units).replace(' ', '/')}/"


def phone_line(phone: str) -> str:
    """Return the digits of a phone number as letters, so that no other number is found in them.

    >>> phone_line("(800) 555-0101")
    'IAAFFFABAB'
    """
    return phone_digits(phone).translate(_LETTERS)


def birth_line(day: datetime.date) -> str:
    """Return a birth date as letters, too.

    >>> birth_line(datetime.date(1961, 7, 4))
    'BORNBJGBAHAE'
    """
    return "BORN" + day.isoformat().replace("-", "").translate(_LETTERS)


def searched_text(
    values: Iterable[object],
    zip_code: str = "",
    address_key: str = "",
    phone: str = "",
    name_key: str = "",
) -> str:
    """Return the text in which an entry of an insurance list with these values is found.

    >>> key = "92617|PO BOX 12|7 N FERNOAK DR|STE 200"
    >>> searched_text(["7 N Fern Oak Dr"], "92617", key, "800-555-0101").replace("\\n", ";")
    ';7 n fern oak dr;800-555-0101;Z92617;P12;fernoak; N DR ;/STE200/;IAAFFFABAB;'
    """
    lines = [*_said([*values, phone], [name_key])]
    if zip_code:
        lines.append(zip_line(zip_code).strip())
    # A key may be of a version that read addresses otherwise.
    _place, box, street, units, *_ = (*address_key.split("|"), "", "", "", "")
    if box:
        lines.append(box_line(box))
    for one in filter(None, street.split(" & ")):
        lines += _street_lines(one, "\n".join(lines))
    if units:
        lines.append(unit_line(units))
    if phone:
        lines.append(phone_line(phone))
    return "\n".join(["", *lines, ""])


def text_of_person(values: Iterable[object], born: datetime.date | None) -> str:
    """Return the text in which a patient with these names and numbers is found.

    >>> text_of_person(["O'Brien", "Pat"], datetime.date(1961, 7, 4)).split()
    ["o'brien", 'pat', 'obrien', 'BORNBJGBAHAE']
    """
    values = [*values]
    lines = [*_said(values, map(closed, values))]
    if born:
        lines.append(birth_line(born))
    return "\n".join(["", *lines, ""])


def _said(values: Iterable[object], keys: Iterable[str]) -> list[str]:
    """Return a line for each of `values`, and for what of `keys` these don't say already."""
    spelled = (line for value in values if value for line in (folded(value), plain(value)))
    lines = [*dict.fromkeys(spelled)]
    for key in keys:
        if key and not any(key in line for line in lines):
            lines.append(key)
    return lines


def _street_lines(street: str, said: str) -> Iterator[str]:
    """Yield the lines of a street in standard form, without what is `said` already.

    Its name proper is one word in small letters, as it may be typed. Directions, suffixes and
    numbers are in one line in capitals.
    """
    number, *words = street.split(" ")
    standard = [] if number.casefold() in said else [number]
    before = ""
    for word in words:
        if word in _STREET_WORDS or is_lettered(word):
            standard.append(word)
        elif not any(map(str.isdigit, word)):
            if word.casefold() not in said:
                yield word.casefold()
        elif word.isdecimal() and before in {"", *_DIRECTIONS}:
            standard.append(ordinal(word))
        else:  # of a road, as in `road_word`
            standard.append(road_word(before, word))
        before = word
    if standard:
        yield street_word(" ".join(standard))
