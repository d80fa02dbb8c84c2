"""Nothing is lost when writers are killed, and a program that loses something is found out."""

import time
from random import Random
from typing import Any

import pytest
from django.db import connection

from tests.factories import PlanFactory
from tests.soak import kills
from tests.soak.kills import server
from tests.soak.kills.broken import GAP
from tests.soak.kills.rounds import faults_of_failing, run_round
from tests.soak.result import Result

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_lost_or_half_done_when_writers_are_killed() -> None:
    result = kills.run(5, seed=1)

    assert result.faults == []
    assert result.done["locks held"] == 1
    assert result.done["saves told"] > result.done["kills"] == 4 * result.done["rounds"]
    if server.is_postgresql():
        assert result.done["connections cut"] > 2


@pytest.mark.parametrize("may_be", ["may be saved or not", "could not be written"])
def test_an_import_that_was_cut_short_says_what_of_it_is_saved(may_be: str) -> None:
    line = {
        "actor": "a writer",
        "error": ["ImportStopped", "OperationalError"],
        "refused": f"The import stopped: lines 2 to 9 of payers.csv {may_be} (closed).",
    }

    assert faults_of_failing([line], may_fail=True) == []
    assert faults_of_failing([line], may_fail=False)


def soon(_writers: Any, rng: Random, _result: Result) -> None:
    """Let all be killed within a save or two."""
    time.sleep(rng.uniform(0, 2 * GAP))


def test_a_program_that_carries_over_after_the_commit_is_found_out() -> None:
    result = Result()
    for number in range(5):
        run_round(f"broken.{number}", soon, result, is_broken=True)
        if any("no event" in fault for fault in result.faults):
            break

    assert any("no event" in fault for fault in result.faults), result.faults


def test_what_a_writer_leaves_on_the_server_is_found() -> None:
    assert server.left_behind() == []

    if server.is_postgresql():
        with server.locked(Random(1)):
            assert any("holds a lock" in found for found in server.left_behind())
    else:
        PlanFactory()
        with connection.constraint_checks_disabled(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM pm_insurancecompany")
            assert any("refers to nothing" in found for found in server.left_behind())
            cursor.execute("DELETE FROM sync_insurancelink")
            cursor.execute("DELETE FROM pm_insuranceplan")

    assert server.left_behind() == []
