"""The standard form of a street: its number, directions, name and suffix."""

import re
from typing import NamedTuple

from kareo.addresses.states import STATE_CODES, STATES
from kareo.addresses.suffixes import CLOSING, IN_FULL, SUFFIXES
from kareo.addresses.tables import (
    BEFORE_ROAD,
    DIRECTIONS,
    FUSED_ROADS,
    HIGHWAYS,
    LEADING_DIRECTIONS,
    NUMBERED_ROADS,
    SAINTS,
    SPANISH_AVENUES,
)
from kareo.addresses.words import is_number, is_ordinal, without_th

_HIGHWAY_WORDS = {name.split()[0] for name in [*HIGHWAYS, *STATE_CODES]}
_STATE_ROADS = {"HWY": "SR", "RTE": "SR", "SR": "SR", "RD": "SR", "CR": "CR", "": "SR"}
_PROPER, _DIRECTION = "proper", "direction"  # parts of a street's name
_FUSED_ROAD = re.compile(r"([A-Z]{1,3})(\d+[A-Z]?)")


class Street(NamedTuple):
    """A street in its standard form."""

    number: str
    name: str  # 42 ST, N MARTINLUTHERKING BLVD
    suffix: str  # as in `name`, or ""
    is_sure: bool  # has a suffix, a direction or a number for its name


def is_road_number(name: list[str], word: str, following: str) -> bool:
    """Tell whether a number or letter goes with the street name before it, or is a unit after it.

    It does in 42nd St, Avenue A, Highway 121, County Road 5, Loop 310 and Upper 42 St, not in
    Main St 5.
    """
    start = _first_word(name)
    if start == len(name) or is_ordinal(word):
        return True
    before = SUFFIXES.get(name[-1], name[-1])
    if len(name) == start + 1 and name[-1] in SUFFIXES:
        return True
    if name[-1] not in SUFFIXES and (not is_number(word) or following in SUFFIXES):
        return True  # or an initial: John Q Adams Dr
    return before in NUMBERED_ROADS or (before == "RD" and name[-2] in BEFORE_ROAD)


def street_of(number: str, words: list[str], is_puerto_rican: bool = False) -> Street:
    """Return the street of a house number and the words after it, at least one."""
    words = _in_standard_order(_without_what_follows(words), is_puerto_rican)
    last = _last_word(words)
    suffix = SUFFIXES.get(words[last], "") if last else ""
    words, road = _with_standard_road(words)
    name = _name(words, last if suffix and not road else -1)
    return Street(number, name, suffix, bool(suffix or road) or _is_told_by_name(words))


def _in_standard_order(words: list[str], is_puerto_rican: bool) -> list[str]:
    """Return `words` with the direction of No. Main St as one, and Avenida Sol as Sol Ave."""
    if words[0] in LEADING_DIRECTIONS and len(words) > 1:
        return [LEADING_DIRECTIONS[words[0]], *words[1:]]
    if is_puerto_rican and words[0] in SPANISH_AVENUES and (last := _last_word(words)):
        return [*words[1 : last + 1], "AVE", *words[last + 1 :]]
    return words


def _is_told_by_name(words: list[str]) -> bool:
    """Tell whether a direction beside a name, or a number, shows that `words` are a street."""
    directions = sum(map(DIRECTIONS.__contains__, words))
    return 0 < directions < len(words) or any(map(is_number, words))


def _first_word(words: list[str]) -> int:
    """Return the position of the first word that isn't a direction."""
    at = 0
    while at < len(words) and words[at] in DIRECTIONS:
        at += 1
    return at


def _last_word(words: list[str]) -> int:
    """Return the position of the last word that isn't a direction, 0 where all but one are."""
    at = len(words) - 1
    while at and words[at] in DIRECTIONS:
        at -= 1
    return at


def _without_what_follows(words: list[str]) -> list[str]:
    """Cut a name that came along after the street: 350 Main Ave Liberty Tower."""
    for at in range(len(words) - 2, 0, -1):
        if SUFFIXES.get(words[at]) not in CLOSING or _first_word(words) == at:
            continue
        if words[at] != "ST" or words[at + 1] not in SAINTS:
            end = at + 1
            while end < len(words) and _belongs_to_street(words[end]):
                end += 1
            return words[:end]
    return words


def _belongs_to_street(word: str) -> bool:
    return word in DIRECTIONS or word in SUFFIXES or len(word) == 1 or is_number(word)


def _with_standard_road(words: list[str]) -> tuple[list[str], str]:
    """Return `words` with a numbered road in one word, CR for County Road, and that or ""."""
    start = _first_word(words)
    if start == len(words):
        return words, ""
    fused = _FUSED_ROAD.fullmatch(words[start])
    if fused and (fused[1] in FUSED_ROADS or fused[1] in STATES):
        words = [*words[:start], fused[1], fused[2], *words[start + 1 :]]
    elif SUFFIXES.get(words[start], words[start]) not in _HIGHWAY_WORDS:
        return words, ""
    for at in range(start + 1, len(words)):
        if is_number(words[at]) or len(words[at]) == 1:
            road = _road(words[start:at])
            return ([*words[:start], road, *words[at:]], road) if road else (words, "")
    return words, ""


def _road(words: list[str]) -> str:
    """Return the standard of State Rd or Kentucky Highway, "" where it isn't a numbered road."""
    standard = [SUFFIXES.get(word, word) for word in words]
    if road := HIGHWAYS.get(" ".join(standard)):
        return road
    for length in (1, 2):
        if " ".join(words[:length]) in STATE_CODES:
            rest = " ".join(standard[length:])
            return _STATE_ROADS.get(HIGHWAYS.get(rest, rest), "")
    return ""


def _name(words: list[str], suffix_at: int) -> str:
    """Return the words in their standard form, those of the name proper written as one.

    As one, because Oak Ridge is Oakridge and F. D. is FD. Directions, numbers and the suffix
    stand by themselves: E St isn't Est.
    """
    name: list[str] = []
    before = ""  # what the last part of `name` is
    for at, word in enumerate(words):
        joins = False
        if direction := DIRECTIONS.get(word):
            part, kind = direction, _DIRECTION
            if before == _DIRECTION and at + 1 != suffix_at:
                joins = name[-1] + part in DIRECTIONS  # N. West 4th St, but not N West St
        elif at != suffix_at and word.isalpha() and not _is_numbered_road_at(words, at):
            part, kind = IN_FULL.get(word, word), _PROPER
            joins = before == _PROPER
        else:
            part, kind = without_th(SUFFIXES.get(word, word)), ""
        if joins:
            name[-1] += part
        else:
            name.append(part)
        before = kind
    return " ".join(name)


def _is_numbered_road_at(words: list[str], at: int) -> bool:
    """Tell whether the word at `at` is a Highway or a Calle with a number to come."""
    standard = SUFFIXES.get(words[at], words[at])
    return standard in NUMBERED_ROADS and any(map(is_number, words[at + 1 :]))
