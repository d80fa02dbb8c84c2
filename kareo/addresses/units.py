"""Units and boxes among the words of an address: Suite 200, Floor 12, PO Box 12, RR 2 Box 15.

Each function looks at the words from one position on and returns what stands there and the position
after it, or None. None looks further than a few words.
"""

from kareo.addresses.suffixes import NO_FLOORS, SUFFIXES
from kareo.addresses.tables import (
    BOXES,
    DIRECTIONS,
    NAMED_FLOORS,
    NAMED_SIDES,
    NEED_NO_NUMBER,
    NUMBER_SIGNS,
    ROMAN,
    ROUTES,
    TAKE_WORDS,
    UNITS,
)
from kareo.addresses.words import ENDS, is_number, without_th

_OF_DEPARTMENTS = frozenset({"UNIT", "OFFICE", "OFC", "OFICINA", "OFIC"})  # Claims Unit, Office
_AFTER_END = ENDS | UNITS.keys() | BOXES
_BUILDINGS = frozenset(
    {"BLDG", "TOWER", "WING", "PAVILION", "CAMPUS", "HOUSE", "SIDE", "ENTRANCE", "PHASE"}
)
# {class of units: what they may be called}: Floor Mezzanine, Tower East, Building II.
_NAMES = {
    **dict.fromkeys(["FL", "LEVEL"], NAMED_FLOORS),
    **dict.fromkeys(_BUILDINGS, frozenset(ROMAN.keys() | DIRECTIONS.keys() | NAMED_SIDES)),
}


def ends_at(words: list[str], at: int) -> bool:
    """Tell whether a line ends before `at`, or a unit or box begins there."""
    return at >= len(words) or words[at] in _AFTER_END


def delivery_at(words: list[str], at: int) -> bool:
    """Tell whether a box or a unit stands at `at`, whose word may begin one."""
    return (
        (words[at] in ROUTES and route_at(words, at) is not None)
        or (words[at] in BOXES and box_at(words, at) is not None)
        or (words[at] in UNITS and unit_at(words, at) is not None)
    )


def unit_at(words: list[str], at: int) -> tuple[list[str], int] | None:
    """Return the units written at `at`, such as ["STE 100", "STE 200"] for Suites 100 & 200."""
    designator = words[at]
    kind = UNITS[designator]
    start = _after_signs(words, at + 1)
    word = words[start] if start < len(words) else ","
    is_named = _is_name_of_unit(words, start, designator, kind)
    if is_named or _numbers_a_unit(designator, kind, word) or _is_lettered_number(words, start):
        numbers, end = _numbers_at(words, start)
        if kind == "FL" or kind in _BUILDINGS:
            numbers = [ROMAN.get(number, DIRECTIONS.get(number, number)) for number in numbers]
        return [f"{kind} {number}" for number in numbers], end
    if kind in NEED_NO_NUMBER and ends_at(words, at + 1):
        return [kind], at + 1
    return None


def bare_unit_at(words: list[str], at: int) -> tuple[list[str], int]:
    """Return the number at `at` as a unit without designator: 100 Main St, 200."""
    number, end = _number_at(words, at)
    return [f"STE {one}" for one in _single(number)], end


def box_at(words: list[str], at: int) -> tuple[str, int] | None:
    """Return the PO box at `at`, whose word is one of BOXES."""
    start = _after_signs(words, at + 1)
    word = words[start] if start < len(words) else ","
    if word.isalpha():
        is_before_number = start + 1 < len(words) and is_number(words[start + 1])
        longest = 2 if words[at] == "POBOX" or is_before_number else 1  # PO Box AB, Drawer CS 12
        if len(word) > longest or not (ends_at(words, start + 1) or is_before_number):
            return None
    elif not is_number(word):
        return None
    number, end = _number_at(words, start)
    return f"PO BOX {number}", end


def route_at(words: list[str], at: int) -> tuple[str, int] | None:
    """Return the box on a rural route or in a military unit at `at`, a word of ROUTES."""
    start = _after_signs(words, at + 1)
    if start >= len(words) or not is_number(words[start]):
        return None
    then = start + 1 + (words[start + 1 : start + 2] == [","])
    box = box_at(words, then) if then < len(words) and words[then] in BOXES else None
    if not box:
        return None
    number = without_th(words[start]).lstrip("0")  # section 241: RR 03 is RR 3
    return f"{ROUTES[words[at]]} {number} {box[0].removeprefix('PO ')}", box[1]


