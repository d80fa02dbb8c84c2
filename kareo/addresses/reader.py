"""What the words of an address say: boxes, streets and units. All else falls away."""

from collections.abc import Callable

from kareo.addresses.grammar import match, tags_in, tags_of
from kareo.addresses.street_words import street_words_at
from kareo.addresses.streets import Street, Where, street_of
from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.states import STATE_CODES
from kareo.addresses.tables.suffixes import SUFFIXES
from kareo.addresses.units import bare_unit_at, box_at, unit_at
from kareo.addresses.words import is_number, is_ordinal, without_th

_NO_PLACES = names.ORGANIZATIONS | names.DEPARTMENTS | names.NOTHINGS
_EMPTY = delivery.UNITS.keys() | delivery.NUMBER_SIGNS | delivery.BOXES | {"US"}
_NOT_CALLED = names.PROGRAMS | names.LOCALS | delivery.NUMBER_SIGNS


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
        self._tags = tags_of(words)
        self._where = where
        self._urbanization = ""
        self._at = 0
        self._is_fresh = True  # no word of a name stands before, on this line
        self._name: list[str] = []  # the words that were passed over since
        self._is_behind = False  # a street stands before that name
        while self._at < len(words):
            before, is_end = self._at, words[self._at] in delivery.ENDS
            read = _READ_BY_TAG.get(self._tags[before])
            is_read = read is not None and read(self)
            if not is_read:
                self._at = max(self._at, before + 1)
            if is_read or is_end:
                self._end_name()
            else:
                self._is_behind = bool(self.streets) if not self._name else self._is_behind
                self._name.extend(words[before : self._at])
            self._is_fresh = is_read or is_end
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
        *others, before, last = ["", *name]
        if not before and last in delivery.LONE_FLOORS:
            self.units.add(delivery.LONE_FLOORS[last])
            return
        if called := _called(before, last):  # Lake Plaza II, Gate A, Medical Center West
            self._keep(f"{SUFFIXES.get(before, before)} {called}")
            name = others[1:]
        elif called := _called_before(before, last):  # North Plaza
            self._keep(f"{SUFFIXES.get(last, last)} {called}")
            name = others[1:]
        elif self._is_behind and not self._names_no_place(name):
            while name[-1] in delivery.NUMBER_SIGNS and len(name) > 1:
                name = name[:-1]
            self._keep(" ".join(map(without_th, name)))
            return
        if name:
            self.fell_away.append(" ".join(name))

    def _names_no_place(self, name: list[str]) -> bool:
        """Tell whether a name beside a street is known to tell no place apart."""
        town, state = list(self._where.town), self._where.state
        is_of_city = name in (town, [*town, "CITY"]) or STATE_CODES.get(" ".join(name)) == state
        is_known = name[-1] in names.BUILDINGS or name[0] in delivery.NAMED_AFTER
        return is_of_city or is_known or set(name) <= _EMPTY or not _NO_PLACES.isdisjoint(name)

    def _keep(self, unit: str) -> None:
        """Keep as a unit what nothing says what it is."""
        self.units.add(unit)
        self.not_understood.add(unit)

    def _take_bank_box(self) -> None:
        """Take a department's number for a box where there is nothing else: a bank's lockbox."""
        if not self.boxes and not self.streets:
            departments = (unit for unit in self.units if unit.startswith("DEPT "))
            self.boxes = {unit for unit in departments if len(unit) > len("DEPT 123")}
            self.units -= self.boxes

    def _read_number(self) -> bool:
        """Read a street, or a unit without designator, or pass over a number in a name."""
        words, at = self._words, self._at
        if self._name and self._name[-1] in names.BUILDINGS and len(words[at]) == 1:
            return False  # Plaza Two
        if is_ordinal(words[at]):
            return not self._is_fresh and match("stop", self._tags, at + 1) and self._read_bare()
        number, name, end = street_words_at(words, self._tags, at, self._where)
        if not name or len(name) == len(name[0]) == 1:
            return self._read_bare()
        if all(map(names.DIRECTIONS.get, name)):  # 5 West, of a hospital
            self.units.add("".join([f"STE {number}", *map(names.DIRECTIONS.__getitem__, name)]))
            self._at = end
            return True
        street = street_of(number, name, self._where)
        is_organization = name[-1] in names.ORGANIZATIONS or not names.LOCALS.isdisjoint(name)
        if street.is_sure or (self._is_fresh and not is_organization):
            self.streets.append(street)
        elif not is_organization and (self.streets or self.boxes):
            return self._read_bare()
        self._at = end
        return True

    def _read_letter(self) -> bool:
        """Read a unit that is a letter: 100 Main St B. Or a house number that begins with one."""
        if self._is_fresh and self._is_number_of_street(self._at + 1):
            return self._read_number()
        is_unit = self._is_fresh and match("lone letter", self._tags, self._at) is not None
        return is_unit and self._read_bare()

    def _read_bare(self) -> bool:
        units, self._at = bare_unit_at(self._words, self._tags, self._at)
        self.units.update(units)
        return True

    def _read_unit(self) -> bool:
        found = unit_at(self._words, self._tags, self._at)
        is_free = self._is_fresh and self._words[self._at] != "#"  # #401 Elm St
        if found and (is_free or not self._is_number_of_street(self._at + 1)):
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
        number, name, _ = street_words_at(words, self._tags, at, self._where)
        return bool(name) and street_of(number, name, self._where).is_sure

    def _read_box(self) -> bool:
        """Read a PO box, or a box on a route or in a military unit."""
        found = box_at(self._words, self._tags, self._at)
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
        """Pass over the rest of the line, up to a box, a unit or a street that is one for sure."""
        words, tags, start = self._words, self._tags, self._at
        self._at += 1
        while self._at < len(words) and words[self._at] not in delivery.ENDS:
            is_delivery = box_at(words, tags, self._at) or unit_at(words, tags, self._at)
            if is_delivery or self._is_number_of_street(self._at):
                break
            if union := match("union", tags, self._at):
                self._at = union.end()
            elif self._is_of_place(self._at):
                self._read_bare()
            else:
                self._at += 1
        self.fell_away.append(" ".join(words[start : self._at]))
        return True

    def _is_of_place(self, at: int) -> bool:
        """Tell whether a number behind Attn may tell a place: Region 5, not 1199 SEIU."""
        word = self._words[at]
        is_one = is_number(word) and not is_ordinal(word)
        return is_one and _NO_PLACES.isdisjoint(self._words[at : at + 3])

    def _read_urbanization(self) -> bool:
        """Read what tells equal streets of one ZIP apart."""
        if found := match("urbanization", self._tags, self._at):
            self._urbanization = "".join(self._words[slice(*found.span("name"))])
            self._at = found.end()
        return found is not None

    def _read_calle(self) -> bool:
        """Read a street whose number comes last: Calle Marginal #45, Calle 5 #45."""
        found = match("calle", self._tags, self._at)
        if not found or not self._where.is_puerto_rican or not self._is_fresh:
            return False
        name = self._words[self._at : found.end("name")]
        self.streets.append(street_of(self._words[found.start("number")], name, self._where))
        self._at = found.end()
        return True

    def _read_road_of_puerto_rico(self) -> bool:
        """Read a place on a highway of Puerto Rico: Carr 2 Km 11.8, PR-2 K 11.8."""
        found = match("kilometer", self._tags, self._at)
        if not found or not self._where.is_puerto_rican:
            return self._read_box()
        road, kilometer = (self._words[found.start(group)] for group in ("road", "km"))
        self.streets.append(Street(f"CARR {road}", f"KM {kilometer}", is_sure=True))
        self._at = found.end()
        return True

    def _read_local(self) -> bool:
        """Pass over a union's name, whose number is no place's: Plumbers Local No. 5."""
        found = match("union", self._tags, self._at)
        if found and self._where.is_puerto_rican:  # there, it is a shop
            self._at = found.start("number")
            return self._read_bare()
        self._at = found.end() if found else self._at
        return False


