"""What the words of an address say: boxes, streets and units. All else falls away."""

from collections.abc import Callable

from kareo.addresses.states import STATE_CODES
from kareo.addresses.street_words import (
    calle_at,
    is_spaced_grid,
    kilometer_at,
    street_words_at,
    urbanization_at,
)
from kareo.addresses.streets import Street, Where, street_of
from kareo.addresses.suffixes import SUFFIXES
from kareo.addresses.tables import (
    ATTENTION,
    BOXES,
    BUILDINGS,
    DEPARTMENTS,
    DIRECTIONS,
    LOCALS,
    LONE_FLOORS,
    NUMBER_SIGNS,
    ORGANIZATIONS,
    PUERTO_RICAN_ROADS,
    ROMAN,
    ROUTES,
    SPANISH_STREETS,
    UNITS,
    URBANIZATION,
    WORDS_OF_TWO,
)
from kareo.addresses.units import (
    bare_unit_at,
    box_at,
    box_before_route,
    delivery_at,
    ends_at,
    route_at,
    unit_at,
)
from kareo.addresses.words import ENDS, is_number, is_ordinal


class Reader:
    """Reads the words of an address from the first to the last.

    Names of people, companies, departments and, beside a street, of buildings fall away. Nothing
    else does: what isn't understood stays, as a unit.
    """

    def __init__(self, words: list[str], where: Where) -> None:
        self.boxes: set[str] = set()
        self.streets: list[Street] = []
        self.units: set[str] = set()
        self.names: list[list[str]] = []  # what was passed over
        self.fell_away: list[str] = []
        self.not_understood: set[str] = set()
        self._words = words
        self._where = where
        self._urbanization = ""
        self._at = 0
        self._is_fresh = True  # no word of a name stands before, on this line
        self._name: list[str] = []  # the words that were passed over since
        while self._at < len(words):
            word = words[self._at]
            before = self._at
            if read := _READ_BY_WORD.get(word):
                is_read = read(self)
            elif is_number(word):
                is_read = self._read_number(word)
            else:
                is_read = len(word) == 1 and word.isalpha() and self._read_letter()
            if is_read or word in ENDS:
                self._end_name()
            else:
                self._name.extend(words[before : max(self._at, before + 1)])
            if not is_read:
                self._at = max(self._at, before + 1)
            self._is_fresh = is_read or word in ENDS
        self._end_name()
        self._take_bank_box()
        if self.boxes:  # the box says it
            self.units = {unit for unit in self.units if not unit.startswith("STA ")}

    def street_texts(self) -> set[str]:
        """Return the streets."""
        urbanization = f" URB {self._urbanization}" if self._urbanization else ""
        return {f"{street.number} {street.name}{urbanization}" for street in self.streets}

    def named_place(self) -> str:
        """Return a building that has no number, with all names that are there; "" if none is."""
        if self.boxes or self.streets or not any(map(_is_building, self.names)):
            return ""
        return " ".join(SUFFIXES.get(word, word) for name in self.names for word in name)

    def _end_name(self) -> None:
        """Let the name that was passed over fall away, but for what tells two places apart."""
        name, self._name = self._name, []
        if not name:
            return
        self.names.append(name)
        *_others, last = name
        rest = name
        before = SUFFIXES.get(name[-2], name[-2]) if len(name) > 1 else ""
        if len(name) == 1 and last in LONE_FLOORS:
            self.units.add(LONE_FLOORS[last])
            rest = []
        elif before and last not in NUMBER_SIGNS:
            called = DIRECTIONS.get(last) or ROMAN.get(last) or (last if _is_code(last) else "")
            if called:  # Lake Plaza II, Gate A, Medical Center West
                self.units.add(f"{before} {called}")
                self.not_understood.add(f"{before} {called}")
                rest = name[:-2]
        if rest:
            self.fell_away.append(" ".join(rest))

    def _take_bank_box(self) -> None:
        """Take a department's number for a box where there is nothing else: a bank's lockbox."""
        if self.boxes or self.streets:
            return
        for unit in self.units:
            kind, _, number = unit.partition(" ")
            if kind == "DEPT" and len(number) > 3:
                self.boxes.add(unit)
        self.units -= self.boxes

    def _read_number(self, word: str) -> bool:
        """Read a street, or a unit without designator, or pass over a number in a name."""
        if is_ordinal(word):
            return not self._is_fresh and ends_at(self._words, self._at + 1) and self._read_bare()
        number, name, end = street_words_at(self._words, self._at, self._where)
        if not name or len(name) == len(name[0]) == 1:
            return self._read_bare()
        if all(map(DIRECTIONS.get, name)):  # 5 West, of a hospital
            self.units.add("".join([f"STE {number}", *map(DIRECTIONS.__getitem__, name)]))
            self._at = end
            return True
        return self._read_street(number, name, end)

    def _read_street(self, number: str, name: list[str], end: int) -> bool:
        """Read a house number and a name that end before `end`, if they are a street."""
        street = street_of(number, name, self._where)
        is_organization = name[-1] in ORGANIZATIONS or not LOCALS.isdisjoint(name)
        if street.is_sure or (self._is_fresh and not is_organization):
            self.streets.append(street)
        elif not is_organization and (self.streets or self.boxes):
            return self._read_bare()
        self._at = end
        return True

    def _read_letter(self) -> bool:
        """Read a unit that is a letter: 100 Main St B. Or a house number that begins with one."""
        is_of_number = is_spaced_grid(self._words, self._at) or self._is_number_of_street(
            self._at + 1
        )
        if self._is_fresh and is_of_number:
            return self._read_number(self._words[self._at])
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
        number, name, _ = street_words_at(words, at, self._where)
        return bool(name) and street_of(number, name, self._where).is_sure

    def _read_box(self) -> bool:
        """Read a PO box, or a box on a route or in a military unit."""
        find = route_at if self._words[self._at] in ROUTES else box_at
        found = box_before_route(self._words, self._at) or find(self._words, self._at)
        if found:
            self.boxes.add(found[0])
            self._at = found[1]
        return found is not None

    def _read_box_or_unit(self) -> bool:
        return (self._where.is_military and self._read_box()) or self._read_unit()

    def _read_general_delivery(self) -> bool:
        self.boxes.add("GENERAL DELIVERY")
        self._at += 1
        return True

    def _read_attention(self) -> bool:
        """Pass over the rest of the line, up to a box or a street that is one for sure."""
        words, start = self._words, self._at
        self._at += 1
        while self._at < len(words) and words[self._at] not in ENDS:
            word = words[self._at]
            is_box = (word in BOXES or word in ROUTES) and delivery_at(words, self._at)
            is_box = is_box or (word in UNITS and delivery_at(words, self._at))
            if is_box or self._is_number_of_street(self._at):
                break
            self._at += 1
        self.fell_away.append(" ".join(words[start : self._at]))
        return True

    def _read_urbanization(self) -> bool:
        self._urbanization, self._at = urbanization_at(self._words, self._at)
        return True

    def _read_calle(self) -> bool:
        is_one = self._where.is_puerto_rican and self._is_fresh
        return is_one and self._add_street(calle_at(self._words, self._at))

    def _read_local(self) -> bool:
        """Pass over a union's name, whose number is no place's: Plumbers Local No. 5."""
        end = self._at + 1
        while end < len(self._words) and self._words[end] in NUMBER_SIGNS:
            end += 1
        if end < len(self._words) and is_number(self._words[end]):
            self._at = end + 1
        return False

    def _read_road_of_puerto_rico(self) -> bool:
        is_read = self._where.is_puerto_rican and self._add_street(
            kilometer_at(self._words, self._at)
        )
        return is_read or (self._words[self._at] in ROUTES and self._read_box())

    def _add_street(self, found: tuple[Street, int] | None) -> bool:
        if found:
            self.streets.append(found[0])
            self._at = found[1]
        return found is not None


