"""Score the address match on labeled pairs."""

import json
from argparse import ArgumentTypeError
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sync.importing.csv_table import printable
from sync.importing.labeled_pairs import COLUMNS, Score, score
from sync.management.files import csv_file

UNDER_MINIMUM = 1
COUNTS = ("pairs", "matched", "wrong")  # of each kind
SHARES = {"precision": "matched pairs that are the same", "recall": "same pairs that are matched"}


def share(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (value := float(text)) <= 1:
            return value
    raise ArgumentTypeError(f"{text!r} is not a number from 0 to 1")


class Command(BaseCommand):
    help = (
        "Score the address match on pairs that are known to be the same address or not, and list"
        f" the pairs it gets wrong. Columns: {', '.join(COLUMNS)}; same is 1 or 0. Exit status: 0,"
        " scored; 1, under a minimum; 2, the file can't be used."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="PAIRS.csv", help="a CSV file in UTF-8, with a header")
        for name, what in SHARES.items():
            least = f"the smallest share of {what}, 0 to 1"
            parser.add_argument(f"--min-{name}", type=share, metavar="SHARE", help=least)
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, file: str, format: str, **options: Any) -> None:
        with csv_file(file) as (name, opened):
            result = score(opened)
        self.stdout.write(_as_json(name, result) if format == "json" else _text(result))
        under = [
            f"{name.capitalize()} is {getattr(result, name)}, under the minimum of {least}."
            for name in SHARES
            if (least := options[f"min_{name}"]) and getattr(result, name).value < least
        ]
        if under:
            under.append("The report lists the pairs that the match gets wrong.")
            raise CommandError(" ".join(under), returncode=UNDER_MINIMUM)


def _text(result: Score) -> str:
    right, matched, same = (result.total[name] for name in ("right", "matched", "same"))
    kinds = sorted(result.kinds.items())
    width = max(len("kind"), *(len(printable(kind)) for kind, _ in kinds))
    lines = [
        f"Precision: {result.precision} ({right:,} of {matched:,} matched pairs are the same)",
        f"Recall:    {result.recall} ({right:,} of {same:,} same pairs are matched)",
        "",
        f"{'kind':{width}}" + "".join(f"  {name:>7}" for name in COUNTS),
    ]
    for kind, counts in kinds:
        cells = "".join(f"  {counts[name]:>7,}" for name in COUNTS)
        lines.append(f"{printable(kind):{width}}{cells}")
    for pair in result.wrong:
        expected = "the same, not matched" if pair.same else "different addresses, matched"
        lines += ["", printable(f"line {pair.line}, {pair.kind}: expected {expected}")]
        for address in (pair.a, pair.b):
            lines.append("  " + printable(", ".join(filter(None, address.values()))))
    return "\n".join(lines)


def _as_json(name: str, result: Score) -> str:
    kinds = {kind: {n: counts[n] for n in COUNTS} for kind, counts in sorted(result.kinds.items())}
    report = {
        "file": name,
        "pairs": result.total["pairs"],
        "precision": result.precision.value,
        "recall": result.recall.value,
        "kinds": kinds,
        "wrong": [asdict(pair) for pair in result.wrong],
    }
    return json.dumps(report)
