"""The standard form of a street: its number, directions, name and suffix."""

import re
from typing import NamedTuple

from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.roads import (
    FIRST_WORDS,
    FUSED_ROADS,
    HIGHWAYS,
    KINDS_OF_ROUTE,
    LETTERED_ROADS,
    LONGEST_ROAD,
    OF_STATE,
    ROAD_WORDS,
    STATE_NAMES,
)
from kareo.addresses.tables.suffixes import IN_FULL, PEOPLE, SUFFIXES
from kareo.addresses.words import is_number, without_th

_FUSED_ROAD = re.compile(r"([A-Z]{1,3})(\d+[A-Z]?)")
_DIRECTED_NUMBER = re.compile(r"(\d+)([NSEW])")  # County Road 1400N


class Where(NamedTuple):
    """What the place of an address says about how to read it."""

    state: str = ""  # its code
    town: tuple[str, ...] = ()  # its words
    zip5: str = ""

    @property
    def is_puerto_rican(self) -> bool:
        is_by_zip = self.zip5.startswith(delivery.PUERTO_RICAN_ZIPS)
        return is_by_zip or (not self.zip5 and self.state == "PR")

    @property
    def is_military(self) -> bool:
        return self.zip5.startswith(delivery.MILITARY_ZIPS)


class Street(NamedTuple):
    """A street in its standard form."""

    number: str
    name: str  # 42 ST, N MARTINLUTHERKING BLVD
    is_sure: bool  # has a suffix, a direction or a number for its name


def street_of(number: str, words: list[str], where: Where) -> Street:
    """Return the street of a house number and the words after it, at least one."""
    last = last_word(words)
    if last and words[0] in delivery.SPANISH_AVENUES and where.is_puerto_rican:
        words = [*words[1 : last + 1], "AVE", *words[last + 1 :]]  # Avenida Sol is Sol Ave
    grid = _DIRECTED_NUMBER.fullmatch(words[1]) if len(words) == 2 else None
    if grid and words[0] in names.DIRECTIONS:
        words = [words[0], *grid.groups()]  # S 400E
    words, is_road = with_standard_road(words, where.state)
    last = last_word(words)
    has_suffix = bool(last) and not is_road and words[last] in SUFFIXES
    name = _name(words, last if has_suffix else -1, is_road)
    return Street(number, name, has_suffix or is_road or _is_told_by_name(words))


def _is_told_by_name(words: list[str]) -> bool:
    """Tell whether a direction beside a name, or a number, shows that `words` are a street."""
    directions = sum([word in names.DIRECTIONS for word in words])
    return 0 < directions < len(words) or any(map(is_number, words))


def first_word(words: list[str]) -> int:
    """Return the position of the first word that isn't a direction."""
    at = 0
    while at < len(words) and words[at] in names.DIRECTIONS:
        at += 1
    return at


def last_word(words: list[str]) -> int:
    """Return the position of the last word that isn't a direction, 0 where all but one are."""
    at = len(words) - 1
    while at and words[at] in names.DIRECTIONS:
        at -= 1
    return at


def road_before(words: list[str], end: int, state: str) -> tuple[int, str, str]:
    """Return where the road begins whose number stands at `end`, its one form, and its kind.

    All of US Bus No. 71, Kentucky Highway 84. The form is "" where there is none.
    """
    while end and words[end - 1] in delivery.NUMBER_SIGNS:
        end -= 1
    kind = KINDS_OF_ROUTE.get(words[end - 1], "") if end > 1 else ""
    for last in (end, end - 1) if kind else (end,):
        for start in range(max(last - LONGEST_ROAD, 0), last):
            phrase = " ".join([ROAD_WORDS.get(word, word) for word in words[start:last]])
            road = HIGHWAYS.get(phrase) or _state_road(phrase, state, words[:start])
            if road:
                return start, road, kind if last < end else ""
    return end, "", ""


def _state_road(phrase: str, state: str, before: list[str]) -> str:
    """Return the one form of a state's road, with its code where that is another state."""
    code, road = OF_STATE.get(phrase) or (STATE_NAMES.get(phrase, ""), "SR")
    is_bare = phrase not in OF_STATE
    if is_bare and (phrase in names.DIRECTIONS or not names.BEFORE_ROADS.issuperset(before)):
        return ""  # NE 2nd Ave, Oak Way NE 110
    if not code or code == state or not state:
        return road if code else ""
    return f"{code}-{road}" if phrase in OF_STATE or phrase == code else ""


def with_standard_road(words: list[str], state: str) -> tuple[list[str], bool]:
    """Return `words` with a numbered road in its one form, CR for County Road, and if there is."""
    first = first_word(words)
    fused = _FUSED_ROAD.fullmatch(words[first]) if first < len(words) else None
    if fused and fused[1] in FUSED_ROADS:
        words = [*words[:first], fused[1], fused[2], *words[first + 1 :]]
    if FIRST_WORDS.isdisjoint(words):
        return words, False
    for at, called in enumerate(words):
        if not at or not _may_call_a_road(called):
            continue
        start, road, kind = road_before(words, at, state)
        if road and (road in LETTERED_ROADS or is_number(called)):
            if not kind and start > first and (kind := KINDS_OF_ROUTE.get(words[start - 1], "")):
                start -= 1  # Business Hwy 71
            directed = _DIRECTED_NUMBER.fullmatch(called)
            number = directed.groups() if directed else (called.lstrip("0") or called,)
            standard = [f"{road}-{called}"] if called.isalpha() else [*road.split(), *number]
            after = words[at + 1 :]
            if after and ROAD_WORDS.get(after[0]) in {"RD", "HWY"}:
                del after[0]  # FM 1960 Rd
            after = [*(KINDS_OF_ROUTE.get(word, word) for word in after), *([kind] if kind else [])]
            return [*words[:start], *standard, *after], True
    return words, False


def _may_call_a_road(word: str) -> bool:
    """Tell whether a road may be called by `word`: 5, KK, N, but not NW."""
    if not word.isalpha():
        return is_number(word)
    is_other = word in SUFFIXES or word in delivery.NUMBER_SIGNS or word in names.DIRECTIONS
    return len(word) == 1 or (len(word) == 2 and not is_other)


def _name(words: list[str], suffix_at: int, is_road: bool) -> str:
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
        if at == 0 and suffix_at == 1 and word in names.DIRECTIONS and not is_led:
            # South St isn't S St.
            part = word if len(word) == 1 else names.FULL_DIRECTIONS[names.DIRECTIONS[word]]
            kind = "name"
        elif part := names.DIRECTIONS.get(word, ""):
            kind = "direction"
            # N. West 4th St, but not N West St
            joins = before == kind and at + 1 != suffix_at and name[-1] + part in names.DIRECTIONS
        elif at != suffix_at and word.isalpha() and not _is_of_number(words, at, is_road):
            part, kind = IN_FULL.get(word, word), "name"
            joins = before == kind
        else:
            part, kind = without_th(SUFFIXES.get(word, word)), ""
        if joins:
            name[-1] += part
        else:
            name.append(part)
        before = kind
    return " ".join([PEOPLE.get(part, part) for part in name])


def _is_of_number(words: list[str], at: int, is_road: bool) -> bool:
    """Tell whether the word at `at` is a road before its number: a Highway, a Calle."""
    is_one = ROAD_WORDS.get(words[at], words[at]) in HIGHWAYS
    return is_one and (is_road or any(map(is_number, words[at + 1 :])))
