"""The rule table, for people, machines and the README."""

import json
import textwrap
from argparse import ArgumentParser
from itertools import zip_longest
from typing import Any

from django.core.management.base import BaseCommand

from sync.rules.table import RULES

WIDTH = 100  # characters
PARTS = {
    "From the help article": [rule for rule in RULES if not rule.ours],
    "Ours, where the article is silent": [rule for rule in RULES if rule.ours],
}


def text() -> str:
    id_width = max(len(rule.id) for rule in RULES)
    width = (WIDTH - id_width - 4) // 2

    def row(*cells: str) -> list[str]:
        lines = zip_longest(*(textwrap.wrap(cell, width) for cell in cells), fillvalue="")
        return [f"{id_:{id_width}}  {when:{width}}  {then}".rstrip() for id_, when, then in lines]

    lines = []
    for title, rules in PARTS.items():
        lines += [title, *row("rule", "when", "then"), "-" * WIDTH]
        for rule in rules:
            lines += row(rule.id, rule.when, rule.then)
        lines.append("")
    return "\n".join(lines).rstrip()


def as_json() -> str:
    rows = [{"id": r.id, "when": r.when, "then": r.then, "article": not r.ours} for r in RULES]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def markdown() -> str:
    lines = []
    for title, rules in PARTS.items():
        lines += [f"**{title}**", "", "| rule | when | then |", "|---|---|---|"]
        for rule in rules:
            when, then = (cell.replace("|", "\\|") for cell in (rule.when, rule.then))
            lines.append(f"| `{rule.id}` | {when} | {then} |")
        lines.append("")
    return "\n".join(lines).rstrip()


FORMATS = {"text": text, "json": as_json, "markdown": markdown}


class Command(BaseCommand):
    help = "Show the rules: what a change in one list does to the other."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="text")

    def handle(self, *, format: str, **options: Any) -> None:
        self.stdout.write(FORMATS[format]())
