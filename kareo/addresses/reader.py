"""What the words of an address say: boxes, streets and units. All else falls away."""

import re
from collections.abc import Callable

from kareo.addresses.grammar import match, tags_in, tags_of
from kareo.addresses.street_words import street_words_at
from kareo.addresses.streets import Where, street_of
from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.rules import PUERTO_RICO
from kareo.addresses.tables.states import STATE_CODES
from kareo.addresses.tables.suffixes import SUFFIXES
from kareo.addresses.units import box_at, numbers_at, unit_at, written
from kareo.addresses.words import is_ordinal, without_th

# {what stands alone at the end of a line: the unit}, behind Attn: Region IV, Claims LL.
_LONE_UNITS = delivery.LONE_FLOORS | {roman: f"STE {n}" for roman, n in names.ROMAN.items()}


class Reader:
    """Reads the words of an address from the first to the last.

    Names of people, companies, departments and, beside a street, of buildings fall away. Nothing
    else does: what isn't understood stays, as a unit.
    """

    def __init__(self, words: list[str], where: Where) -> None:
        self.boxes: set[str] = set()
        self.streets: set[str] = set()
        self.units: set[str] = set()
        self.names: list[str] = []  # what was passed over
        self.fell_away: list[str] = []
        self.not_understood: set[str] = set()
        self._words = words
        self._tags = tags_of(words)
        self._where = where
        self._urbanizations: set[str] = set()
        self._at = 0
        self._is_fresh = True  # no word of a name stands before, on this line
        begin, is_behind = 0, False  # of the name that is being passed over; behind a street
        while self._at < len(words):
            before, is_end = self._at, words[self._at] in delivery.ENDS
            read = _READ_BY_TAG.get(self._tags[before])
            is_read = read is not None and read(self)
            if not is_read:
                self._at = max(self._at, before + 1)
            if is_read or is_end:
                self._end_name(begin, before, is_behind)
                begin, is_behind = self._at, bool(self.streets)
            self._is_fresh = is_read or is_end
        self._end_name(begin, len(words), is_behind)
        self._settle()

    def named_place(self) -> str:
        """Return a building that has no number, with all names that are there; "" if none is."""
        if self.boxes or self.streets:
            return ""
        if not any(match("building", tags_of(name.split()), 0) for name in self.names):
            return ""
        return " ".join(SUFFIXES.get(word, word) for name in self.names for word in name.split())

    def _end_name(self, begin: int, end: int, is_behind: bool) -> None:
        """Let the words from `begin` to `end` fall away, but for what tells two places apart."""
        while end > begin and self._words[end - 1] in delivery.NUMBER_SIGNS:
            end -= 1
        words, tags = self._words[begin:end], self._tags[begin:end]
        if not words:
            return
        self.names.append(" ".join(words))
        told = match("called", tags, 0) or match("called before", tags, 0)
        if len(words) == 1 and words[0] in delivery.LONE_FLOORS:
            self.units.add(delivery.LONE_FLOORS[words[0]])
            words = []
        elif told:  # Lake Plaza II, Gate A, North Plaza
            noun, called = words[told.start("noun")], words[told.start("called")]
            number = names.DIRECTIONS.get(called) or names.ROMAN.get(called, called)
            self._keep(f"{SUFFIXES.get(noun, noun)} {number}")
            words = words[: told.start("kept")]
        elif is_behind and not self._is_of_city(words) and not match("no place", tags, 0):
            self._keep(" ".join([without_th(word) for word in words]))
            words = []
        if words:
            self.fell_away.append(" ".join(words))

    def _is_of_city(self, name: list[str]) -> bool:
        town, state = list(self._where.town), self._where.state
        return name in (town, [*town, "CITY"]) or STATE_CODES.get(" ".join(name)) == state

    def _keep(self, unit: str) -> None:
        """Keep as a unit what nothing says what it is."""
        self.units.add(unit)
        self.not_understood.add(unit)

    def _settle(self) -> None:
        """Give the parts the form that only the whole address says."""
        if not self.boxes and not self.streets:  # a department's number may be a bank's lockbox
            departments = (unit for unit in self.units if unit.startswith(("DEPT ", "FILE ")))
            self.boxes = {unit for unit in departments if len(unit) > len("DEPT 123")}
            self.units -= self.boxes
        if self.boxes and self._where.zip5:  # which say it
            self.units = {unit for unit in self.units if not unit.startswith("STA ")}
        for name in sorted(self._urbanizations):
            self.streets = {f"{street} URB {name}" for street in self.streets}

    def _take(self, found: tuple[list[str], int] | None, part: set[str]) -> bool:
        if found:
            part.update(found[0])
            self._at = found[1]
        return found is not None

    def _found(self, rule: str) -> re.Match[str] | None:
        """Return what a rule reads here; Puerto Rico's own rules only there."""
        is_elsewhere = rule in PUERTO_RICO and not self._where.is_puerto_rican
        return None if is_elsewhere else match(rule, self._tags, self._at)

    def _read_as(self, rule: str, part: set[str]) -> bool:
        """Read what needs its rule and its form only."""
        found = self._found(rule)
        read = ([written(rule, self._words, found)], found.end()) if found else None
        return self._take(read, part)

    def _read_number(self) -> bool:
        """Read a street, or a unit without designator, or pass over a number in a name."""
        words, at, is_fresh = self._words, self._at, self._is_fresh
        is_lone = len(words[at]) == 1 and not is_fresh and words[at - 1] in names.BUILDINGS
        if is_lone and not self._is_number_of_street(at):
            return False  # Plaza Two
        if is_ordinal(words[at]):
            return not is_fresh and bool(match("stop", self._tags, at + 1)) and self._read_bare()
        number, name, end = street_words_at(words, self._tags, at, self._where)
        if not name or len(name) == len(name[0]) == 1:
            return self._read_bare()
        if all(word in names.DIRECTIONS for word in name):  # 5 West, of a hospital
            unit = "".join([f"STE {number}", *(names.DIRECTIONS[word] for word in name)])
            return self._take(([unit], end), self.units)
        street = street_of(number, name, self._where)
        is_organization = name[-1] in names.ORGANIZATIONS or not names.LOCALS.isdisjoint(name)
        if street.is_sure or (is_fresh and not is_organization):
            return self._take(([street.text], end), self.streets)
        if not is_organization and (self.streets or self.boxes):
            return self._read_bare()
        self._at = end
        return True

    def _read_letter(self) -> bool:
        """Read a unit that is a letter: 100 Main St B. Or a house number that begins with one."""
        if self._is_fresh and self._is_number_of_street(self._at + 1):
            return self._read_number()
        return self._is_fresh and bool(self._found("lone letter")) and self._read_bare()

    def _read_bare(self) -> bool:
        numbers, end = numbers_at(self._words, self._tags, self._at)
        return self._take(([f"STE {number}" for number in numbers], end), self.units)

    def _read_unit(self) -> bool:
        is_free = self._is_fresh and self._words[self._at] != "#"  # #401 Elm St
        if not is_free and self._is_number_of_street(self._at + 1):
            return False
        return self._take(unit_at(self._words, self._tags, self._at), self.units)

    def _is_number_of_street(self, at: int) -> bool:
        """Tell whether the number at `at` is a street's for sure: Claims Unit 100 Main St."""
        if not match("house before name", self._tags, at):
            return False  # Suite 500 100 Main St
        number, name, _ = street_words_at(self._words, self._tags, at, self._where)
        return bool(name) and street_of(number, name, self._where).is_sure

    def _read_box(self) -> bool:
        return self._take(box_at(self._words, self._tags, self._at), self.boxes)

    def _read_route(self) -> bool:
        """Read a box on a route; a route without one that can be read stays as it is."""
        # RD is an old word for a route, and one for a highway of Puerto Rico.
        if self._read_as("kilometer", self.streets) or self._read_box():
            return True
        found = self._found("route alone")
        if not found or self._is_number_of_street(found.start("name")):
            return False
        self._keep(written("route alone", self._words, found))
        self._at = found.end()
        return True

    def _read_military(self) -> bool:
        return (self._where.is_military and self._read_box()) or self._read_unit()

    def _read_attention(self) -> bool:
        """Pass over the rest of the line, up to a box, a unit or a street that is one for sure."""
        words, tags, start = self._words, self._tags, self._at
        self._at += 1
        while self._at < len(words) and words[self._at] not in delivery.ENDS:
            is_delivery = box_at(words, tags, self._at) or unit_at(words, tags, self._at)
            if is_delivery or self._is_number_of_street(self._at):
                break
            if union := self._found("union"):
                self._at = union.end()
            elif words[self._at] in _LONE_UNITS and match("stop", tags, self._at + 1):
                self._take(([_LONE_UNITS[words[self._at]]], self._at + 1), self.units)
            elif self._found("number of place"):
                self._read_bare()
            else:
                self._at += 1
        self.fell_away.append(" ".join(words[start : self._at]))
        return True

    def _read_calle(self) -> bool:
        """Read a street whose number comes last: Calle Marginal #45, Calle 5 #45."""
        found = self._found("calle") if self._is_fresh else None
        if not found:
            return False
        name = self._words[slice(*found.span("name"))]
        street = street_of(self._words[found.start("number")], name, self._where)
        return self._take(([street.text], found.end()), self.streets)

    def _read_local(self) -> bool:
        """Pass over a union's name, whose number is no place's; in Puerto Rico, it is a shop's."""
        if not (found := self._found("union")):
            return False
        is_shop = self._where.is_puerto_rican
        self._at = found.start("number") if is_shop else found.end()
        return is_shop and self._read_bare()


# Where a word is in several classes, the last of them counts.
_READ_BY_TAG: dict[str, Callable[[Reader], bool]] = {
    tag: read
    for name, read in (
        ("NUMBER", Reader._read_number),
        ("LETTER", Reader._read_letter),
        ("UNIT", Reader._read_unit),
        ("BOX", Reader._read_box),
        ("ATTENTION", Reader._read_attention),
        ("DELIVERY", lambda self: self._read_as("general delivery", self.boxes)),
        ("URB", lambda self: self._read_as("urbanization", self._urbanizations)),
        ("CALLE", Reader._read_calle),
        ("PRROAD", lambda self: self._read_as("kilometer", self.streets)),
        ("ROUTE", Reader._read_route),
        ("MILITARY", Reader._read_military),
        ("BARRIO", lambda self: self._read_as("box of barrio", self.boxes)),
        ("LOCAL", Reader._read_local),
    )
    for tag in tags_in(name)
}
