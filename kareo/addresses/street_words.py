"""Where a street begins and ends among the words of an address: its house number and its name.

The last three functions read what only Puerto Rican addresses have, by section 29 of Publication
28. They return what stands at one position and the position after it.
"""

import re

from kareo.addresses.states import STATE_CODES
from kareo.addresses.streets import (
    Street,
    Where,
    is_road,
    is_road_number,
    length_of_street,
    street_of,
)
from kareo.addresses.suffixes import SUFFIXES
from kareo.addresses.tables import (
    ATTENTION,
    BOXES,
    DIRECTIONS,
    KILOMETERS,
    LEADING_DIRECTIONS,
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
_GRID_OF_DUPAGE = re.compile(r"\d{1,2}[NSEW]\d{3}")
_GRID_NUMBER = re.compile(r"(\d+)([NSEW])")
_NO_NAMES = SPANISH_STREETS | UNITS.keys() | BOXES
_BEFORE_KILOMETER = NUMBER_SIGNS | ENDS | {"ESTATAL", "CARRETERA", "RD", "ROAD"}


def street_words_at(words: list[str], at: int, where: Where) -> tuple[str, list[str], int]:
    """Return the house number at `at`, the words of its street, the position after them."""
    number, end = _house_number_at(words, at)
    name: list[str] = []
    while end < len(words) and len(name) < _MOST_WORDS:
        if _name_ends_at(words, end, name, where):
            break
        is_first = not name and not ends_at(words, end + 1)
        name.append(LEADING_DIRECTIONS.get(words[end], words[end]) if is_first else words[end])
        end += 1
    if not name:
        return number, name, end
    length = length_of_street(name, where.town)
    end -= len(name) - length
    name = _unfused_grid(name[:length])
    if _is_lettered(name):
        number, name = number + name[0], name[1:]
    directions = _directions_after_end(words, end)
    return number, name + directions, end + len(directions) + bool(directions)


def _unfused_grid(name: list[str]) -> list[str]:
    """Return the grid's S 400E as S 400 E, any other name as it is."""
    if len(name) == 2 and name[0] in DIRECTIONS and (grid := _GRID_NUMBER.fullmatch(name[1])):
        return [name[0], grid[1], grid[2]]
    return name


def _is_lettered(name: list[str]) -> bool:
    """Tell whether `name` begins with the letter of the house number: 216 B South Blvd."""
    if len(name) < 3 or len(name[0]) > 1 or name[0] in DIRECTIONS or not name[0].isalpha():
        return False
    if name[1] in SUFFIXES:  # 1802 M Street NW
        return not SUFFIXES.keys().isdisjoint(name[2:])
    return len(name[1]) > 1 or name[1] in DIRECTIONS  # not John Q Adams Dr


def _house_number_at(words: list[str], at: int) -> tuple[str, int]:
    """Return the house number at `at`, which may be several words, and the position after it."""
    number, end = words[at], at + 1
    following = words[end] if end < len(words) else ","
    if _GRID.fullmatch(number) and _GRID.fullmatch(following):
        return number + following, end + 1  # N6 W23001
    if len(number) == 1 and number.isalpha():  # N 95 W 18010, G 1077
        end = at + (4 if is_spaced_grid(words, at) else 2)
        return "".join(words[at:end]), end
    is_short = len(number) < 4 and (following[0] in "NSEW" or not number.isdecimal())
    if is_short and (grid := _grid_of_dupage(words, at)):
        return grid
    if "/" in following and is_number(following):
        return f"{number} {following}", end + 1  # 123 1/2
    if following in ENDS and not at and "".join(words[end + 1 : end + 2]).isalpha():
        return number, end + 1  # the number on one line, the street on the next
    return number, end


def is_spaced_grid(words: list[str], at: int) -> bool:
    """Tell whether a house number of Wisconsin's grid stands at `at`: N 95 W 18010 Oak Ave."""
    one, two, three, four = (*words[at : at + 4], *("",) * 4)[:4]
    is_grid = one in DIRECTIONS and three in DIRECTIONS and len(one) == len(three) == 1
    name = words[at + 4] if at + 4 < len(words) else ","
    return is_grid and two.isdecimal() and four.isdecimal() and name.isalpha()


def _grid_of_dupage(words: list[str], at: int) -> tuple[str, int] | None:
    """Return the house number 28W573 of DuPage County's grid, which may be three words."""
    for end in (at + 2, at + 3):
        name = words[end] if end < len(words) else ","
        number = "".join(words[at:end])
        if _GRID_OF_DUPAGE.fullmatch(number) and name.isalpha() and name not in DIRECTIONS:
            return number, end
    return None


def _name_ends_at(words: list[str], at: int, name: list[str], where: Where) -> bool:
    """Tell whether the word at `at` no longer belongs to the street whose name so far is `name`."""
    word = words[at]
    if word in ENDS:
        return True
    following = words[at + 1] if at + 1 < len(words) else ","
    if word in NUMBER_SIGNS and is_number(following) and is_road(name):
        return False  # County Rd # 5
    if word in _STOPS:
        if (
            where.state
            and STATE_CODES.get(word) == where.state
            and not name
            and is_number(following)
        ):
            return False  # 1113 MD 760
        if word == "RM" and where.state == "TX" and not name and is_number(following):
            return False  # a ranch road
        return _stops_at(words, at, name, where)
    if is_number(word) or (len(word) == 1 and word not in DIRECTIONS):
        return not is_road_number(name, word, following, where.state)
    return word in NUMBER_SIGNS and bool(name) and ends_at(words, at + 2)


def _stops_at(words: list[str], at: int, name: list[str], where: Where) -> bool:
    """Tell whether a word that may begin something else, such as a unit, does so here."""
    word = words[at]
    if word == "#" or word in ATTENTION or word in URBANIZATION:
        return True
    if where.is_puerto_rican and word in PUERTO_RICAN_BUILDINGS and name:
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
    return street_of(number, words[at:end], Where(is_puerto_rican=True)), number_at + 1


def kilometer_at(words: list[str], at: int) -> tuple[Street, int] | None:
    """Return a place on a highway of Puerto Rico: Carr 2 Km 11.8, PR-2 K 11.8."""
    end = at + 1
    while end < len(words) and words[end] in _BEFORE_KILOMETER:
        end += 1
    road = words[end] if end < len(words) else ","
    end += 1
    while end < len(words) and words[end] in _BEFORE_KILOMETER:
        end += 1
    if end >= len(words) or words[end] not in KILOMETERS or not is_number(road):
        return None
    end += 1 + (words[end + 1 : end + 2] == ["#"])
    if end >= len(words) or not is_number(words[end]):
        return None
    return Street(f"CARR {road}", f"KM {words[end]}", "", True), end + 1
