"""The standard form of a street: its number, directions, name and suffix."""

import re
from typing import NamedTuple

from kareo.addresses.roads import (
    BEFORE_ROAD,
    FIRST_WORDS,
    FUSED_ROADS,
    HIGHWAYS,
    KINDS_OF_ROUTE,
    LETTERED_ROADS,
    MOST_WORDS_OF_ROAD,
    NUMBERED_ROADS,
    STATE_ROADS,
)
from kareo.addresses.states import STATE_CODES, STATES
from kareo.addresses.suffixes import CLOSING, IN_FULL, PEOPLE, SUFFIXES
from kareo.addresses.tables import (
    DEPARTMENTS,
    DIRECTIONS,
    LONE_FLOORS,
    MILITARY_ZIPS,
    NAME_ENDS,
    NUMBER_SIGNS,
    PUERTO_RICAN_ZIPS,
    SAINTS,
    SPANISH_AVENUES,
    UNITS,
)
from kareo.addresses.words import is_number, is_ordinal, without_th

_PROPER, _DIRECTION = "proper", "direction"  # parts of a street's name
_FUSED_ROAD = re.compile(r"([A-Z]{1,3})(\d+[A-Z]?)")
_DIRECTED_NUMBER = re.compile(r"(\d+)([NSEW])")  # County Road 1400N


_DIRECTIONS_IN_FULL = {
    "N": "NORTH",
    "S": "SOUTH",
    "E": "EAST",
    "W": "WEST",
    "NE": "NORTHEAST",
    "NW": "NORTHWEST",
    "SE": "SOUTHEAST",
    "SW": "SOUTHWEST",
}


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
    suffix: str  # as in `name`, or ""
    is_sure: bool  # has a suffix, a direction or a number for its name


def is_road_number(name: list[str], word: str, following: str, state: str = "") -> bool:
    """Tell whether a number or letter goes with the street name before it, or is a unit after it.

    It does in 42nd St, Avenue A, Highway 121, County Road 5, Loop 310 and Upper 42 St, not in
    Main St 5.
    """
    start = _first_word(name)
    if start == len(name) or is_ordinal(word):
        return True
    while len(name) > 1 and name[-1] in NUMBER_SIGNS:
        name = name[:-1]  # US Highway No. 130
    called = STATE_CODES.get(" ".join(name[start:]))
    if state and called == state and is_number(word):
        return True  # Maryland 760
    if len(name) == start + 1 and name[-1] in SUFFIXES:
        return True
    if name[-1] not in SUFFIXES and (not is_number(word) or following in SUFFIXES):
        return True  # or an initial: John Q Adams Dr
    return takes_number(name)


def is_road(name: list[str]) -> bool:
    """Tell whether all of `name` is a road before its number: County Rd, not East West Highway."""
    first = _first_word(name)
    return first < 2 and " ".join(SUFFIXES.get(word, word) for word in name[first:]) in HIGHWAYS


def takes_number(name: list[str]) -> bool:
    """Tell whether what `name` ends with is called by a number: Highway, County Rd."""
    before = SUFFIXES.get(name[-1], name[-1])
    return before in NUMBERED_ROADS or (
        before == "RD" and name[-2:-1] != [] and name[-2] in BEFORE_ROAD
    )


def street_of(number: str, words: list[str], where: Where) -> Street:
    """Return the street of a house number and the words after it, at least one."""
    words = _in_standard_order(words, where.is_puerto_rican)
    words, road = _with_standard_road(words)
    last = _last_word(words)
    suffix = SUFFIXES.get(words[last], "") if last and not road else ""
    name = _name(words, last if suffix else -1)
    for written, standard in PEOPLE:
        name = name.replace(written, standard)
    return Street(number, name, suffix, bool(suffix or road) or _is_told_by_name(words))


def _in_standard_order(words: list[str], is_puerto_rican: bool) -> list[str]:
    """Return `words` with Avenida Sol as Sol Ave."""
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


def length_of_street(words: list[str], town: tuple[str, ...]) -> int:
    """Return how many of `words` are a street, before a name that came along: 350 Main Ave Hall.

    What isn't known to name nobody's place stays.
    """
    if town and len(town) < len(words) - 1 and tuple(words[-len(town) :]) == town:
        words = words[: -len(town)]  # its city, pasted
    last = words[-1]
    if (words[_last_word(words)] in SUFFIXES and last not in NAME_ENDS) or not _ends_name(last):
        return len(words)
    for at in range(len(words) - 2, 0, -1):
        if SUFFIXES.get(words[at]) not in CLOSING or _first_word(words) == at:
            continue
        if words[at] == "ST" and words[at + 1] in SAINTS:
            continue
        end = at + 1
        while end < len(words) and _belongs_to_street(words[end]):
            end += 1
        return len(words) if _with_standard_road(words)[1] else end
    return len(words)


