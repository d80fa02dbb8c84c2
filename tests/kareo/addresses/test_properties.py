"""What holds for every address, tried on made-up ones and on anything at all."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kareo.addresses import KEY_LENGTH, ParsedAddress, address_key, near_key, parse
from kareo.addresses.tables.delivery import MILITARY_ZIPS
from kareo.addresses.tables.suffixes import SUFFIXES

DIRECTIONS = {"": "", "N": "North", "S": "South", "E": "East", "W": "West", "NW": "North West"}
UNIT_WORDS = {
    "STE": ("Suite", "Ste.", "#", "Apt", "unit", "Room", "Suite No."),
    "FL": ("Floor", "Fl", "flr."),
    "BLDG": ("Building", "Bldg.", "BLD"),
    "DEPT": ("Department", "Dept"),
    "MS": ("Mail Stop", "MSC", "M/S"),
}
BOX_WORDS = ("PO Box", "P.O. Box", "POB", "Box #", "Post Office Box", "Lock Box", "Caller")
WRITTEN: dict[str, list[str]] = {}

for variant, standard in SUFFIXES.items():
    WRITTEN.setdefault(standard, []).append(variant)

Written = tuple[str, str, str, str, str]  # lines, city, state and ZIP

numbers = st.integers(1, 99_999).map(str)
every_zip = st.integers(501, 99_999).map("{:05}".format)
# In the armed forces' ZIPs, a unit and a box are one box: Unit 2050 Box 4190.
zips = every_zip.filter(lambda zip5: not zip5.startswith(MILITARY_ZIPS))
boxes = st.none() | numbers
streets = st.fixed_dictionaries(
    {
        "number": numbers,
        "direction": st.sampled_from(sorted(DIRECTIONS)),
        "name": st.sampled_from(["Oak", "Elm", "Zinnia", "Old Zinnia", "42nd", "Willow"]),
        "suffix": st.sampled_from(sorted(WRITTEN)),
    }
)
units = st.none() | st.tuples(st.sampled_from(sorted(UNIT_WORDS)), numbers)
places = st.fixed_dictionaries({"street": streets, "unit": units, "box": boxes, "zip": zips})


@st.composite
def written(draw: st.DrawFn, place: dict[str, Any]) -> Written:
    """Return `place` as somebody may write it: lines, city, state and ZIP."""

    def pick(options: Sequence[Any]) -> Any:
        return draw(st.sampled_from(options))

    street = place["street"]
    direction = pick([street["direction"], DIRECTIONS[street["direction"]]])
    suffix = pick(WRITTEN[street["suffix"]])
    parts = [f"{street['number']} {direction} {street['name']} {suffix}{pick(['', '.', ','])}"]
    if place["unit"]:
        kind, number = place["unit"]
        parts.append(f"{pick(UNIT_WORDS[kind])} {number}")
    if place["box"]:
        parts.append(f"{pick(BOX_WORDS)} {place['box']}")
    if pick([True, False]):
        parts.insert(0, pick(["Attn: Claims", "c/o Bob", "Acme Health Plan"]))
    parts = [
        pick([str, str.upper, str.lower])(part.replace(" ", pick([" ", "  "]))) for part in parts
    ]
    cut = draw(st.integers(0, len(parts)))
    zip_code = place["zip"] + pick(["", "-1234", "1234", " 1234"])
    lines = (pick([", ", "\n"]).join(half) for half in (parts[:cut], parts[cut:]))
    return (*lines, pick(["", "Springfield"]), pick(["", "IL"]), zip_code)


spelled_twice = places.flatmap(lambda place: st.tuples(written(place), written(place)))


@settings(max_examples=300, deadline=None)
@given(spelled_twice)
def test_one_place_has_one_key_however_it_is_written(pair: tuple[Written, Written]) -> None:
    one, other = pair
    assert address_key(*one) == address_key(*other) != ""


@settings(max_examples=300, deadline=None)
@given(places, places, st.data())
def test_another_number_street_unit_box_or_zip_has_another_key(
    place: dict[str, Any], other: dict[str, Any], data: st.DataObject
) -> None:
    changed = data.draw(st.sampled_from(["street", "unit", "box", "zip"]))
    changed_place = {**place, changed: other[changed]}
    one, two = data.draw(written(place)), data.draw(written(changed_place))

    assert (address_key(*one) == address_key(*two)) == (place[changed] == other[changed])
    if changed == "unit":
        assert near_key(*one) == near_key(*two) != ""
    elif place[changed] != other[changed]:
        assert near_key(*one) != near_key(*two)


@settings(max_examples=300, deadline=None)
@given(places.flatmap(written))
def test_the_standard_form_of_an_address_parses_to_itself(spelling: Written) -> None:
    parsed = parse(*spelling)
    deliveries = [*parsed.box.split(" & "), *parsed.street.split(" & ")]

    assert parse(", ".join(deliveries), ", ".join(parsed.units), "", "", parsed.zip5) == parsed


anything = st.one_of(st.text(), st.none(), st.integers(), st.binary(), st.floats(), st.booleans())


@settings(max_examples=300, deadline=None)
@given(st.tuples(*[anything] * 5))
def test_whatever_is_given_a_key_never_fails_and_fits_its_column(
    parts: tuple[Any, Any, Any, Any, Any],
) -> None:
    for key in (address_key(*parts), near_key(*parts)):
        assert isinstance(key, str)
        assert len(key) <= KEY_LENGTH


WORDS = """
1 A 12B 5th N ST # PO BOX STE FLOOR ATTN RR URB CALLE AND 1-1 1/2 N1 CA 90210 HWY ONE HUNDRED
KM CARR TOWER & UNIT Oak Road AVE West SUITE NO 39.2 GENERAL DELIVERY Lower ,
"""
words = st.sampled_from([*WORDS.split(), "\n"])


@settings(max_examples=500, deadline=None)
@given(st.lists(words, max_size=30), st.sampled_from(["62701", "00918", ""]))
def test_case_and_spacing_never_matter(pieces: list[str], zip_code: str) -> None:
    street, spaced = " ".join(pieces), "   ".join(pieces)

    plain = parse(street, "", "Springfield", "IL", zip_code)
    assert isinstance(plain, ParsedAddress)
    assert plain == parse(f" {street.lower()}\t", " ", "springfield", "il", f" {zip_code} ")
    assert plain == parse(f"\u00a0{spaced.upper()}", None, "SPRINGFIELD ", "Il", zip_code)


# One of each kind that has digits or single letters, all of which tell it from its neighbors.
TELLING = """
12 N Oak St Ste 34B; 37-24A 36th St; 12 Oak St Suites C & D; 12 Oak St, Gate A; N95W18010 Oak Ave
28W573 Oak Rd; 4507 S 300 W; 7 County Road KK; 7 E County Road 1400N; 7 US Hwy 51 Ste 5; 7 KY-84
216 B Oak Blvd; 7 1/2 Oak St; PO Box 12-34A; PO Box A-12; RR 2 Box 65A; HC 1 Box 5; Dept 77-52310
12 Oak St, Attn: Claims Ste 200; 12 Oak St Bldg C Fl 3; 12 Oak St MS 31-07; 7 Avenue A; 7 FM 1960
12 Oak St, 5 West; 700 Oak Rd, 3 Lake Center; 12 Oak St|200 Medical Arts; 7 Loop 310; 7 I-20
"""


@pytest.mark.parametrize("address", [" ".join(a.split()) for a in re.split(r"[;\n]", TELLING) if a])
def test_each_digit_and_letter_that_tells_a_place_is_in_its_key(address: str) -> None:
    def key(written: str) -> str:
        return address_key(written.replace("|", "\n"), "", "", "", "62701")

    for at, character in enumerate(address):
        is_lone = not (address[at - 1 : at] + address[at + 1 : at + 2]).strip(" -").isalpha()
        if character.isdecimal():
            other = "7" if character != "7" else "3"
        elif character.isupper() and is_lone and address[at + 1 : at + 2] in ("", " ", "-"):
            other = "Q" if character != "Q" else "K"
        else:
            continue
        changed = f"{address[:at]}{other}{address[at + 1 :]}"
        assert key(changed) != key(address) != "", changed
