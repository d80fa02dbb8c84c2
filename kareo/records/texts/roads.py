"""Roads that are called by a number or by letters, as the line of street words has them."""

import re
from collections.abc import Iterable

from kareo.addresses import parse

# As Wisconsin and Missouri call theirs: County Road KK, State Highway 5.
_LETTERED = re.compile(r"[A-Z]+-[A-Z]{1,2}")
_NUMBERED = re.compile(r"[A-Z]+ [0-9]+[A-Z]?")
_PARTS = re.compile(r"[,;\n]")


def is_lettered(word: str) -> bool:
    """Tell whether a `word` of a street in standard form is a road with its letters: CR-KK."""
    return _LETTERED.fullmatch(word) is not None


def road_in(text: str) -> str:
    """Return how the line of street words has the road that all of `text` is, "" for none.

    >>> road_in("County Road 634"), road_in("Cty Rd KK"), road_in("County Road")
    ('CR634', 'CR-KK', '')
    """
    street = _numberless(text)
    is_road = is_lettered(street) or _NUMBERED.fullmatch(street)
    return street.replace(" ", "") if is_road else ""


def numberless_streets(lines: Iterable[str]) -> list[str]:
    """Return the standard form of each street called by a number or by letters in `lines` that is
    written without a house number, with a space where that would be.

    >>> numberless_streets(["County Road 634, Suite 5", "CTH KK", "PO Box 12", "7 CR 5", "Oak St"])
    [' CR 634', ' CR-KK']
    """
    parts = (part.strip() for line in lines for part in _PARTS.split(line))
    # Most addresses are a box and nothing else: those cost no reading.
    written = (part for part in parts if part[:1].isalpha() and "box" not in part.casefold())
    streets = map(_numberless, written)
    return [
        f" {street}"
        for street in streets
        if any(map(str.isdigit, street)) or is_lettered(street.partition(" ")[0])
    ]


def _numberless(text: str) -> str:
    # As that of a house: the reader looks for streets behind a number.
    return parse(f"1 {text}", "", "", "", "").street.removeprefix("1 ")
