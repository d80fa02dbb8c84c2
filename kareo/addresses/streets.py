"""The standard form of a street: its number, directions, name and suffix."""

import re
from typing import NamedTuple

from kareo.addresses.tables import (
    DIRECTIONS,
    FULL_DIRECTIONS,
    MILITARY_ZIPS,
    NUMBER_SIGNS,
    PUERTO_RICAN_ZIPS,
    SPANISH_AVENUES,
)
from kareo.addresses.tables.roads import (
    FIRST_WORDS,
    FUSED_ROADS,
    HIGHWAYS,
    KINDS_OF_ROUTE,
    LETTERED_ROADS,
    LONGEST_ROAD,
    ROAD_WORDS,
    ROADS,
)
from kareo.addresses.tables.suffixes import IN_FULL, PEOPLE, SUFFIXES
from kareo.addresses.words import is_number, without_th

_FUSED_ROAD = re.compile(r"([A-Z]{1,3})(\d+[A-Z]?)")
_DIRECTED_NUMBER = re.compile(r"(\d+)([NSEW])")  # County Road 1400N


class Where(NamedTuple):
    """What the place of an address says about how to read it."""

    state: str = ""  # its code
    town: tuple[str, ...] = ()  # its words
    is_puerto_rican: bool = False
    is_military: bool = False


def where_is(state: str, town: tuple[str, ...], zip5: str) -> Where:
    is_puerto_rican = zip5.startswith(PUERTO_RICAN_ZIPS) or (not zip5 and state == "PR")
    return Where(state, town, is_puerto_rican, zip5.startswith(MILITARY_ZIPS))


class Street(NamedTuple):
    """A street in its standard form."""

    number: str
    name: str  # 42 ST, N MARTINLUTHERKING BLVD
    is_sure: bool  # has a suffix, a direction or a number for its name


def street_of(number: str, words: list[str], where: Where) -> Street:
    """Return the street of a house number and the words after it, at least one."""
    last = last_word(words)
    if where.is_puerto_rican and words[0] in SPANISH_AVENUES and last:
        words = [*words[1 : last + 1], "AVE", *words[last + 1 :]]  # Avenida Sol is Sol Ave
    if len(words) == 2 and words[0] in DIRECTIONS and (grid := _DIRECTED_NUMBER.fullmatch(words[1])):
        words = [words[0], *grid.groups()]  # S 400E
    words, is_road = with_standard_road(words)
    last = last_word(words)
    has_suffix = bool(last) and not is_road and words[last] in SUFFIXES
    name = _name(words, last if has_suffix else -1)
    for written, standard in PEOPLE:
        name = name.replace(written, standard)
    directions = sum(map(DIRECTIONS.__contains__, words))
    is_told_by_name = 0 < directions < len(words) or any(map(is_number, words))
    return Street(number, name, has_suffix or is_road or is_told_by_name)


def first_word(words: list[str]) -> int:
    """Return the position of the first word that isn't a direction."""
    at = 0
    while at < len(words) and words[at] in DIRECTIONS:
        at += 1
    return at


def last_word(words: list[str]) -> int:
    """Return the position of the last word that isn't a direction, 0 where all but one are."""
    at = len(words) - 1
    while at and words[at] in DIRECTIONS:
        at -= 1
    return at


def road_of(words: list[str]) -> str:
    """Return `words` as `ROADS` may have them: STATE HWY for State Highway."""
    return " ".join([ROAD_WORDS.get(word, word) for word in words])


def with_standard_road(words: list[str]) -> tuple[list[str], bool]:
    """Return `words` with a numbered road in its one form, CR for County Road, and if there is."""
    first = first_word(words)
    fused = _FUSED_ROAD.fullmatch(words[first]) if first < len(words) else None
    if fused and fused[1] in FUSED_ROADS:
        words = [*words[:first], fused[1], fused[2], *words[first + 1 :]]
    if FIRST_WORDS.isdisjoint([ROAD_WORDS.get(word, word) for word in words]):
        return words, False
    for at in range(first + 1, len(words)):
        called, end = words[at], at
        while words[end - 1] in NUMBER_SIGNS and end > first:
            end -= 1
        for start in range(max(end - LONGEST_ROAD, first), end):
            road = ROADS.get(road_of(words[start:end]))
            if road and called not in NUMBER_SIGNS and _may_be_called(road, called):
                kind = KINDS_OF_ROUTE.get(words[start - 1], "") if start > first else ""
                before = words[: start - bool(kind)]  # Business Hwy 71
                after = [KINDS_OF_ROUTE.get(word, word) for word in words[at + 1 :]]
                directed = _DIRECTED_NUMBER.fullmatch(called)
                number = directed.groups() if directed else [called]
                return [*before, *road.split(), *number, *after, *([kind] if kind else [])], True
    return words, False


def _may_be_called(road: str, called: str) -> bool:
    is_short = called not in SUFFIXES and len(called) <= LETTERED_ROADS.get(road, 0)
    return is_number(called) or is_short


def _name(words: list[str], suffix_at: int) -> str:
    """Return the words in their standard form, those of the name proper written as one.

    As one, because Oak Ridge is Oakridge and F. D. is FD. Directions, numbers and the suffix
    stand by themselves: E St isn't Est.
    """
    name: list[str] = []
    before = ""  # what the last part of `name` is
    # South Avenue N of Chicago, and West Loop South, have a direction in front.
    is_led = (suffix_at == len(words) - 2 and len(words[-1]) == 1) or words[suffix_at] == "LOOP"
    for at, word in enumerate(words):
        joins = False
        if at == 0 and suffix_at == 1 and word in DIRECTIONS and not is_led:
            # South St isn't S St.
            part, kind = word if len(word) == 1 else FULL_DIRECTIONS[DIRECTIONS[word]], "name"
        elif part := DIRECTIONS.get(word, ""):
            kind = "direction"
            # N. West 4th St, but not N West St
            joins = before == kind and at + 1 != suffix_at and name[-1] + part in DIRECTIONS
        elif at != suffix_at and word.isalpha() and not _is_of_number(words, at):
            part, kind = IN_FULL.get(word, word), "name"
            joins = before == kind
        else:
            part, kind = without_th(SUFFIXES.get(word, word)), ""
        if joins:
            name[-1] += part
        else:
            name.append(part)
        before = kind
    return " ".join(name)


def _is_of_number(words: list[str], at: int) -> bool:
    """Tell whether the word at `at` is a road before its number: a Highway, a Calle."""
    return road_of(words[at : at + 1]) in HIGHWAYS and any(map(is_number, words[at + 1 :]))
