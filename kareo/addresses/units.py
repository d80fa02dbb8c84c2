"""Units and boxes among the words of an address: Suite 200, Floor 12, PO Box 12, RR 2 Box 15.

Each function looks at the words from one position on and returns what stands there and the position
after it, or None.
"""

import re

from kareo.addresses.grammar import (
    ALONE,
    BOX,
    BOX_BEFORE_ROUTE,
    BOX_ON_ROUTE,
    DESIGNATOR,
    ONE_MORE,
    ONE_NUMBER,
)
from kareo.addresses.tables import BUILDING_PARTS, DIRECTIONS, NAMED_FLOORS, NUMBER_SIGNS, ROMAN, ROUTES, UNITS
from kareo.addresses.words import without_th

_NAMES = NAMED_FLOORS | ROMAN | DIRECTIONS  # {what is written: the one form}


def unit_at(words: list[str], tags: str, at: int) -> tuple[list[str], int] | None:
    """Return the units written at `at`, such as ["STE 100", "STE 200"] for Suites 100 & 200."""
    if designator := DESIGNATOR.match(tags, at):
        kind = UNITS[words[at]]
        numbers, end = _numbers_at(words, tags, designator.end())
        if kind in {"FL", "LEVEL"} or kind in BUILDING_PARTS:
            if kind == "LEVEL" and numbers[0] in NAMED_FLOORS:
                kind = "FL"  # Lower Level is Lower Floor
            numbers = [_NAMES.get(number, number) for number in numbers]
        return [f"{kind} {number}" for number in numbers], end
    return ([UNITS[words[at]]], at + 1) if ALONE.match(tags, at) else None


def bare_unit_at(words: list[str], tags: str, at: int) -> tuple[list[str], int]:
    """Return the number at `at` as a unit without designator: 100 Main St, 200."""
    numbers, end = _numbers_at(words, tags, at)
    return [f"STE {number}" for number in numbers], end


def box_at(words: list[str], tags: str, at: int) -> tuple[str, int] | None:
    """Return the box at `at`: PO BOX 12, RR 2 BOX 65."""
    found = BOX_ON_ROUTE.match(tags, at) or BOX_BEFORE_ROUTE.match(tags, at) or BOX.match(tags, at)
    if not found:
        return None
    number = _joined(words, found, "box")
    if found.re is BOX:
        return f"PO BOX {number}", found.end()
    route = without_th(words[found.start("route")]).lstrip("0")  # section 241: RR 03 is RR 3
    return f"{ROUTES[words[found.start('kind')]]} {route} BOX {number}", found.end()


def _numbers_at(words: list[str], tags: str, at: int) -> tuple[list[str], int]:
    """Return the numbers at `at` and the position after them: 100, 100/200, 100 & 200."""
    found = ONE_NUMBER.match(tags, at)
    assert found
    numbers = _single(_joined(words, found))
    while more := ONE_MORE.match(tags, found.end()):
        number = _joined(words, more, "more")
        if number.isalpha() and len(numbers[-1]) > 1:
            break  # Suite 200 and C
        numbers.append(number)
        found = more
    return numbers, found.end()


def _single(number: str) -> list[str]:
    """Return the numbers of Suite 100/200; Unit 1/2 is one half."""
    return number.split("/") if len(number) > 3 else [number]


def _joined(words: list[str], found: re.Match[str], group: int | str = 0) -> str:
    """Return the words of a number as one: 200B for 200 B, 10E for 10th East."""
    first, *rest = words[found.start(group) : found.end(group)]
    rest = [DIRECTIONS.get(word, word) for word in rest if word not in NUMBER_SIGNS]
    return "".join([without_th(first), *rest])
