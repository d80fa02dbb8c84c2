"""One key for the spellings of one address. (How good the key is, its own tests say.)"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kareo.addresses import KEY_LENGTH, address_key, near_key

AETNA = ("111 Academy Drive", "", "Irvine", "CA", "92617")


def with_parts(**parts):
    names = ("street_1", "street_2", "city", "state", "zip_code")
    return [parts.get(name, value) for name, value in zip(names, AETNA, strict=True)]


@pytest.mark.parametrize(
    "spelling",
    [
        {"street_1": "111 ACADEMY DRIVE"},
        {"street_1": "  111   Academy\tDrive "},
        {"street_1": "111 Academy Drive,"},
        {"street_1": "111 Academy D.rive"},
        {"street_1": "111", "street_2": "Academy Drive"},
        {"street_1": "１１１ Academy Drive"},
        {"zip_code": "92617-1234"},
        {"zip_code": "92617 1234"},
        {"zip_code": "926171234"},
        {"zip_code": " 92617 "},
        {"zip_code": b"92617"},
        {"zip_code": 92617},
        {"city": "IRVINE"},
        {"city": "", "state": ""},
    ],
)
def test_spellings_of_one_address_have_one_key(spelling):
    assert address_key(*with_parts(**spelling)) == address_key(*AETNA) != ""


@pytest.mark.parametrize(
    "other",
    [
        {"street_1": "112 Academy Drive"},
        {"street_1": "111 Academy Street"},
        {"street_2": "Suite 4"},
        {"zip_code": "92618"},
        {"zip_code": ""},
    ],
)
def test_other_addresses_have_other_keys(other):
    assert address_key(*with_parts(**other)) != address_key(*AETNA)


@pytest.mark.parametrize(
    "thin",
    [
        {"street_1": ""},
        {"street_1": " -,. "},
        {"street_1": None},
        {"zip_code": "", "city": ""},
        {"zip_code": "", "state": ""},
        {"zip_code": "9261", "city": "", "state": None},
    ],
)
def test_an_address_too_thin_to_match_on_has_no_key(thin):
    assert address_key(*with_parts(**thin)) == ""


def test_without_a_zip_the_city_and_its_state_stand_in():
    irvine = address_key(*with_parts(zip_code=""))

    assert irvine == address_key(*with_parts(zip_code=None, city="IRVINE"))
    assert irvine != address_key(*with_parts(zip_code="", state="TX"))
    assert irvine != address_key(*with_parts(zip_code="", city="Tustin"))


def test_a_near_key_is_the_buildings():
    assert near_key(*with_parts(street_2="Suite 4")) == near_key(*with_parts(street_2="Floor 2"))
    assert near_key(*AETNA) != near_key(*with_parts(street_1="112 Academy Drive"))
    assert near_key(*with_parts(street_1="")) == ""


@pytest.mark.parametrize(
    "part",
    [
        None,
        0,
        92617,
        1.5,
        b"111 Academy Drive",
        b"\xff\xfe",
        "x" * 100_000,
        "1 " * 50_000,
        "\0",
        "شارع ١١١",
        "\u202e111 Academy Drive",
        "１１１　Ａｃａｄｅｍｙ",
        "\ud800",
        [],
        object(),
    ],
)
def test_no_part_is_so_odd_that_a_key_fails(part):
    for position in range(5):
        parts = list(AETNA)
        parts[position] = part
        for key in (address_key(*parts), near_key(*parts), address_key(*[part] * 5)):
            assert isinstance(key, str)
            assert len(key) <= KEY_LENGTH
            assert "\0" not in key  # PostgreSQL stores none


anything = st.one_of(st.text(), st.none(), st.integers(), st.binary(), st.floats(), st.booleans())


@settings(max_examples=150, deadline=None)
@given(st.tuples(*[anything] * 5))
def test_whatever_is_given_a_key_never_fails_and_fits_its_column(parts):
    for key in (address_key(*parts), near_key(*parts)):
        assert isinstance(key, str)
        assert len(key) <= KEY_LENGTH


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=60))
def test_case_and_spacing_never_matter(street):
    plain = address_key(street, "", "Irvine", "CA", "92617")
    assert plain == address_key(f"  {street.upper()} ", "", "", "", "92617-0001")


def test_addresses_are_pure_python(tmp_path):
    import subprocess
    import sys

    code = "import kareo.addresses, sys; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
