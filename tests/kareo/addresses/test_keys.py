"""What a key is made of, when there is none, and that nothing breaks it."""

from typing import Any

import pytest

from kareo.addresses import KEY_LENGTH, ParsedAddress, address_key, near_key, parse
from kareo.addresses.words import LONGEST, MOST_WORDS, text_of, words_of

AETNA = ("111 Academy Drive", "", "Irvine", "CA", "92617")


def with_parts(**parts: Any) -> list[Any]:
    names = ("street_1", "street_2", "city", "state", "zip_code")
    return [parts.get(name, value) for name, value in zip(names, AETNA, strict=True)]


def test_a_key_is_the_zip_the_box_the_street_and_the_units_in_standard_form() -> None:
    parts = ("P.O. Box 12, 111 Academy Drive", "Suite 200, 3rd Floor", "Irvine", "CA", "92617-1234")

    assert address_key(*parts) == "92617|PO BOX 12|111 ACADEMY DR|FL 3 STE 200"
    assert near_key(*parts) == "92617|PO BOX 12|111 ACADEMY DR|"
    assert parse(*parts) == ParsedAddress(
        zip5="92617",
        place="92617",
        box="PO BOX 12",
        street="111 ACADEMY DR",
        units=("FL 3", "STE 200"),
    )


@pytest.mark.parametrize(
    "spelling",
    [
        "92617-1234",
        "92617 1234",
        "92617 - 1234",
        "926171234",
        " 92617 ",
        "92617-",
        "92617.0",
        "９２６１７",
        b"92617",
        92617,
        92617.0,
    ],
)
def test_only_the_five_digits_of_a_zip_count(spelling: Any) -> None:
    assert address_key(*with_parts(zip_code=spelling)) == address_key(*AETNA) != ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2108", "02108"),
        (2108, "02108"),
        ("21081234", "02108"),
        ("2108-1234", "02108"),
        ("918", "00918"),
        ("9182137", "00918"),
    ],
)
def test_the_zeros_that_a_spreadsheet_drops_are_restored(typed: int | str, meant: str) -> None:
    assert parse(*with_parts(zip_code=typed)).zip5 == meant


@pytest.mark.parametrize(
    "zip_code", ["", "ABCDE", "123456", "SW1A 2AA", "00000", "0", True, 1e300, -1]
)
def test_what_is_no_zip_counts_as_none(zip_code: Any) -> None:
    assert parse(*with_parts(zip_code=zip_code)).place == "IRVINE CA"


def test_without_a_zip_the_city_and_its_state_stand_in() -> None:
    irvine = address_key(*with_parts(zip_code=""))

    assert irvine == address_key(*with_parts(zip_code=None, city="IRVINE", state="California"))
    assert irvine != address_key(*AETNA)
    assert irvine != address_key(*with_parts(zip_code="", state="TX"))
    assert irvine != address_key(*with_parts(zip_code="", city="Tustin"))


def test_with_a_zip_neither_city_nor_state_counts() -> None:
    elsewhere = with_parts(city="Tustin", state="")

    assert address_key(*elsewhere) == address_key(*AETNA)


@pytest.mark.parametrize(
    ("written", "in_full"),
    [
        (("St. Louis", "MO"), ("Saint Louis", "Missouri")),
        (("E. Lansing", "MI"), ("East Lansing", "Michigan")),
        (("Ft Worth", "TX"), ("Fort Worth", "texas")),
        (("Washington", "D.C."), ("WASHINGTON", "District of Columbia")),
        (("Charleston", "WV"), ("Charleston", "West  Virginia")),
        (("Oak Brook", "IL"), ("Oakbrook", "Illinois")),
    ],
)
def test_cities_and_states_are_known_by_their_short_and_full_names(
    written: tuple[str, str], in_full: tuple[str, str]
) -> None:
    keys = {address_key("1 Main St", "", *place, "") for place in (written, in_full)}

    assert len(keys - {""}) == len(keys) == 1


