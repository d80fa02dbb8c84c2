"""Where a street begins and ends among the words of an address: its house number and its name.

The last three functions read what only Puerto Rican addresses have, by section 29 of Publication
28. They return what stands at one position and the position after it.
"""

import re

from kareo.addresses.streets import Street, is_road_number, street_of
from kareo.addresses.tables import (
    ATTENTION,
    BOXES,
    DIRECTIONS,
    NEED_NO_NUMBER,
    NUMBER_SIGNS,
    PUERTO_RICAN_BUILDINGS,
    ROUTES,
    SPANISH_STREETS,
    UNITS,
    URBANIZATION,
)
from kareo.addresses.units import delivery_at, ends_at
from kareo.addresses.words import ENDS, is_number

_MOST_WORDS = 16  # of one street; bounds the work on hostile input
_STOPS = UNITS.keys() | BOXES | ROUTES.keys() | ATTENTION | URBANIZATION
_GRID = re.compile(r"[NSEW]\d+")
_NO_NAMES = SPANISH_STREETS | UNITS.keys() | BOXES
_LONGEST_KILOMETER = 7  # words, with a comma and number signs: Carr # 2, Km # 11.8


def street_words_at(words: list[str], at: int, is_puerto_rican: bool) -> tuple[str, list[str], int]:
    """Return the house number at `at`, the words of its street, the position after them."""
    number, end = _house_number_at(words, at)
    name: list[str] = []
    while end < len(words) and len(name) < _MOST_WORDS:
        if _name_ends_at(words, end, name, is_puerto_rican):
            break
        name.append(words[end])
        end += 1
    directions = _directions_after_end(words, end) if name else []
    return number, name + directions, end + len(directions) + bool(directions)


def _house_number_at(words: list[str], at: int) -> tuple[str, int]:
    """Return the house number at `at`, which may be two words, and the position after it."""
    number, end = words[at], at + 1
    following = words[end] if end < len(words) else ","
    if _GRID.fullmatch(number) and _GRID.fullmatch(following):
        return number + following, end + 1  # N6 W23001
    if "/" in following and is_number(following):
        return f"{number} {following}", end + 1  # 123 1/2
    if following in ENDS and not at and "".join(words[end + 1 : end + 2]).isalpha():
        return number, end + 1  # the number on one line, the street on the next
    return number, end


def _name_ends_at(words: list[str], at: int, name: list[str], is_puerto_rican: bool) -> bool:
    """Tell whether the word at `at` no longer belongs to the street whose name so far is `name`."""
    word = words[at]
    if word in ENDS:
        return True
    if word in _STOPS:
        return _stops_at(words, at, name, is_puerto_rican)
    if is_number(word) or (len(word) == 1 and word not in DIRECTIONS):
        following = words[at + 1] if at + 1 < len(words) else ","
        return not is_road_number(name, word, following)
    return word in NUMBER_SIGNS and bool(name) and ends_at(words, at + 2)


def _stops_at(words: list[str], at: int, name: list[str], is_puerto_rican: bool) -> bool:
    """Tell whether a word that may begin something else, such as a unit, does so here."""
    word = words[at]
    if word == "#" or word in ATTENTION or word in URBANIZATION:
        return True
    if is_puerto_rican and word in PUERTO_RICAN_BUILDINGS and name:
        return True
    if not name and UNITS.get(word) in NEED_NO_NUMBER:
        return False  # 7 Front St, 7 Upper 49th St
    return delivery_at(words, at)


def _directions_after_end(words: list[str], at: int) -> list[str]:
    """Return the directions that follow on the street after a comma: Oak Road, N."""
    end = at + 1
    while end < len(words) and words[end] in DIRECTIONS:
        end += 1
    is_all = at < len(words) and words[at] in ENDS and ends_at(words, end)
    return words[at + 1 : end] if is_all else []


def urbanization_at(words: list[str], at: int) -> tuple[str, int]:
    """Return the name of the urbanization at `at`, which tells equal streets of one ZIP apart."""
    end = at + 1
    while end < len(words) and words[end].isalpha() and words[end] not in _NO_NAMES:
        end += 1
    return "".join(words[at + 1 : end]), end


def calle_at(words: list[str], at: int) -> tuple[Street, int] | None:
    """Return a street whose number comes last: Calle Marginal #45, Calle 5 #45."""
    end = at + 1
    while end < len(words) and end - at < _MOST_WORDS and words[end] not in ENDS:
        is_name = words[end].isalpha() and words[end] not in NUMBER_SIGNS
        if not is_name and end > at + 1:
            break
        end += 1
    number_at = end + (words[end : end + 1] == ["#"])
    number = words[number_at] if number_at < len(words) else ","
    if not is_number(number):
        return None
    return street_of(number, words[at:end], is_puerto_rican=True), number_at + 1


def kilometer_at(words: list[str], at: int) -> tuple[Street, int] | None:
    """Return a place on a highway: Carr 2 Km 11.8."""
    match [w for w in words[at : at + _LONGEST_KILOMETER] if w.isalnum() or "." in w]:
        case [_, road, "KM" | "KILOMETRO", km, *_] if is_number(road) and is_number(km):
            return Street(f"CARR {road}", f"KM {km}", "", True), words.index(km, at + 3) + 1
    return None
