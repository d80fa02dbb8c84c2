"""Measure what we do against its baseline, in turn, in one run.

Time alone is noisy on a machine that does other things: beside it stands the CPU that this process
and the server's process for the connection took.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.benchmarks.databases import Database

# Returns what is timed, made ready outside of the time.
Ready = Callable[[], Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a row is to reach: at most `limit`, of the figure that `of` names.

    "ratio" is the quiet time (5th percentile) of ours to that of the baseline, "cpu ratio" the same
    of the CPU of client and server, the steadier one; "ms" is ours alone, "cpu" the milliseconds of
    the client's CPU; "a second" is how many in a second of its CPU, to be
    reached or passed.
    """

    of: str
    limit: float

    def is_met(self, figure: float) -> bool:
        return figure >= self.limit if self.of == "a second" else figure <= self.limit


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: where it runs, and what.

    `cpu` reads the seconds that its worker has taken, where that isn't this process.
    """

    database: Database | None
    ready: Ready
    cpu: Callable[[], float] = time.process_time


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. `each` is how many things one call does, whose time is shown."""

    group: str
    name: str
    ours: Side
    baseline: Side | None = None
    goal: Goal | None = None
    times: int = 100
    each: int = 1
    warm_up: int = 3  # calls before those that count


@dataclass(slots=True)
class Figures:
    """What one side took, call by call, in milliseconds of time and of CPU."""

    times: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)

    @property
    def quiet(self) -> float:
        """The 5th percentile: what it takes when nothing disturbs it."""
        return quantiles(self.times, n=20)[0] if len(self.times) > 20 else min(self.times)

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU of a middling call, of client and, where known, of server."""
        return median(self.client) + (median(self.server) if self.server else 0)

    def as_dict(self) -> dict[str, float | int | None]:
        ninety_fifth = quantiles(self.times, n=20)[-1] if len(self.times) > 20 else max(self.times)
        return {
            "calls": len(self.times),
            "median_ms": median(self.times),
            "p5_ms": self.quiet,
            "p95_ms": ninety_fifth,
            "client_cpu_ms": median(self.client),
            "server_cpu_ms": median(self.server) if self.server else None,
        }


@dataclass(slots=True)
class Measured:
    """A row and what was found."""

    row: Row
    ours: Figures
    baseline: Figures | None

    @property
    def time_ratio(self) -> float | None:
        return self.ours.quiet / self.baseline.quiet if self.baseline else None

    @property
    def cpu_ratio(self) -> float | None:
        return self.ours.cpu / self.baseline.cpu if self.baseline else None

    @property
    def figure(self) -> float | None:
        """The one that the goal is about; without a goal, the ratio."""
        of = self.row.goal.of if self.row.goal else "ratio"
        own = {
            "ms": self.ours.quiet,
            "cpu": median(self.ours.client),
            "a second": 1000 / median(self.ours.client),
            "ratio": self.time_ratio,
            "cpu ratio": self.cpu_ratio,
        }
        return own[of]

    @property
    def is_met(self) -> bool | None:
        goal, figure = self.row.goal, self.figure
        return goal.is_met(figure) if goal and figure is not None else None


def measure(row: Row, *, patience: float) -> Measured:
    """Run both sides of `row` in turn, `times` each, or fewer where `patience` (s) runs out."""
    sides = [(row.ours, Figures())]
    if row.baseline:
        sides.append((row.baseline, Figures()))
    for side, _figures in sides:
        _warm(side, min(row.warm_up, row.times - 1))
    gc.collect()
    ends = time.monotonic() + patience
    for turn in range(row.times):
        for side, figures in sides if turn % 2 else reversed(sides):
            _call(side, figures, row.each)
        if turn and time.monotonic() > ends:
            break
    return Measured(row, sides[0][1], sides[1][1] if row.baseline else None)


def _warm(side: Side, times: int) -> None:
    started = time.monotonic()
    for _ in range(times):
        if side.database:
            side.database.use()
        side.ready()()
        if time.monotonic() - started > 1:
            return


def _call(side: Side, figures: Figures, each: int) -> None:
    pid = None
    if side.database:
        side.database.use()
        pid = side.database.backend_pid
    call = side.ready()
    server, client, started = _server_cpu(pid), side.cpu(), time.perf_counter()
    call()
    took, client = time.perf_counter() - started, side.cpu() - client
    figures.times.append(took * 1000 / each)
    figures.client.append(client * 1000 / each)
    if server is not None and (after := _server_cpu(pid)) is not None:
        figures.server.append((after - server) * 1000 / each)


def _server_cpu(pid: int | None) -> float | None:
    """Return the seconds of CPU that a server's process took; None where it can't be read.

    It can't where the server is on another machine, or this isn't Linux.
    """
    process = Path(f"/proc/{pid}")
    try:
        if "postgres" in (process / "comm").read_text():
            return int((process / "schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError):
        pass
    return None