@pytest.mark.parametrize(
    "thin",
    [
        {"street_1": ""},
        {"street_1": " -,. "},
        {"street_1": None},
        {"street_1": "None"},
        {"street_1": "PO Box"},
        {"street_1": "Suite 200"},
        {"street_1": "123"},
        {"street_1": "Main Street"},
        {"street_1": "Attn: Claims Department"},
        {"street_1": "Local 12 Benefit Fund"},
        {"street_1": "Corner of Oak & 5th"},
        {"street_1": "RR 2"},
        {"zip_code": "", "city": ""},
        {"zip_code": "", "state": ""},
        {"zip_code": "92", "city": "", "state": None},
    ],
)
def test_an_address_too_thin_to_match_on_has_no_key(thin: dict[str, str | None]) -> None:
    assert address_key(*with_parts(**thin)) == ""
    assert near_key(*with_parts(**thin)) == ""


@pytest.mark.parametrize(
    "street",
    ["Calle Sol", "Calle", "Calle, 45", "Calle Sol, 45", "Carr 2", "Carr Vieja Km 11", "Urb Sol"],
)
def test_a_puerto_rican_street_needs_its_number(street: str) -> None:
    assert address_key(street, "", "San Juan", "PR", "00918") == ""


def test_a_near_key_is_the_buildings() -> None:
    assert near_key(*with_parts(street_2="Suite 4")) == near_key(*with_parts(street_2="Floor 2"))
    assert near_key(*with_parts(street_2="Suite 4")) == near_key(*AETNA)
    assert near_key(*AETNA) != near_key(*with_parts(street_1="112 Academy Drive"))


@pytest.mark.parametrize(
    ("street", "zip_code", "basis"),
    [
        ("PO Box 12", "92617", ["box", "zip"]),
        ("111 Academy Dr", "92617", ["street", "zip"]),
        ("PO Box 12, 111 Academy Dr", "92617", ["box", "street", "zip"]),
        ("111 Academy Dr", "", ["street", "city", "state"]),
    ],
)
def test_an_address_says_what_a_match_rests_on(
    street: str, zip_code: str, basis: list[str]
) -> None:
    assert parse(*with_parts(street_1=street, zip_code=zip_code)).basis == basis


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError


class Shouting(str):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    "part",
    [
        None,
        0,
        True,
        float("nan"),
        float("inf"),
        pytest.param(10**5000, id="a long number"),
        b"\xff\xfe",
        b"x" * 100_000,
        "\0",
        "شارع ١١١",
        "\u202e111 Academy Drive",
        "\ud800",
        "|||",
        "%s {0} <b>",
        [],
        object(),
        pytest.param(Unprintable(), id="unprintable"),
        pytest.param(Shouting("1 Main St"), id="a text that shouts"),
    ],
)
def test_no_part_is_so_odd_that_a_key_fails(part: Any) -> None:
    for position in range(5):
        parts = list(AETNA)
        parts[position] = part
        for key in (address_key(*parts), near_key(*parts), address_key(*[part] * 5)):
            assert isinstance(key, str)
            assert len(key) <= KEY_LENGTH
            assert "\0" not in key  # PostgreSQL stores none


@pytest.mark.parametrize("part", ["x" * 100_000, "1 " * 50_000, "ﷺ" * 100_000, b"\xff" * 100_000])
def test_no_more_of_a_part_is_read_than_an_address_can_have(part: str | bytes) -> None:
    assert len(text_of(part)) <= 2 * 600  # upper case may be longer: ß, SS
    assert address_key(part, "", *AETNA[2:]) == ""


def test_what_is_too_long_for_an_address_has_no_key() -> None:
    street = AETNA[0]
    long_word, many_words = street + " " + "x" * LONGEST, street + " 1" * MOST_WORDS
    assert len(words_of(many_words)) > MOST_WORDS

    assert address_key(long_word, "", *AETNA[2:]) == ""
    assert address_key(many_words, "", *AETNA[2:]) == ""
    assert address_key(street + " " * LONGEST, "", *AETNA[2:]) == address_key(*AETNA)


def test_keys_too_long_for_their_column_are_cut_and_stay_apart() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 10
    keys = [address_key(f"1 {letters}{last}", "", *AETNA[2:]) for last in "AB"]

    assert [len(key) for key in keys] == [KEY_LENGTH] * 2
    assert keys[0] != keys[1]
