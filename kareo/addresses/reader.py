"""What the words of an address say: boxes, streets and units. All else falls away."""

import re
from collections.abc import Callable

from kareo.addresses.streets import Street, is_road_number, street_of
from kareo.addresses.suffixes import OF_BUILDINGS
from kareo.addresses.tables import (
    ATTENTION,
    BOXES,
    DIRECTIONS,
    MILITARY_ZIPS,
    NEED_NO_NUMBER,
    NUMBER_SIGNS,
    ORGANIZATIONS,
    PUERTO_RICAN_BUILDINGS,
    PUERTO_RICAN_ZIPS,
    ROUTES,
    SPANISH_STREETS,
    UNITS,
    URBANIZATION,
)
from kareo.addresses.units import bare_unit_at, box_at, ends_at, route_at, unit_at
from kareo.addresses.words import ENDS, is_number, is_ordinal

_MOST_WORDS = 16  # of one street; bounds the work on hostile input
_GRID = re.compile(r"[NSEW]\d+")
_KILOMETERS = frozenset({"KM", "KILOMETRO"})


class Reader:
    """Reads the words of an address from the first to the last.

    Names of companies, buildings and departments fall away. A number doesn't, save in the name of
    an organization or a person: where in doubt, it is a unit.
    """

    __slots__ = (
        "_at",
        "_is_fresh",
        "_is_military",
        "_is_puerto_rican",
        "_urbanization",
        "_words",
        "boxes",
        "streets",
        "units",
    )

    def __init__(self, words: list[str], zip5: str) -> None:
        self.boxes: set[str] = set()
        self.streets: list[Street] = []
        self.units: set[str] = set()
        self._words = words
        self._is_puerto_rican = zip5.startswith(PUERTO_RICAN_ZIPS)
        self._is_military = zip5.startswith(MILITARY_ZIPS)
        self._urbanization = ""
        self._at = 0
        self._is_fresh = True  # no word of a name stands before, on this line
        while self._at < len(words):
            word = words[self._at]
            read = _READ_BY_WORD.get(word)
            if read:
                is_read = read(self)
            elif is_number(word):
                is_read = self._read_number(word)
            else:
                is_read = len(word) == 1 and word.isalpha() and self._read_letter()
            if not is_read:
                self._at += 1
            self._is_fresh = is_read or word in ENDS

    def street_texts(self) -> set[str]:
        """Return the streets, without a building that is numbered like one (Three Lake Center).

        Such a building stays where there is no suite or floor to tell it from its neighbours.
        """
        real = self.streets
        if len(real) > 1 and any(unit.startswith(("STE", "FL")) for unit in self.units):
            real = [s for s in real if len(s.number) > 2 or s.suffix not in OF_BUILDINGS] or real
        urbanization = f" URB {self._urbanization}" if self._urbanization else ""
        return {f"{street.text}{urbanization}" for street in real}

    def _read_number(self, word: str) -> bool:
        """Read a street, or a unit without designator, or pass over a number in a name."""
        if is_ordinal(word):
            return not self._is_fresh and ends_at(self._words, self._at + 1) and self._read_bare()
        number, name, end = self._street_words_at(self._at)
        if not name or len(name) == len(name[0]) == 1:
            return self._read_bare()
        if all(map(DIRECTIONS.get, name)):  # 5 West, of a hospital
            self.units.add("".join([f"STE {number}", *map(DIRECTIONS.__getitem__, name)]))
            self._at = end
            return True
        street = street_of(number, name, self._is_puerto_rican)
        is_organization = not ORGANIZATIONS.isdisjoint(name)
        if street.is_sure or (self._is_fresh and not is_organization):
            self.streets.append(street)
        elif not is_organization and (self.streets or self.boxes):
            return self._read_bare()
        self._at = end
        return True

    def _street_words_at(self, start: int) -> tuple[str, list[str], int]:
        """Return the house number at `start`, the words of its street, the position after them."""
        words, at = self._words, start + 1
        number = words[start]
        following = words[at] if at < len(words) else ","
        if _GRID.fullmatch(number) and _GRID.fullmatch(following):
            number, at = number + following, at + 1  # N6 W23001
        elif "/" in following and is_number(following):
            number, at = f"{number} {following}", at + 1  # 123 1/2
        elif following in ENDS and not start and "".join(words[at + 1 : at + 2]).isalpha():
            at += 1  # the number on one line, the street on the next
        name: list[str] = []
        while at < len(words) and len(name) < _MOST_WORDS and not self._street_ends_at(at, name):
            name.append(words[at])
            at += 1
        directions = self._directions_after_end(at) if name else []
        return number, name + directions, at + len(directions) + bool(directions)

    def _directions_after_end(self, at: int) -> list[str]:
        """Return the directions that follow on the street after a comma: Oak Road, N."""
        words, end = self._words, at + 1
        while end < len(words) and words[end] in DIRECTIONS:
            end += 1
        is_all = words[at : at + 1] and words[at] in ENDS and ends_at(words, end)
        return words[at + 1 : end] if is_all else []

    def _street_ends_at(self, at: int, name: list[str]) -> bool:
        word = self._words[at]
        if word in ENDS or word == "#":
            return True
        if word in _STOPS:
            if self._is_puerto_rican and word in PUERTO_RICAN_BUILDINGS and name:
                return True
            if not name and UNITS.get(word) in NEED_NO_NUMBER:
                return False  # 7 Front St, 7 Upper 49th St
            return word in ATTENTION or word in URBANIZATION or self._delivery_at(at)
        if is_number(word) or (len(word) == 1 and word not in DIRECTIONS):
            following = self._words[at + 1] if at + 1 < len(self._words) else ","
            return not is_road_number(name, word, following)
        return word in NUMBER_SIGNS and bool(name) and ends_at(self._words, at + 2)

    def _delivery_at(self, at: int) -> bool:
        """Tell whether a box or a unit stands at `at`, whose word may begin one."""
        words = self._words
        return (
            (words[at] in ROUTES and route_at(words, at) is not None)
            or (words[at] in BOXES and box_at(words, at) is not None)
            or (words[at] in UNITS and unit_at(words, at) is not None)
        )

    def _read_letter(self) -> bool:
        """Read a unit that is a letter: 100 Main St B."""
        return self._is_fresh and ends_at(self._words, self._at + 1) and self._read_bare()

    def _read_bare(self) -> bool:
        units, self._at = bare_unit_at(self._words, self._at)
        self.units.update(units)
        return True

    def _read_unit(self) -> bool:
        found = unit_at(self._words, self._at)
        if found and (self._is_fresh or not self._is_number_of_street(self._at + 1)):
            self.units.update(found[0])
            self._at = found[1]
            return True
        return False

    def _is_number_of_street(self, at: int) -> bool:
        """Tell whether the number at `at` is a street's for sure: Claims Unit 100 Main St."""
        words = self._words
        if at + 1 >= len(words) or not words[at][0].isdecimal() or is_ordinal(words[at]):
            return False
        if is_number(words[at + 1]) and not is_ordinal(words[at + 1]):
            return False  # Suite 500 100 Main St
        number, name, _ = self._street_words_at(at)
        return bool(name) and street_of(number, name).is_sure

    def _read_box(self) -> bool:
        return self._add_box(box_at(self._words, self._at))

    def _read_route(self) -> bool:
        return self._add_box(route_at(self._words, self._at))

    def _read_route_or_unit(self) -> bool:
        return (self._is_military and self._read_route()) or self._read_unit()

    def _add_box(self, found: tuple[str, int] | None) -> bool:
        if found:
            self.boxes.add(found[0])
            self._at = found[1]
        return found is not None

    def _read_general_delivery(self) -> bool:
        return self._add_box(("GENERAL DELIVERY", self._at + 1))

    def _read_attention(self) -> bool:
        """Pass over the rest of the line, up to a box or a street that is one for sure."""
        words = self._words
        self._at += 1
        while self._at < len(words) and words[self._at] not in ENDS:
            word = words[self._at]
            if (word in BOXES or word in ROUTES) and self._delivery_at(self._at):
                break
            if self._is_number_of_street(self._at):
                break
            self._at += 1
        return True

    def _read_urbanization(self) -> bool:
        """Read an urbanization, which tells equal streets of one ZIP apart."""
        words, start = self._words, self._at + 1
        end = start
        while end < len(words) and words[end].isalpha() and words[end] not in _NAME_STOPS:
            end += 1
        self._urbanization = "".join(words[start:end])
        self._at = end
        return True

    def _read_spanish_street(self) -> bool:
        """Read a Puerto Rican street whose number comes last: Calle Marginal #45, Calle 5 #45."""
        words, end = self._words, self._at + 1
        if not (self._is_puerto_rican and self._is_fresh):
            return False
        while end < len(words) and end - self._at < _MOST_WORDS:
            is_name = words[end].isalpha() and words[end] not in NUMBER_SIGNS
            if words[end] in ENDS or (not is_name and end > self._at + 1):
                break
            end += 1
        name = words[self._at : end]
        if words[end : end + 1] == ["#"]:
            end += 1
        number = words[end] if end < len(words) else ","
        if not is_number(number):
            return False
        self.streets.append(street_of(number, name, is_puerto_rican=True))
        self._at = end + 1
        return True

    def _read_kilometer(self) -> bool:
        """Read a place on a Puerto Rican highway: Carr 2 Km 11.8."""
        words = [
            word for word in self._words[self._at : self._at + 7] if word.isalnum() or "." in word
        ]
        numbers = words[1:4:2]
        if len(words) < 4 or words[2] not in _KILOMETERS or not all(map(is_number, numbers)):
            return False
        self.streets.append(Street(f"CARR {words[1]}", f"KM {words[3]}", "", True))
        self._at = self._words.index(words[3], self._at + 3) + 1
        return True


_READ_BY_WORD: dict[str, Callable[[Reader], bool]] = {
    **dict.fromkeys(UNITS, Reader._read_unit),
    **dict.fromkeys(BOXES, Reader._read_box),
    **dict.fromkeys(ROUTES, Reader._read_route),
    "UNIT": Reader._read_route_or_unit,
    **dict.fromkeys(ATTENTION, Reader._read_attention),
    "GENERALDELIVERY": Reader._read_general_delivery,
    **dict.fromkeys(URBANIZATION, Reader._read_urbanization),
    **dict.fromkeys(SPANISH_STREETS, Reader._read_spanish_street),
    **dict.fromkeys(["CARR", "CARRETERA"], Reader._read_kilometer),
}
_NAME_STOPS = SPANISH_STREETS | UNITS.keys() | BOXES
_STOPS = UNITS.keys() | BOXES | ROUTES.keys() | ATTENTION | URBANIZATION
