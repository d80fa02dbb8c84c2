"""The program does what its rules say, whatever is done to it, and it would be seen if not."""

import sys

import pytest

from tests.soak import model
from tests.soak.model.broken import BROKEN
from tests.soak.model.histories import Done, run_many
from tests.test_layers import imports_of, modules

pytestmark = pytest.mark.django_db

CHUNKS, HISTORIES = 4, 50  # for as many processes


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_histories_end_as_the_rules_say(chunk: int) -> None:
    result = model.run(HISTORIES, seed=chunk)

    assert not result.faults, result.faults[0]
    assert result.done["histories"] == HISTORIES


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found(rule: str) -> None:
    broken = BROKEN[rule]

    with broken.breaks():
        found = run_many(HISTORIES, 0, Done(), kinds=broken.kinds, shrink=False)

    assert "this differs" in found


def test_the_reference_shares_no_code_with_the_program() -> None:
    paths = modules("tests", "soak", "model", "reference")
    assert paths
    for path in paths:
        tops = {name.split(".")[0] for name in imports_of(path)}
        assert tops <= {*sys.stdlib_module_names, "tests"}, path.name
        ours = {name for name in imports_of(path) if name.startswith("tests")}
        assert all(name.startswith("tests.soak.model.reference") for name in ours), path.name
