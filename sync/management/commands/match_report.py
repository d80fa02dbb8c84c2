"""Score the address match on labelled pairs."""

import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sync.importing.labeled_pairs import COLUMNS, PARTS, Address, LabeledPair, Score, score
from sync.importing.payer_list import ENCODING, UnusableFile, printable

UNDER_MINIMUM, UNUSABLE = 1, 2


def share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value


class Command(BaseCommand):
    help = (
        "Score the address match on pairs that are known to be the same address or not, and list"
        f" the pairs it gets wrong. Columns: {', '.join(COLUMNS)}; same is 1 or 0. Exit status: 0,"
        " scored; 1, under a minimum; 2, the file can't be used."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="PAIRS.csv", help="a CSV file in UTF-8, with a header")
        parser.add_argument(
            "--min-precision",
            type=share,
            metavar="P",
            help="the least share of matched pairs that are the same, 0 to 1",
        )
        parser.add_argument(
            "--min-recall",
            type=share,
            metavar="R",
            help="the least share of same pairs that are matched, 0 to 1",
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(
        self,
        *,
        file: str,
        min_precision: float | None,
        min_recall: float | None,
        format: str,
        **_: Any,
    ) -> None:
        name = printable(Path(file).name)
        try:
            with open(file, **ENCODING) as opened:
                result = score(opened)
        except OSError as error:
            why = f"{name} can't be read: {error.strerror}."
            raise CommandError(why, returncode=UNUSABLE) from error
        except UnusableFile as error:
            raise CommandError(printable(f"{name}: {error}"), returncode=UNUSABLE) from error
        self.stdout.write(_as_json(name, result) if format == "json" else _text(result))
        scored = (
            ("Precision", result.precision, min_precision),
            ("Recall", result.recall, min_recall),
        )
        under = [
            f"{what} is {reached}, under the minimum of {least}."
            for what, reached, least in scored
            if least is not None and reached.value < least
        ]
        if under:
            raise CommandError(" ".join(under), returncode=UNDER_MINIMUM)


def _text(result: Score) -> str:
    right, precision, recall = result.rightly_matched, result.precision, result.recall
    width = max(len("kind"), *(len(printable(kind)) for kind in result.kinds))
    lines = [
        f"Precision: {precision} ({right:,} of {result.matched:,} matched pairs are the same)",
        f"Recall:    {recall} ({right:,} of {result.same:,} same pairs are matched)",
        "",
        f"{'kind':{width}}  {'pairs':>7}  {'matched':>7}  {'wrong':>7}",
    ]
    for kind, counts in sorted(result.kinds.items()):
        cells = f"{counts.pairs:>7,}  {counts.matched:>7,}  {counts.wrong:>7,}"
        lines.append(f"{printable(kind):{width}}  {cells}")
    for pair in result.wrong:
        lines += ["", *_wrong(pair)]
    return "\n".join(lines)


def _wrong(pair: LabeledPair) -> Iterator[str]:
    said = (
        "expected the same, not matched" if pair.same else "expected different addresses, matched"
    )
    yield printable(f"line {pair.line}, {pair.kind}: {said}")
    for address in (pair.a, pair.b):
        yield "  " + printable(", ".join(filter(None, address)))


def _as_json(name: str, result: Score) -> str:
    def parts(address: Address) -> dict[str, str]:
        return dict(zip(PARTS, address, strict=True))

    return json.dumps(
        {
            "file": name,
            "pairs": result.pairs,
            "precision": result.precision.value,
            "recall": result.recall.value,
            "kinds": {kind: asdict(counts) for kind, counts in sorted(result.kinds.items())},
            "wrong": [
                {
                    "line": pair.line,
                    "kind": pair.kind,
                    "a": parts(pair.a),
                    "b": parts(pair.b),
                    "same": pair.same,
                }
                for pair in result.wrong
            ],
        }
    )
