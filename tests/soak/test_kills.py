"""Nothing is lost when writers are killed, and a program that loses something is found out."""

import pytest

from tests.soak import kills
from tests.soak.kills.rounds import kill, run_round
from tests.soak.result import Result

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_lost_or_half_done_when_writers_are_killed() -> None:
    result = kills.run(1, seed=1)

    assert result.faults == []


def test_a_program_that_carries_over_after_the_commit_is_found_out() -> None:
    result = Result()
    for number in range(5):
        run_round(f"broken.{number}", kill, result, is_broken=True)
        if result.faults:
            break

    assert any("no event says why" in fault for fault in result.faults), result.faults