def _is_code(word: str) -> bool:
    """Tell whether one or two letters are no word: Gate A, Zone AB, but Acme Co of CA."""
    is_word = len(word) == 2 and (word in STATE_CODES or word in WORDS_OF_TWO)
    return len(word) < 3 and word.isalpha() and not is_word


def _is_building(name: list[str]) -> bool:
    """Tell whether a building has this name: Mutual of Omaha Plaza, not Claims Center."""
    last = name[-2] if len(name) > 2 and (name[-1] in ROMAN or name[-1] in DIRECTIONS) else name[-1]
    return len(name) > 1 and last in BUILDINGS and DEPARTMENTS.isdisjoint(name)


_READ_BY_WORD: dict[str, Callable[[Reader], bool]] = {
    **dict.fromkeys(UNITS, Reader._read_unit),
    **dict.fromkeys(BOXES | ROUTES.keys(), Reader._read_box),
    "UNIT": Reader._read_box_or_unit,
    **dict.fromkeys(ATTENTION, Reader._read_attention),
    "GENERALDELIVERY": Reader._read_general_delivery,
    **dict.fromkeys(URBANIZATION, Reader._read_urbanization),
    **dict.fromkeys(SPANISH_STREETS, Reader._read_calle),
    **dict.fromkeys(PUERTO_RICAN_ROADS, Reader._read_road_of_puerto_rico),
    **dict.fromkeys(LOCALS, Reader._read_local),
}
