"""What the words of an address say: boxes, streets and units. All else falls away."""

from collections.abc import Callable

from kareo.addresses.street_words import calle_at, kilometer_at, street_words_at, urbanization_at
from kareo.addresses.streets import Street, street_of
from kareo.addresses.suffixes import OF_BUILDINGS
from kareo.addresses.tables import (
    ATTENTION,
    BOXES,
    DIRECTIONS,
    MILITARY_ZIPS,
    ORGANIZATIONS,
    PUERTO_RICAN_ZIPS,
    ROUTES,
    SPANISH_STREETS,
    UNITS,
    URBANIZATION,
)
from kareo.addresses.units import bare_unit_at, box_at, delivery_at, ends_at, route_at, unit_at
from kareo.addresses.words import ENDS, is_number, is_ordinal


class Reader:
    """Reads the words of an address from the first to the last.

    Names of companies, buildings and departments fall away. A number doesn't, save in the name of
    an organization or a person: where in doubt, it is a unit.
    """

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
            if read := _READ_BY_WORD.get(word):
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

        Such a building stays where there is no suite or floor to tell it from its neighbors.
        """
        real = self.streets
        if len(real) > 1 and any(unit.startswith(("STE", "FL")) for unit in self.units):
            real = [s for s in real if len(s.number) > 2 or s.suffix not in OF_BUILDINGS] or real
        urbanization = f" URB {self._urbanization}" if self._urbanization else ""
        return {f"{street.number} {street.name}{urbanization}" for street in real}

    def _read_number(self, word: str) -> bool:
        """Read a street, or a unit without designator, or pass over a number in a name."""
        if is_ordinal(word):
            return not self._is_fresh and ends_at(self._words, self._at + 1) and self._read_bare()
        number, name, end = street_words_at(self._words, self._at, self._is_puerto_rican)
        if not name or len(name) == len(name[0]) == 1:
            return self._read_bare()
        if all(map(DIRECTIONS.get, name)):  # 5 West, of a hospital
            self.units.add("".join([f"STE {number}", *map(DIRECTIONS.__getitem__, name)]))
            self._at = end
            return True
        return self._read_street(number, name, end)

    def _read_street(self, number: str, name: list[str], end: int) -> bool:
        """Read a house number and a name that end before `end`, if they are a street."""
        street = street_of(number, name, self._is_puerto_rican)
        is_organization = not ORGANIZATIONS.isdisjoint(name)
        if street.is_sure or (self._is_fresh and not is_organization):
            self.streets.append(street)
        elif not is_organization and (self.streets or self.boxes):
            return self._read_bare()
        self._at = end
        return True

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
        number, name, _ = street_words_at(words, at, self._is_puerto_rican)
        return bool(name) and street_of(number, name).is_sure

    def _read_box(self) -> bool:
        """Read a PO box, or a box on a route or in a military unit."""
        find = route_at if self._words[self._at] in ROUTES else box_at
        if found := find(self._words, self._at):
            self.boxes.add(found[0])
            self._at = found[1]
        return found is not None

    def _read_box_or_unit(self) -> bool:
        return (self._is_military and self._read_box()) or self._read_unit()

    def _read_general_delivery(self) -> bool:
        self.boxes.add("GENERAL DELIVERY")
        self._at += 1
        return True

    def _read_attention(self) -> bool:
        """Pass over the rest of the line, up to a box or a street that is one for sure."""
        words = self._words
        self._at += 1
        while self._at < len(words) and words[self._at] not in ENDS:
            word = words[self._at]
            is_box = (word in BOXES or word in ROUTES) and delivery_at(words, self._at)
            if is_box or self._is_number_of_street(self._at):
                break
            self._at += 1
        return True

    def _read_urbanization(self) -> bool:
        self._urbanization, self._at = urbanization_at(self._words, self._at)
        return True

    def _read_calle(self) -> bool:
        is_one = self._is_puerto_rican and self._is_fresh
        return is_one and self._add_street(calle_at(self._words, self._at))

    def _read_kilometer(self) -> bool:
        return self._add_street(kilometer_at(self._words, self._at))

    def _add_street(self, found: tuple[Street, int] | None) -> bool:
        if found:
            self.streets.append(found[0])
            self._at = found[1]
        return found is not None


_READ_BY_WORD: dict[str, Callable[[Reader], bool]] = {
    **dict.fromkeys(UNITS, Reader._read_unit),
    **dict.fromkeys(BOXES | ROUTES.keys(), Reader._read_box),
    "UNIT": Reader._read_box_or_unit,
    **dict.fromkeys(ATTENTION, Reader._read_attention),
    "GENERALDELIVERY": Reader._read_general_delivery,
    **dict.fromkeys(URBANIZATION, Reader._read_urbanization),
    **dict.fromkeys(SPANISH_STREETS, Reader._read_calle),
    **dict.fromkeys(["CARR", "CARRETERA"], Reader._read_kilometer),
}