def _is_code(word: str) -> bool:
    """Tell whether one or two letters are no word: Gate A, Zone AB, but Acme Co of CA."""
    is_word = len(word) == 2 and (word in STATE_CODES or word in names.WORDS_OF_TWO)
    return len(word) < 3 and word.isalpha() and not is_word


def _called(before: str, last: str) -> str:
    """Return what a place of unknown kind is called by after it: A of Gate A, 2 of Plaza II."""
    if not before or before in _NOT_CALLED or last in delivery.NUMBER_SIGNS:
        return ""
    is_code = _is_code(last) or (len(last) == 1 and last.isdecimal())
    return names.DIRECTIONS.get(last) or names.ROMAN.get(last) or (last if is_code else "")


def _called_before(before: str, last: str) -> str:
    """Return what a building is called by before it: N of North Plaza, UPPER of Upper Mall."""
    if last not in names.BUILDINGS:
        return ""
    return names.DIRECTIONS.get(before) or (before if before in delivery.NAMED_SIDES else "")


def _is_building(name: list[str]) -> bool:
    """Tell whether a building has this name: Mutual of Omaha Plaza, not Claims Center."""
    last = (
        name[-2]
        if len(name) > 2 and (name[-1] in names.ROMAN or name[-1] in names.DIRECTIONS)
        else name[-1]
    )
    return len(name) > 1 and last in names.BUILDINGS and names.DEPARTMENTS.isdisjoint(name)


# Where a word is in several classes, the last of them counts.
_READ_BY_TAG: dict[str, Callable[[Reader], bool]] = {
    tag: read
    for name, read in (
        ("NUMBER", Reader._read_number),
        ("LETTER", Reader._read_letter),
        ("UNIT", Reader._read_unit),
        ("BOX", Reader._read_box),
        ("ROUTE", Reader._read_box),
        ("MILITARY", Reader._read_box_or_unit),
        ("ATTENTION", Reader._read_attention),
        ("DELIVERY", Reader._read_general_delivery),
        ("URB", Reader._read_urbanization),
        ("CALLE", Reader._read_calle),
        ("PRROAD", Reader._read_road_of_puerto_rico),
        ("LOCAL", Reader._read_local),
    )
    for tag in tags_in(name)
}
