"""The standard form of a street: its number, directions, name and suffix."""

import re
from typing import NamedTuple

from kareo.addresses.grammar import matches, tags_of
from kareo.addresses.tables import delivery, names, roads
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
    """A street in its standard form: 7 42 ST, 7 N MARTINLUTHERKING BLVD."""

    text: str
    is_sure: bool  # has a suffix, a direction or a number for its name


def street_of(number: str, words: list[str], where: Where) -> Street:
    """Return the street of a house number and the words after it, at least one."""
    is_spanish = words[0] in delivery.SPANISH_AVENUES and where.is_puerto_rican
    if is_spanish and (last := _last_word(words)):
        words = [*words[1 : last + 1], "AVE", *words[last + 1 :]]  # Avenida Sol is Sol Ave
    grid = _DIRECTED_NUMBER.fullmatch(words[1]) if len(words) == 2 else None
    if grid and words[0] in names.DIRECTIONS:
        words = [words[0], *grid.groups()]  # S 400E
    words, is_road = with_standard_road(words, where.state)
    last = _last_word(words)
    has_suffix = bool(last) and not is_road and words[last] in SUFFIXES
    name = _name(words, last if has_suffix else -1, is_road)
    return Street(f"{number} {name}", has_suffix or is_road or _is_told_by_name(words))


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


def _last_word(words: list[str]) -> int:
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
    kind = roads.KINDS_OF_ROUTE.get(words[end - 1], "") if end > 1 else ""
    for last in (end, end - 1) if kind else (end,):
        for start in range(max(last - roads.LONGEST_ROAD, 0), last):
            phrase = " ".join([roads.ROAD_WORDS.get(word, word) for word in words[start:last]])
            here, code, elsewhere = roads.ROADS.get(phrase, ("", "", ""))
            road = here if state in {"", code} else elsewhere
            is_bare = phrase in roads.STATE_NAMES
            if road and (not is_bare or names.BEFORE_ROADS.issuperset(words[:start])):
                return start, road, kind if last < end else ""
    return end, "", ""


def with_standard_road(words: list[str], state: str) -> tuple[list[str], bool]:
    """Return `words` with a numbered road in its one form, CR for County Road, and if there is."""
    first = first_word(words)
    fused = _FUSED_ROAD.fullmatch(words[first]) if first < len(words) else None
    if fused and fused[1] in roads.FUSED_ROADS:
        words = [*words[:first], *fused.groups(), *words[first + 1 :]]
    if roads.FIRST_WORDS.isdisjoint(words):
        return words, False
    for found in matches("called road", tags_of(words)):
        called = words[found.start()]
        start, road, kind = road_before(words, found.start(), state)
        if road in roads.LETTERED_ROADS or (road and is_number(called)):
            if not kind and start and (kind := roads.KINDS_OF_ROUTE.get(words[start - 1], "")):
                start -= 1  # Business Hwy 71
            directed = _DIRECTED_NUMBER.fullmatch(called)
            number = directed.groups() if directed else (called.lstrip("0") or called,)
            standard = [f"{road}-{called}"] if called.isalpha() else [*road.split(), *number]
            after = [roads.KINDS_OF_ROUTE.get(word, word) for word in words[found.end() :]]
            return [*words[:start], *standard, *after, *kind.split()], True
    return words, False


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
    is_one = roads.ROAD_WORDS.get(words[at], words[at]) in roads.HIGHWAYS
    return is_one and (is_road or any(map(is_number, words[at + 1 :])))
