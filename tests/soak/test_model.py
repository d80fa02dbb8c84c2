"""The program does what its rules say, whatever is done to it, and it would be seen if not."""

import pytest

from tests.soak import model
from tests.soak.model.broken import BROKEN
from tests.soak.model.histories import Done, run_many

pytestmark = pytest.mark.django_db

CHUNKS, HISTORIES = 4, 50  # for as many processes


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_histories_end_as_the_rules_say(chunk: int) -> None:
    result = model.run(HISTORIES, seed=chunk)

    assert not result.faults, result.faults[0]
    assert result.done["histories"] == HISTORIES


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found(rule: str) -> None:
    with BROKEN[rule]():
        assert run_many(HISTORIES, 0, Done(), shrink=False)
