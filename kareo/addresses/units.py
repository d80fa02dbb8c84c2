"""Units and boxes among the words of an address: Suite 200, Floor 12, PO Box 12, RR 2 Box 15.

Each of the first three functions returns what stands at one position of the words, whose tags are
those of `grammar`, and the position after it.
"""

import re
from collections.abc import Callable

from kareo.addresses.grammar import match, matches, tags_of
from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.rules import FORMS
from kareo.addresses.words import without_th

_NAMES = delivery.NAMED_FLOORS | names.ROMAN | names.DIRECTIONS  # {what is written: its one form}


def unit_at(words: list[str], tags: str, at: int) -> tuple[list[str], int] | None:
    """Return the units written at `at`, such as ["STE 100", "STE 200"] for Suites 100 & 200."""
    if designator := match("designator", tags, at):
        kind = delivery.UNITS[words[at]]
        numbers, end = numbers_at(words, tags, designator.start("number"))
        if kind == "LEVEL" and numbers[0] in delivery.NAMED_FLOORS:
            kind = "FL"  # Lower Level is Lower Floor
        if kind in delivery.NAMED_PARTS:
            numbers = [_NAMES.get(number, number) for number in numbers]
        return [f"{kind} {number}" for number in numbers], end
    return ([delivery.UNITS[words[at]]], at + 1) if match("unit alone", tags, at) else None


def box_at(words: list[str], tags: str, at: int) -> tuple[list[str], int] | None:
    """Return the box at `at`, such as ["PO BOX 12"], ["RR 2 BOX 65"]."""
    for rule in ("box on route", "box, route", "box"):
        if found := match(rule, tags, at):
            return [written(rule, words, found)], found.end()
    return None


def written(rule: str, words: list[str], found: re.Match[str]) -> str:
    """Return what `rule` has found, in its form: RR 2 BOX 65 for RFD 02, Box 65."""
    read = {group: words[slice(*found.span(group))] for group in found.re.groupindex}
    return FORMS[rule].format(**{group: _WRITTEN[group](part) for group, part in read.items()})


def numbers_last(words: list[str]) -> list[str]:
    """Return `words` with 12TH FLOOR as FLOOR 12 and EAST TOWER as TOWER EAST."""
    if delivery.AFTER_THEIR_NUMBER.isdisjoint(words):
        return words
    for found in reversed(matches("number before", tags_of(words))):
        number = [without_th(word) for word in words[slice(*found.span("number"))]]
        words = [*words[: found.start()], words[found.end() - 1], *number, *words[found.end() :]]
    return words


def numbers_at(words: list[str], tags: str, at: int) -> tuple[list[str], int]:
    """Return the numbers at `at` and the position after them: 100, 100/200, 100 & 200."""
    numbers: list[str] = []
    found = match("number", tags, at)
    while found:
        number = _joined(words[slice(*found.span("number"))])
        numbers += number.split("/") if len(number) > 3 else [number]  # Unit 1/2 is one half
        at = found.end()
        found = match("one more", tags, at)
    return numbers, at


def _joined(words: list[str]) -> str:
    """Return the words of a number as one: 200B for 200 B, 10E for 10th East."""
    first, *rest = words
    rest = [names.DIRECTIONS.get(word, word) for word in rest if word not in delivery.NUMBER_SIGNS]
    return "".join([without_th(first), *rest])


# {group of a rule: how its words are written}
_WRITTEN: dict[str, Callable[[list[str]], str]] = {
    "number": _joined,
    "kind": lambda words: delivery.ROUTES[words[0]],
    "route": lambda words: without_th(words[0]).lstrip("0"),  # section 241: RR 03 is RR 3
    "name": "".join,
}