def box_before_route(words: list[str], at: int) -> tuple[str, int] | None:
    """Return the box on a route at `at` where the route comes last: Box 65 RR 2."""
    if words[at] != "BOX" or not (box := box_at(words, at)):
        return None
    route = box[1] + (words[box[1] : box[1] + 1] == [","])
    number = _after_signs(words, route + 1)
    if number >= len(words) or words[route] not in ROUTES or not is_number(words[number]):
        return None
    if number + 1 < len(words) and words[number + 1] in BOXES:
        return None  # a route with a box of its own
    standard = without_th(words[number]).lstrip("0")
    return f"{ROUTES[words[route]]} {standard} {box[0].removeprefix('PO ')}", number + 1


def _after_signs(words: list[str], at: int) -> int:
    """Return the position after `at` and up to two of #, No, Number."""
    return at + sum(map(NUMBER_SIGNS.__contains__, words[at : at + 2]))


def _numbers_a_unit(designator: str, kind: str, word: str) -> bool:
    """Tell whether `word` can be the number of a unit."""
    may_be_name = word.isalpha() and word not in BOXES and word != "AND"
    return is_number(word) or (may_be_name and _names_a_unit(designator, kind, word))


def _names_a_unit(designator: str, kind: str, word: str) -> bool:
    """Tell whether a unit can be called `word`, of letters: Suite B, Suite LL, Tower East."""
    if kind == "MS":
        return designator in TAKE_WORDS and len(word) < 6
    if len(word) == 1:
        return True
    if kind in _NAMES:
        return word in _NAMES[kind]
    is_short = designator in TAKE_WORDS and len(word) < 4
    return is_short and word not in UNITS and word not in SUFFIXES


def _is_name_of_unit(words: list[str], at: int, designator: str, kind: str) -> bool:
    """Tell whether the last word of a line is a unit's name: Suite Gold, Dept CH, Floor Garden."""
    if at >= len(words) or not words[at].isalpha() or not ends_at(words, at + 1):
        return False
    if ends_at(words, at) or words[at] in UNITS or SUFFIXES.get(words[at]) in NO_FLOORS:
        return False
    if kind == "DEPT":  # a department by name is nobody's place
        return len(words[at]) < 3
    return kind in {"STE", "FL", "LEVEL"} and designator not in _OF_DEPARTMENTS


def _is_lettered_number(words: list[str], at: int) -> bool:
    """Tell whether two letters and digits stand at `at`, one number together: Dept CH 143."""
    if at + 1 >= len(words) or not words[at + 1].isdecimal():
        return False
    letters = words[at]
    return len(letters) == 2 and letters.isalpha() and letters not in BOXES


def _numbers_at(words: list[str], at: int) -> tuple[list[str], int]:
    """Return the numbers at `at` and the position after them: 100, 100/200, 100 & 200."""
    number, end = _number_at(words, at)
    numbers = _single(number)
    while end + 1 < len(words) and words[end] == "AND" and _is_one_more(words, end + 1, number):
        number, end = _number_at(words, end + 1)
        numbers.append(number)
    return numbers, end


def _is_one_more(words: list[str], at: int, before: str) -> bool:
    """Tell whether one more number of a unit stands at `at`: Suites 100 & 200, C & D."""
    return is_number(words[at]) or (len(before) == len(words[at]) == 1 and words[at].isalpha())


def _single(number: str) -> list[str]:
    """Return the numbers of Suite 100/200; Unit 1/2 is one half."""
    return number.split("/") if len(number) > 3 else [number]


def _number_at(words: list[str], at: int) -> tuple[str, int]:
    """Return the number at `at`, with the letter beside it: 200 B and B 200 are 200B and B200."""
    number, following = without_th(words[at]), words[at + 1] if at + 1 < len(words) else ","
    if ends_at(words, at + 2):
        following = DIRECTIONS.get(following, following)  # 10th Floor East
        if is_number(number):
            is_one = following in DIRECTIONS or (len(following) == 1 and following.isalpha())
        else:
            is_one = number.isalpha() and len(number) < 3 and following.isdecimal()
        if is_one:
            return number + following, at + 2
    return number, at + 1
