"""What the commands share that look for drift."""

from collections.abc import Iterable
from typing import Any

from tqdm import tqdm

from sync.drift.checking import Batch, Report, drifting
from sync.screens.wording.findings import DRIFT_IN_WORDS

WIDTH = max(map(len, DRIFT_IN_WORDS.values())) + 2


def look(stderr: Any) -> Iterable[Batch]:
    """Return what drifts, and show on a terminal that it goes on."""
    bar: Iterable[Batch] = tqdm(
        drifting(), desc="Looking", unit=" batches", leave=False, disable=not stderr.isatty()
    )
    return bar


def as_data(report: Report) -> dict[str, Any]:
    """Return `report` for programs."""
    return {
        kind: {"count": count, "first": report.first[kind]} for kind, count in report.counts.items()
    }


def line(kind: str, count: int, verb: str = "") -> str:
    """Say how many there are of a kind."""
    return f"{DRIFT_IN_WORDS[kind] + ':':<{WIDTH}}{count:>9,} {verb}".rstrip()
