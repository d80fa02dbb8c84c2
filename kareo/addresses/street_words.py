"""Where a street begins and ends among the words of an address: its house number and its name."""

from kareo.addresses.grammar import match
from kareo.addresses.streets import Where, first_word, last_word, road_before, with_standard_road
from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.suffixes import CLOSING, SUFFIXES
from kareo.addresses.units import box_at, unit_at
from kareo.addresses.words import is_number, is_ordinal

_MOST_WORDS = 16  # of one street; bounds the work on hostile input
_ENDS = delivery.ATTENTION | delivery.URBANIZATION | {"#"}
_MAY_END = delivery.UNITS.keys() | delivery.BOXES | delivery.ROUTES.keys()
_NAME_ENDS = names.NAME_ENDS.union(names.DEPARTMENTS, delivery.LONE_FLOORS, delivery.UNITS)


def street_words_at(
    words: list[str], tags: str, at: int, where: Where
) -> tuple[str, list[str], int]:
    """Return the house number at `at`, the words of its street, the position after them."""
    number, end = _house_number_at(words, tags, at)
    name: list[str] = []
    while end < len(words) and len(name) < _MOST_WORDS:
        if _ends_at(words, tags, end, name, where):
            break
        is_led = not name and not match("stop", tags, end + 1)
        name.append(names.LEADING_DIRECTIONS.get(words[end], words[end]) if is_led else words[end])
        end += 1
    if not name:
        return number, name, end
    length = _length_of_street(name, where.town, where.state)
    end -= len(name) - length
    name = name[:length]
    if _begins_with_letter_of_number(name):
        number, name = number + name[0], name[1:]
    if behind := match("direction behind", tags, end):  # Oak Road, N
        end = behind.end()
        name = name + words[behind.start("directions") : end]
    return number, name, end


def _house_number_at(words: list[str], tags: str, at: int) -> tuple[str, int]:
    house = match("house", tags, at)
    kind = house and house.lastgroup
    if not house or not kind:
        return "", at
    return ("" if kind == "fused" else " ").join(words[slice(*house.span(kind))]), house.end()


def _ends_at(words: list[str], tags: str, at: int, name: list[str], where: Where) -> bool:
    """Tell whether the word at `at` no longer belongs to the street whose name so far is `name`."""
    word, following = words[at], words[at + 1] if at + 1 < len(words) else ","
    if word in delivery.ENDS:
        return True
    if word in delivery.NUMBER_SIGNS and is_number(following) and _is_road(name, where.state):
        return False  # County Rd # 5
    if word in _ENDS or (
        where.is_puerto_rican and name and word in delivery.PUERTO_RICAN_BUILDINGS
    ):
        return True
    if word in _MAY_END:
        is_own = word == {"TX": "RM"}.get(where.state, where.state)  # a ranch road
        if not name and (
            (is_own and is_number(following)) or delivery.UNITS.get(word) in delivery.NEED_NO_NUMBER
        ):
            return False  # 1113 MD 760, 7 Front St
        return box_at(words, tags, at) is not None or unit_at(words, tags, at) is not None
    if is_number(word) or (len(word) == 1 and word not in names.DIRECTIONS):
        return not _takes(name, word, following, where.state)
    return word in delivery.NUMBER_SIGNS and bool(name) and match("stop", tags, at + 2)


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
    return bool(road) and (is_number(word) or not start)


def _length_of_street(words: list[str], town: tuple[str, ...], state: str) -> int:
    """Return how many of `words` are a street, before a name that came along: 350 Main Ave Hall.

    What isn't known to name nobody's place stays.
    """
    if town and len(town) < len(words) - 1 and tuple(words[-len(town) :]) == town:
        words = words[: -len(town)]  # its city, pasted
    last = words[-1]
    is_street = words[last_word(words)] in SUFFIXES and last not in names.NAME_ENDS
    if is_street or last not in _NAME_ENDS:
        return len(words)
    for at in range(len(words) - 2, first_word(words), -1):
        is_saint = words[at] == "ST" and words[at + 1] in names.SAINTS
        if SUFFIXES.get(words[at]) in CLOSING and not is_saint:
            end = at + 1
            while end < len(words) and _belongs_to_street(words[end]):
                end += 1
            return len(words) if with_standard_road(words, state)[1] else end
    return len(words)


def _belongs_to_street(word: str) -> bool:
    return word in names.DIRECTIONS or word in SUFFIXES or len(word) == 1 or is_number(word)


def _begins_with_letter_of_number(name: list[str]) -> bool:
    """Tell whether `name` begins with the letter of the house number: 216 B South Blvd."""
    if len(name) < 3 or len(name[0]) > 1 or name[0] in names.DIRECTIONS or not name[0].isalpha():
        return False
    if name[0] == "O" or (is_number(name[1]) and not is_ordinal(name[1])):
        return False  # O Gorman Dr, I 35 N
    if name[1] in SUFFIXES:  # 1802 M Street NW
        return not SUFFIXES.keys().isdisjoint(name[2:])
    return len(name[1]) > 1 or name[1] in names.DIRECTIONS  # not John Q Adams Dr
