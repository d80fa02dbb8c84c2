"""The keys of an address, and the parts that they are made of."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from kareo.addresses.place import place_of, without_place
from kareo.addresses.reader import Reader
from kareo.addresses.streets import Where
from kareo.addresses.tables.states import STATE_CODES
from kareo.addresses.units import numbers_last
from kareo.addresses.words import LONGEST, MOST_WORDS, may_be_zip, text_of, words_of, zip_5

KEY_VERSION = 4  # of what a key looks like; stored with each key
_CANADIAN = re.compile(r"(?:[A-Z][0-9]){3}").fullmatch
KEY_LENGTH = 255  # characters; what the columns hold


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """An address in its standard form, part by part. Parts that it doesn't have are empty."""

    zip5: str = ""
    place: str = ""  # the ZIP, or city and state where there is none
    box: str = ""  # PO BOX 12, RR 2 BOX 15, GENERAL DELIVERY; several are joined by " & "
    street: str = ""  # 111 ACADEMY DR; several are joined, too
    units: tuple[str, ...] = ()  # STE 200, FL 12, BLDG C, MS 31-07; sorted
    # For people, and no part of the place: names that fell away, and those units that were kept
    # only because nothing says what they are.
    fell_away: tuple[str, ...] = field(default=(), compare=False)
    not_understood: tuple[str, ...] = field(default=(), compare=False)

    @property
    def key(self) -> str:
        """The key of this very place, "" without a box or street, or without a place."""
        return self._key(" ".join(self.units))

    @property
    def near_key(self) -> str:
        """The key without the units."""
        return self._key("")

    @property
    def basis(self) -> list[str]:
        """What a match is based on: ["box", "zip"], ["street", "city", "state"]."""
        delivery = ["box"] * bool(self.box) + ["street"] * bool(self.street)
        return delivery + (["zip"] if self.zip5 else ["city", "state"])

    def _key(self, units: str) -> str:
        if not self.place or not (self.box or self.street):
            return ""
        key = f"{self.place}|{self.box}|{self.street}|{units}"
        if len(key) <= KEY_LENGTH:
            return key
        digest = blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()
        return f"{key[: KEY_LENGTH - len(digest) - 1]}~{digest}"


def address_key(street_1: Any, street_2: Any, city: Any, state: Any, zip_code: Any) -> str:
    """Return the same key for two spellings of one address, "" for too little to match on."""
    return parse(street_1, street_2, city, state, zip_code).key


def near_key(street_1: Any, street_2: Any, city: Any, state: Any, zip_code: Any) -> str:
    """Return the key of the building: equal where only suite, floor and the like differ."""
    return parse(street_1, street_2, city, state, zip_code).near_key


def parse(street_1: Any, street_2: Any, city: Any, state: Any, zip_code: Any) -> ParsedAddress:
    """Return the parts of an address in standard form; none of what is too long to be one."""
    parts = (street_1, street_2, city, state, zip_code)
    is_kept = set(map(type, parts)) == {str} and sum(map(len, parts)) <= LONGEST
    return (_read if is_kept else _read.__wrapped__)(*parts)


# One save asks for one address several times: for the form, the preview, the lock, the match.
@lru_cache(maxsize=4096)  # some megabytes
def _read(street_1: Any, street_2: Any, city: Any, state: Any, zip_code: Any) -> ParsedAddress:
    first, second = text_of(street_1), text_of(street_2)
    lines = f"{first}\n{second}" if second else first
    if len(lines) > LONGEST:
        lines = "\n".join(" ".join(line.split()) for line in lines.split("\n"))
    if len(lines) > LONGEST or len(words := numbers_last(words_of(lines))) > MOST_WORDS:
        return ParsedAddress()
    zip5 = where = zip_5(zip_code)
    if not zip5 or any(map(may_be_zip, words)):
        words, place, zip5 = without_place(words, place_of(city, state), zip5)
        where = zip5 or _canadian(zip_code) or place.text
        state = place.state
    else:
        state = STATE_CODES.get(text_of(state).strip(), "")
    read = Reader(words, Where(state, tuple(text_of(city).split()), zip5))
    boxes, streets = " & ".join(sorted(read.boxes)), " & ".join(sorted(read.streets))
    if named := read.named_place():
        # Without a number, only what says exactly the same is the same.
        streets = f"{named}, {place_of(city, state).text}".rstrip(", ")
    units = tuple(sorted(read.units))
    strange = tuple(sorted(read.units & read.not_understood))
    return ParsedAddress(zip5, where, boxes, streets, units, tuple(read.fell_away), strange)


def _canadian(code: object) -> str:
    """Return a postal code of Canada, which is a place, too; "" for anything else."""
    text = "".join(text_of(code).split())
    return text if _CANADIAN(text) else ""