def _ends_name(word: str) -> bool:
    return any(word in known for known in (NAME_ENDS, DEPARTMENTS, LONE_FLOORS, UNITS))


def _belongs_to_street(word: str) -> bool:
    return word in DIRECTIONS or word in SUFFIXES or len(word) == 1 or is_number(word)


def _with_standard_road(words: list[str]) -> tuple[list[str], str]:
    """Return `words` with a numbered road in its one form, CR for County Road, and that or ""."""
    first = _first_word(words)
    fused = _FUSED_ROAD.fullmatch(words[first]) if first < len(words) else None
    if fused and (fused[1] in FUSED_ROADS or fused[1] in STATES):
        words = [*words[:first], fused[1], fused[2], *words[first + 1 :]]
    if FIRST_WORDS.isdisjoint([SUFFIXES.get(word, word) for word in words]):
        return words, ""
    for at in range(first + 1, len(words)):
        if words[at] in NUMBER_SIGNS:
            continue
        if is_number(words[at]) or (len(words[at]) < 3 and words[at] not in SUFFIXES):
            start, road = _road_before(words, at, first)
            if road:
                kind = KINDS_OF_ROUTE.get(words[start - 1], "") if start > first else ""
                before = words[: start - 1] if kind else words[:start]  # Business Hwy 71
                after = [*_after_road(words, at), *([kind] if kind else [])]
                return [*before, *road.split(), *after], road
    return words, ""


def _road_before(words: list[str], at: int, first: int) -> tuple[int, str]:
    """Return where the road begins whose number stands at `at`, and its one form or ""."""
    end = at
    while end > first and words[end - 1] in NUMBER_SIGNS:
        end -= 1
    standard = [SUFFIXES.get(word, word) for word in words[:end]]
    for start in range(max(end - MOST_WORDS_OF_ROAD, first), end):
        road = HIGHWAYS.get(" ".join(standard[start:])) or _state_road(
            words[start:end], standard[start:]
        )
        if road and (is_number(words[at]) or _takes_letters(road, words[at])):
            return start, road
    return at, ""


def _takes_letters(road: str, letters: str) -> bool:
    return road in LETTERED_ROADS or (len(letters) == 1 and road in {"HWY", "RTE"})


def _state_road(words: list[str], standard: list[str]) -> str:
    """Return the standard of Kentucky Highway or KY, "" where it isn't a state's road."""
    for length in (1, 2):
        if " ".join(words[:length]) in STATE_CODES:
            rest = " ".join(standard[length:])
            return STATE_ROADS.get(HIGHWAYS.get(rest, rest), "")
    return ""


def _after_road(words: list[str], at: int) -> list[str]:
    """Return the road's number and what follows it: 1400 N of 1400N, 71 BUS of 71 Business."""
    directed = _DIRECTED_NUMBER.fullmatch(words[at])
    number = [directed[1], directed[2]] if directed else [words[at]]
    return [*number, *(KINDS_OF_ROUTE.get(word, word) for word in words[at + 1 :])]


def _name(words: list[str], suffix_at: int) -> str:
    """Return the words in their standard form, those of the name proper written as one.

    As one, because Oak Ridge is Oakridge and F. D. is FD. Directions, numbers and the suffix
    stand by themselves: E St isn't Est.
    """
    name: list[str] = []
    before = ""  # what the last part of `name` is
    # South Avenue N of Chicago, and West Loop South, have a direction in front.
    has_direction = suffix_at == len(words) - 2 and len(words[-1]) == 1
    has_direction = has_direction or words[suffix_at] == "LOOP"
    for at, word in enumerate(words):
        joins = False
        if at + 1 == suffix_at and not at and word in DIRECTIONS and not has_direction:
            part, kind = _direction_as_name(word), _PROPER  # South St isn't S St
        elif direction := DIRECTIONS.get(word):
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


def _direction_as_name(word: str) -> str:
    """Return a direction that is a street's name: a letter as it is, NORTHWEST for NW."""
    return word if len(word) == 1 else _DIRECTIONS_IN_FULL[DIRECTIONS[word]]


def _is_numbered_road_at(words: list[str], at: int) -> bool:
    """Tell whether the word at `at` is a Highway or a Calle with a number to come."""
    standard = SUFFIXES.get(words[at], words[at])
    return standard in NUMBERED_ROADS and any(map(is_number, words[at + 1 :]))
