"""That each rule of the grammar reads its examples, and says what it reads."""

import pytest

from kareo.addresses.grammar import match, matches, tags_of
from kareo.addresses.tables.rules import RULES

EXAMPLES = [(name, example) for name, (_, *examples) in RULES.items() for example in examples]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=": ".join)
def test_a_rule_reads_its_examples_to_the_end(rule: str, example: str) -> None:
    words = example.split(" ") if example else []
    found = match(rule, tags_of(words), 0)

    assert found
    assert found.end() == len(words)


def test_every_rule_has_an_example() -> None:
    assert {name for name, _ in EXAMPLES} == set(RULES)


def test_a_rule_says_which_words_are_what() -> None:
    words = ["HC", "2", "BOX", "65", "A"]
    found = match("box on route", tags_of(words), 0)

    assert found
    assert words[found.start("route")] == "2"
    assert words[slice(*found.span("number"))] == ["65", "A"]
    assert match("box on route", tags_of(words), 1) is None


def test_all_that_a_rule_reads_is_found_from_the_left() -> None:
    tags = tags_of(["EAST", "TOWER", "12TH", "FLOOR"])
    assert [found.span() for found in matches("number before", tags)] == [(0, 2), (2, 4)]
