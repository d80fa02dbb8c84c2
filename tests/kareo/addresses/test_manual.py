"""That the manual's examples come out as it says."""

import doctest

import kareo.addresses


def test_every_example_in_the_manual_is_right() -> None:
    results = doctest.testmod(kareo.addresses)

    assert results.failed == 0
    assert results.attempted > 20
