"""Show what was measured: a table, and JSON for programs."""

import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.benchmarks.measuring import Figures, Measured

UNITS = {
    "ratio": " x",
    "cpu ratio": " x CPU",
    "ms": " ms",
    "cpu": " ms CPU",
    "a second": " a second",
}
HEADS = (
    "what",
    "ours",
    "p5",
    "p95",
    "CPU",
    "baseline",
    "p5",
    "CPU",
    "time x",
    "CPU x",
    "figure",
    "goal",
    "met",
)
WIDTHS = (50, 7, 7, 7, 13, 8, 7, 13, 6, 6, 15, 15, 3)


def line(cells: Iterable[str]) -> str:
    """Return a line of the table."""
    return "  ".join(
        cell.ljust(width) if n == 0 else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )


def heading() -> str:
    return line(HEADS)


def in_words(measured: Measured) -> str:
    """Return a row of the table: medians in ms, CPU as that of this process + the server's."""
    row, goal = measured.row, measured.row.goal
    ours, baseline = _cells(measured.ours), _cells(measured.baseline)
    unit = UNITS[goal.of if goal else "ratio"]
    at_most = "" if goal is None else f"{_short(goal.limit)}{unit}"
    met = {None: "", True: "yes", False: "NO"}[measured.is_met]
    figure = "" if measured.figure is None else f"{_short(measured.figure)}{unit}"
    their_median, their_quiet, _slow, their_cpu = baseline
    ratios = ("" if r is None else _short(r) for r in (measured.time_ratio, measured.cpu_ratio))
    name = f"{row.group}: {row.name}"[: WIDTHS[0]]
    theirs = (their_median, their_quiet, their_cpu)
    return line((name, *ours, *theirs, *ratios, figure, at_most, met))


def as_json(found: Iterable[Measured], **about: Any) -> dict[str, Any]:
    """Return all of it, as JSON can hold it."""
    rows = [
        {
            "group": m.row.group,
            "name": m.row.name,
            "ours": m.ours.as_dict(),
            "baseline": m.baseline.as_dict() if m.baseline else None,
            "time_ratio": m.time_ratio,
            "cpu_ratio": m.cpu_ratio,
            "figure": m.figure,
            "of": m.row.goal.of if m.row.goal else "ratio",
            "goal": m.row.goal.limit if m.row.goal else None,
            "met": m.is_met,
        }
        for m in found
    ]
    about |= {"when": datetime.now(UTC).isoformat(), "python": platform.python_version()}
    return {**about, "rows": rows}


def _cells(figures: Figures | None) -> tuple[str, str, str, str]:
    if figures is None:
        return "", "", "", ""
    values: Any = figures.as_dict()
    cpu = _short(values["client_cpu_ms"])
    if values["server_cpu_ms"] is not None:
        cpu += f" + {_short(values['server_cpu_ms'])}"
    median, quiet, slow = (_short(values[n]) for n in ("median_ms", "p5_ms", "p95_ms"))
    return median, quiet, slow, cpu


def _short(number: float) -> str:
    """Return three digits of a small number, and the whole of a large one."""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.3g}"
