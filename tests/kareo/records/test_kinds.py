"""Two spellings of one name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kareo.records.kinds import name_key


@pytest.mark.parametrize(
    "spelling",
    ["Blue Cross", "BLUE  CROSS", "blue-cross", "Blue Cross.", "Ｂlue Cross", "BlueCross"],
)
def test_spellings_of_one_name_have_one_key(spelling: str) -> None:
    assert name_key(spelling) == name_key("Blue Cross")


@pytest.mark.parametrize("other", ["Blue Shield", "Blue Cross 2", "", "-", "Blüe Cross"])
def test_other_names_have_other_keys(other: str) -> None:
    assert name_key(other) != name_key("Blue Cross")


def test_names_of_punctuation_alone_stay_apart() -> None:
    assert name_key("***") != name_key("---")
    assert name_key("***") == name_key(" *** ")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_a_key_always_fits_its_column_and_knows_no_case_or_spacing(name: str) -> None:
    key = name_key(name)
    assert len(key) <= 255
    assert name_key(f"  {name}") == key
