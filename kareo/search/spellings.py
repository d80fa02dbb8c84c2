"""Other spellings of what is typed from a card: boxes, units, roads, saints, birth dates.

The address reader puts what is typed into the form in which it is stored. What several words say
together is one more way to find each of them: what the words find by themselves stays found.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from kareo.addresses import parse
from kareo.records.texts.dates import dates_in
from kareo.records.texts.lines import birth_line, box_line, folded, ordinal, street_word, unit_line
from kareo.records.texts.roads import road_in

Reader: TypeAlias = Callable[[str], Iterator[str]]

MOST_TOGETHER = 4  # words: Mail Stop Code 31, Farm to Market 1960, Jul 4 1961
A_MILITARY_ZIP = "09499"  # there, Unit 2050 Box 4190 is one box

_NUMBER = r"\s*(?:#|no\.?|number)?\s*"
_PO = r"(?:p\.?\s*o\.?|post\s+office)"
_ROUTE = (
    r"(?:r\.?\s*r\.?|r\.?f\.?d\.?|(?:rural|star)\s+r(?:ou)?te\.?|r(?:ou)?te\.?|rt\.?"
    r"|(?:h\.?c\.?|highway\s+contract)(?:\s+r(?:ou)?te\.?)?|p\.?s\.?c\.?|c\.?m\.?r\.?|unit)"
)
_IN_BOX = r"(?:[0-9][\w-]*|[a-z]{1,2}[\s-]?[0-9][\w-]*)"
_BOX = re.compile(
    rf"\b{_ROUTE}{_NUMBER}[0-9]+\w*\s*,?\s*(?:box|bx){_NUMBER}{_IN_BOX}"
    rf"|\b(?:(?:{_PO}|lock)\s*)?(?:box|bx|drawer|lockbox){_NUMBER}{_IN_BOX}"
    rf"|\b{_PO}\s*(?:box|bx|drawer|bin|caller){_NUMBER}(?:{_IN_BOX}|[a-z]{{1,2}}\b)"
    rf"|\b(?:p\.?o\.?b\.?|caller(?:\s+(?:box|service|number)))\s*#?\s*[0-9][\w-]*"
    r"|\bgen(?:eral)?\.?\s+del(?:ivery)?\b",
    re.IGNORECASE,
)

_DESIGNATOR = (
    r"suites?|ste|apartment|apt|unit|room|rm|office|ofc|pmb|floor|flr?|level|lvl|building|bldg|tower"
    r"|twr|wing|department|dept|mail|mailstop|m/?s|mc|lot|space|spc|trailer|trlr|penthouse|ph"
)
_UNIT = re.compile(
    rf"#.+|(?:{_DESIGNATOR})(?![a-z]).*|.+\s(?:floor|flr?|level|tower|wing|building|bldg)",
    re.IGNORECASE,
)
_NUMBER_SIGN = re.compile(rf"\b({_DESIGNATOR})\.?\s*#\s*", re.IGNORECASE)
_ROAD = re.compile(r"[a-z][a-z. -]*(?:[0-9]+[a-z]?|[ -][a-z]{1,2})", re.IGNORECASE)
_ORDINAL = re.compile(r"\S*(?:st|nd|rd|th)|[a-z]+ty \S+", re.IGNORECASE)

# Each as often written the other way.
_SHORTENED = {"saint": "st", "mount": "mt", "fort": "ft"}
_IN_FULL = {short: full for full, short in _SHORTENED.items()}


def boxes_in(typed: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each box or route in what was `typed`, as written, with the lines that it is found by.

    >>> [*boxes_in("Aetna R.R. 2, Box 65 Troy")]
    [('R.R. 2, Box 65', ('RR2BOX65',))]
    """
    for spelling in _BOX.findall(typed):
        boxes = (parse(spelling, "", "", "", place).box for place in ("", A_MILITARY_ZIP))
        lines = [line for box in boxes if box for line in _box_lines(box, spelling)]
        if lines:
            yield spelling, tuple(dict.fromkeys(lines))


def _box_lines(box: str, spelling: str) -> Iterator[str]:
    yield box_line(box)
    if folded(spelling).startswith(("box", "bx")):  # of some route
        yield box_line(box.removeprefix("PO "))


def without_signs(typed: str) -> str:
    """Return what was `typed` with Suite 200 in place of Suite #200."""
    return _NUMBER_SIGN.sub(r"\1 ", typed)


def shared(words: Sequence[str], readers: Sequence[Reader]) -> list[list[str]]:
    """Return, for each of `words`, the forms of what `readers` take it for with its neighbors.

    >>> shared(["Aetna", "Suite", "200"], ADDRESS)
    [[], ['/STE200/'], ['/STE200/']]
    """
    forms: list[list[str]] = [[] for _ in words]
    for count in range(1, MOST_TOGETHER + 1):
        for start in range(len(words) - count + 1):
            together = forms[start : start + count]
            text = " ".join(words[start : start + count])
            for form in (form for read in readers for form in read(text)):
                # Fewer of these words may have said it: the others aren't part of it.
                if not any(form in own for own in together):
                    for own in together:
                        own.append(form)
    return forms


def name_by(key: Callable[[str], str]) -> Reader:
    """Return a reader of names in which `key` leaves out or changes a word.

    >>> [*name_by(lambda name: name.replace(" and ", "").replace(" ", ""))("Cross and Blue")]
    ['CrossBlue']
    """

    def read(text: str) -> Iterator[str]:
        words = text.split(" ")
        # What a part of these words says already is no other name.
        parts = ((words[:at], words[at:]) for at in {1, len(words) - 1})
        known = {"".join(key(" ".join(part)) for part in both if part) for both in parts}
        if (name := key(text)) not in known:
            yield name

    return read


def other_name(word: str, following: str = "") -> Iterator[str]:
    """Yield how else Saint Louis may begin, with what follows: St Louis and St. Louis."""
    if following and (short := _SHORTENED.get(folded(word))):
        yield from (f"{short} {folded(following)}", f"{short}. {folded(following)}")
    elif following and (full := _IN_FULL.get(folded(word))):
        yield f"{full} {folded(following)}"


def unit(text: str) -> Iterator[str]:
    """Yield the standard form of a suite, a floor and the like."""
    if _UNIT.fullmatch(text):
        read = parse(text, "", "", "", "")
        if len(read.units) == 1 and not read.box and not read.street:
            yield unit_line(read.units[0])


def road(text: str) -> Iterator[str]:
    """Yield the standard form of a road: CR634 of County Road 634, CRKK of Cty Rd KK."""
    if _ROAD.fullmatch(text) and (found := road_in(text)):
        yield street_word(found)


def numbered_street(text: str) -> Iterator[str]:
    """Yield the standard form of a number that is a street's name: 5th, Fifth."""
    if _ORDINAL.fullmatch(text):
        street = parse(f"1 {text} St", "", "", "", "").street
        if found := re.fullmatch(r"1 ([0-9]+) ST", street):
            yield street_word(ordinal(found[1]))


def birth_date(text: str) -> Iterator[str]:
    """Yield the lines of what may be a birth date as the US writes it; of '61 in either century.

    >>> [*birth_date("7/4/1961")] == [*birth_date("Jul 4 1961")] == ["BORNBJGBAHAE"]
    True
    """
    yield from map(birth_line, dates_in(text))


ADDRESS: tuple[Reader, ...] = (unit, road, numbered_street)
PERSON: tuple[Reader, ...] = (birth_date,)
