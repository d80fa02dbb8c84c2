"""All that is ever typed in a history, with what is the same in it, written by hand.

Small, so that names, addresses and numbers collide all the time.
"""

from datetime import date
from typing import NamedTuple


class Place(NamedTuple):
    """An address as it is typed and, by numbers of our own, where that is.

    Two with the same `spot` are one place, two with the same `building` may be another suite of it.
    0 is nowhere: there is too little to match on.
    """

    street_1: str
    street_2: str
    city: str
    state: str
    zip_code: str
    spot: int
    building: int

    @property
    def typed(self) -> dict[str, str]:
        return dict(zip(ADDRESS, self[:5], strict=True))


ADDRESS = ("street_1", "street_2", "city", "state", "zip_code")
PLACES = (
    Place("100 Main Street", "", "Irvine", "CA", "92617", 1, 1),
    Place("100 MAIN ST.", "", "irvine", "CA", "926171234", 1, 1),
    Place("100 Main St", "Suite 200", "Irvine", "CA", "92617", 2, 1),
    Place("100 Main Street Ste 200", "", "Irvine", "CA", "92617", 2, 1),
    Place("P.O. Box 77", "", "Lexington", "KY", "40512", 3, 3),
    Place("PO BOX 77", "Attn: Claims", "Lexington", "KY", "40512", 3, 3),
    Place("Main Street", "", "Irvine", "CA", "92617", 0, 0),
)
NOWHERE = Place("", "", "", "", "", 0, 0)

# {typed: stored}; all else is stored as it is typed.
STORED_ZIPS = {"926171234": "92617-1234"}
STORED_PHONES = {"(800) 555-0101": "800-555-0101"}
STORED_PAYER_IDS = {"abc1": "ABC1"}

# {spelling: which name it is}
COMPANY_NAMES = {"Aetna": 1, "AETNA, Inc.": 1, "VSP": 2, "The VSP": 2, "Cigna Vision": 3}
PLAN_NAMES = {"HMO": 11, "H.M.O.": 11, "PPO": 12}
NAMES = COMPANY_NAMES | PLAN_NAMES

PHONES = ("", "(800) 555-0101", "800-555-0101", "714-555-0199")
PAYER_IDS = ("", "abc1", "ABC1", "60054")
PROGRAMS = ("commercial", "medicare")
CONTACTS = ("", "Kim")
NOTES = ("", "Call first.")
OTHER_NAMES = ("", "VSP", "Cigna Vision\nAetna", "The VSP\nVSP")

# No two are one number in other spellings.
CHARTS = ("A1", "B2", "C3")
PEOPLE = (("Doe", "Jo", date(1980, 5, 17)), ("Roe", "Al", date(1991, 2, 3)))
RANKS = ("primary", "secondary", "tertiary")
POLICY_NUMBERS = ("", "W1", "W2")
DAYS = (None, date(2026, 1, 1), date(2026, 6, 30), date(2027, 1, 1))

_WHERE: dict[tuple[str, ...], tuple[int, int]] = {
    (*place[:4], STORED_ZIPS.get(place.zip_code, place.zip_code)): (place.spot, place.building)
    for place in (*PLACES, NOWHERE)
}


def where(address: tuple[str, ...]) -> tuple[int, int]:
    """Return the spot and the building of an address as it is stored."""
    return _WHERE[address]


def is_named(one: str, other: str) -> bool:
    """Return whether both are spellings of one name."""
    return NAMES[one] == NAMES[other]
