"""Which state a ZIP is in."""

import pytest

from kareo.addresses.tables.states import STATES
from kareo.addresses.tables.zips import may_be_in, state_of_zip


@pytest.mark.parametrize(
    ("zip_code", "state"),
    [
        ("92617", "CA"),
        ("92617-1234", "CA"),
        ("00501", "NY"),
        ("00601", "PR"),
        ("00802", "VI"),
        ("01001", "MA"),
        ("05501", "MA"),
        ("05601", "VT"),
        ("06390", "NY"),
        ("06103", "CT"),
        ("09499", "AE"),
        ("20001", "DC"),
        ("20101", "VA"),
        ("34001", "AA"),
        ("73301", "TX"),
        ("73101", "OK"),
        ("83414", "WY"),
        ("88510", "TX"),
        ("96201", "AP"),
        ("96799", "AS"),
        ("96815", "HI"),
        ("96910", "GU"),
        ("96950", "MP"),
        ("96960", "MH"),
        ("99501", "AK"),
        ("00000", ""),
        ("", ""),
        ("9", ""),
    ],
)
def test_a_zip_is_in_a_state(zip_code: str, state: str) -> None:
    assert state_of_zip(zip_code) == state


def test_every_state_has_zips() -> None:
    found = {state_of_zip(f"{number:05}") for number in range(1, 100_000)}

    assert found - {""} == STATES.keys()


@pytest.mark.parametrize(
    ("zip_code", "state", "may"),
    [
        ("92617", "CA", True),
        ("92617", "NV", False),
        ("42223", "TN", True),  # Fort Campbell, on both sides of the border
        ("42223", "OH", False),
        ("34500", "CA", False),
        ("00001", "CA", True),  # nowhere known
    ],
)
def test_a_state_may_be_right(zip_code: str, state: str, may: bool) -> None:
    assert may_be_in(zip_code, state) is may
