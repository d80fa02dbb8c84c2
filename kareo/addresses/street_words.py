"""Where a street begins and ends among the words of an address: its house number and its name."""

import re
from typing import cast

from kareo.addresses.grammar import match, tags_of
from kareo.addresses.streets import Where, first_word, road_before, with_standard_road
from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.roads import LETTERED_ROADS
from kareo.addresses.tables.rules import CLASSES
from kareo.addresses.tables.suffixes import SUFFIXES
from kareo.addresses.units import box_at, unit_at
from kareo.addresses.words import is_number, is_ordinal

_MOST_WORDS = 16  # of one street; bounds the work on hostile input
_ENDS = delivery.ENDS | delivery.ATTENTION | delivery.URBANIZATION | {"#"}
_MAY_END = delivery.UNITS.keys() | delivery.BOXES | delivery.ROUTES.keys()


def street_words_at(
    words: list[str], tags: str, at: int, where: Where
) -> tuple[str, list[str], int]:
    """Return the house number at `at`, the words of its street, the position after them."""
    house = cast("re.Match[str]", match("house", tags, at))  # any word may be one
    digits, end = words[at : house.end("number")], house.end()
    number = (" " if "/" in digits[-1] else "").join(digits)
    name: list[str] = []
    while end < len(words) and len(name) < _MOST_WORDS:
        if _ends_at(words, tags, end, name, where):
            break
        word = words[end]
        if not name and word in names.LEADING_DIRECTIONS and not match("stop", tags, end + 1):
            word = names.LEADING_DIRECTIONS[word]  # 100 No. Main St
        name.append(word)
        end += 1
    if not name:
        return number, name, end
    length = _length_of_street(name, where)
    end -= len(name) - length
    name = name[:length]
    if len(name[0]) == 1 and match("letter of number", tags_of(name), 0):
        number, name = number + name[0], name[1:]
    if behind := match("direction behind", tags, end):  # Oak Road, N
        end = behind.end()
        name = name + words[behind.start("directions") : end]
    return number, name, end


def _length_of_street(name: list[str], where: Where) -> int:
    """Return how many words are the street, before a name that came along: 350 Main Ave Hall.

    What isn't known to name nobody's place stays.
    """
    size = len(where.town)
    if size and size < len(name) - 1 and tuple(name[-size:]) == where.town:
        name = name[:-size]  # its city, pasted
    is_end = name[-1] in CLASSES["NAMEEND"]
    street = match("street before name", tags_of(name), 0) if is_end else None
    if street and not with_standard_road(name, where.state)[1]:
        return street.end("street")
    return len(name)


def _ends_at(words: list[str], tags: str, at: int, name: list[str], where: Where) -> bool:
    """Tell whether the word at `at` no longer belongs to the street whose name so far is `name`."""
    word, following = words[at], words[at + 1] if at + 1 < len(words) else ","
    if word in delivery.NUMBER_SIGNS and is_number(following) and _is_road(name, where.state):
        return False  # County Rd # 5
    is_shop = name and word in delivery.PUERTO_RICAN_BUILDINGS and where.is_puerto_rican
    if word in _ENDS or is_shop:
        return True
    if word in _MAY_END:
        is_own = word == {"TX": "RM"}.get(where.state, where.state)  # a ranch road
        is_road = is_own and is_number(following)
        if not name and (is_road or delivery.UNITS.get(word) in delivery.NEED_NO_NUMBER):
            return False  # 1113 MD 760, 7 Front St
        return box_at(words, tags, at) is not None or unit_at(words, tags, at) is not None
    if is_number(word) or (len(word) == 1 and word not in names.DIRECTIONS):
        return not _takes(name, word, following, where.state)
    is_sign = word in delivery.NUMBER_SIGNS and bool(name)
    return is_sign and match("stop", tags, at + 2) is not None


def _is_road(name: list[str], state: str) -> bool:
    """Tell whether all of `name` is a road before its number: Old County Rd, not East West Hwy."""
    start, road, _ = road_before(name, len(name), state)
    return bool(road) and start < 2 and (not start or name[0] in names.BEFORE_ROADS)


def _takes(name: list[str], word: str, following: str, state: str) -> bool:
    """Tell whether a number or letter goes with the street name before it, or is a unit after it.

    It does in 42nd St, Avenue A, Highway 121, County Road 5, Loop 310 and Upper 42 St, not in
    Main St 5.
    """
    rest = name[first_word(name) :]
    if not rest or is_ordinal(word) or (len(rest) == 1 and rest[0] in SUFFIXES):
        return True
    is_named = rest[-1] not in SUFFIXES and rest[-1] not in delivery.NUMBER_SIGNS
    if is_named and (not is_number(word) or following in SUFFIXES):
        return True  # an initial: John Q Adams Dr
    start, road, _ = road_before(name, len(name), state)
    return bool(road) and (is_number(word) or (not start and road in LETTERED_ROADS))
