"""The `rules` command says what stands in `sync.rules`, to people and to machines."""

import json
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from sync.rules import RULES


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*args: str) -> str:
        call_command("rules", *args)
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out

    return run


def words(text: str) -> str:
    return " ".join(text.split())


def column(lines: list[str], start: int, end: int | None = None) -> str:
    return words(" ".join(line[start:end] for line in lines))


def test_the_table_has_every_rule_whole_and_fits_100_columns(output: Callable[..., str]) -> None:
    lines = output().splitlines()
    assert max(map(len, lines)) <= 100
    heading = next(line for line in lines if line.startswith("rule "))
    when, then = heading.index("when"), heading.index("then")
    ids = {rule.id for rule in RULES}
    for rule in RULES:
        first = next(i for i, line in enumerate(lines) if line.split(" ")[0] == rule.id)
        rest = [i for i in range(first + 1, len(lines)) if lines[i][:1] != " "]
        row = lines[first : rest[0] if rest else None]
        assert column(row, when, then) == rule.when
        assert column(row, then) == rule.then
    assert len(ids) == len(RULES)


def test_the_table_keeps_ours_apart_from_the_articles(output: Callable[..., str]) -> None:
    article, ours = output().split("Ours, where the article is silent")
    for rule in RULES:
        assert (f"\n{rule.id} " in ours) is rule.ours
        assert (f"\n{rule.id} " in article) is not rule.ours


def test_json_is_the_rules_in_their_order(output: Callable[..., str]) -> None:
    assert json.loads(output("--format", "json")) == [
        {"id": rule.id, "when": rule.when, "then": rule.then, "article": not rule.ours}
        for rule in RULES
    ]


def test_markdown_has_one_row_a_rule(output: Callable[..., str]) -> None:
    rows = [line for line in output("--format", "markdown").splitlines() if line.startswith("| `")]
    assert rows == [f"| `{rule.id}` | {rule.when} | {rule.then} |" for rule in RULES]


def test_another_format_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("rules", "--format", "xml")
