"""The rule table, for people, machines and the README."""

import json
import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from sync.rules.table import RULES, Rule

WIDTH = 100  # characters
PARTS = ((False, "From the help article"), (True, "Ours, where the article is silent"))


def text() -> str:
    id_width = max(len(rule.id) for rule in RULES)
    width = (WIDTH - id_width - 4) // 2

    def row(id_: str, when: str, then: str) -> Iterator[str]:
        columns = [[id_], textwrap.wrap(when, width), textwrap.wrap(then, width)]
        for line in range(max(map(len, columns))):
            cells = [column[line] if line < len(column) else "" for column in columns]
            yield f"{cells[0]:{id_width}}  {cells[1]:{width}}  {cells[2]}".rstrip()

    lines = []
    for ours, title in PARTS:
        lines += [title, *row("rule", "when", "then"), "-" * WIDTH]
        for rule in _of(ours):
            lines += row(rule.id, rule.when, rule.then)
        lines.append("")
    return "\n".join(lines).rstrip()


def as_json() -> str:
    rows = [
        {"id": rule.id, "when": rule.when, "then": rule.then, "article": not rule.ours}
        for rule in RULES
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def markdown() -> str:
    lines = []
    for ours, title in PARTS:
        lines += [f"**{title}**", "", "| rule | when | then |", "|---|---|---|"]
        for rule in _of(ours):
            when, then = (cell.replace("|", "\\|") for cell in (rule.when, rule.then))
            lines.append(f"| `{rule.id}` | {when} | {then} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def _of(ours: bool) -> Iterator[Rule]:
    return (rule for rule in RULES if rule.ours is ours)


FORMATS = {"text": text, "json": as_json, "markdown": markdown}


class Command(BaseCommand):
    help = "Show the rules: what the other list makes of what is done in one."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="text")

    def handle(self, *, format: str, **options: Any) -> None:
        self.stdout.write(FORMATS[format]())
