"""One round: writers at full speed, something bad, and what stands in the database afterwards."""

import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from kareo.records import Refused
from kareo.records.acting import acting
from sync.importing.batches import import_rows
from tests.factories import InsuranceFactory, PlanFactory
from tests.soak.kills import actions, server, stored
from tests.soak.kills.invariants import faults_in
from tests.soak.kills.told import Line
from tests.soak.kills.writers import NotWriting, Writer, wait_for_saves, wait_until, writing
from tests.soak.result import Result

# Does something bad to the writers while they write.
Harm = Callable[[list[Writer], Random, Result], None]

LONGEST = 2.0  # seconds that writers write
SOON = 5.0  # seconds in which the database takes a save again
PATIENCE = 0.5  # seconds for which a writer waits for a lock, where it is told to
# What no save, import or repair may end in while the database answers and nobody holds it up.
FAILURES = {"OperationalError", "InterfaceError", "InternalError", "IntegrityError"}
FAILURES |= {"DatabaseError", "ProgrammingError", "DataError", "PropagationFailed", "ImportStopped"}
# How those begin that name what of it is saved.
WORDS = ("Nothing was saved", "The import stopped: lines", "Stopped: ")


def kill(writers: list[Writer], rng: Random, result: Result) -> None:
    """Kill one of them, and let the others go on until all are killed, as in each round."""
    time.sleep(rng.uniform(0.1, LONGEST / 2))
    others = rng.sample(writers, len(writers))
    others.pop().kill()
    wait_for_saves(others)
    time.sleep(rng.uniform(0, LONGEST / 2))


def cut(writers: list[Writer], rng: Random, result: Result) -> None:
    """Cut their connections, again and again."""
    ends = time.monotonic() + LONGEST / 2
    while time.monotonic() < ends:
        time.sleep(rng.uniform(0.05, 0.5))
        result.done["connections cut"] += server.cut_connections()
    wait_for_saves(writers)


def hold(writers: list[Writer], rng: Random, result: Result) -> None:
    """Hold a lock that they need, for longer than they wait where they don't wait for good."""
    with server.locked(rng):
        result.done["locks held"] += 1
        time.sleep(PATIENCE * 2.5)
    wait_for_saves(writers)


def run_round(
    seed: str, harm: Harm, result: Result, *, may_fail: bool = False, **options: Any
) -> None:
    """Run a round and note in `result` what was done and found.

    `may_fail`: saves fail by the harm that is done. `options` are the writers', see Task.
    """
    server.empty()
    with acting("before the round"):
        actions.seed()
    told: list[Line] = []
    found: list[str] = []
    try:
        with writing(seed, **options) as writers:
            try:
                wait_for_saves(writers)
                harm(writers, Random(seed), result)
                for writer in writers:
                    writer.check()
            finally:
                result.done["kills"] += sum([writer.kill() for writer in writers])
                told = [line for writer in writers for line in writer.told]
        wait_until(lambda: not server.left_behind(), "the server keeps what was killed")
    except NotWriting as fault:
        found.append(str(fault))
    found += server.left_behind()
    found += faults_of_failing(told, may_fail=may_fail)
    found += faults_in(stored.read(), told)
    found += faults_of_going_on(told)
    result.done["rounds"] += 1
    result.done["saves told"] += sum("events" in line for line in told)
    result.done["saves failed"] += sum(map(has_failed, told))
    result.faults += [f"{harm.__name__}, {seed}: {fault}" for fault in found]


def run_kinds(number: int, seed: str, result: Result) -> None:
    """Run the round of this number, counted from 0, of each kind that has one."""
    run_round(seed, kill, result)
    if server.is_postgresql() and number % 5 in (0, 2):
        run_round(seed, cut, result, may_fail=True)
    if number % 5 == 0:
        # On PostgreSQL half of them wait as long as it takes; the others give up and say so.
        impatient = number % 2 == 0 or not server.is_postgresql()
        patience = PATIENCE if impatient else None
        run_round(seed, hold, result, may_fail=impatient, patience=patience)


def has_failed(line: Line) -> bool:
    return not FAILURES.isdisjoint(line.get("error", ()))


def faults_of_failing(told: list[Line], *, may_fail: bool) -> list[str]:
    """Return what failed without saying what is saved, or though nothing bad was done to it."""
    failed = [line for line in told if has_failed(line)]
    if may_fail and not failed:
        return ["no save failed: whatever was done, it harmed none"]
    return [
        f"{line['actor']} failed: {line['error']} {line['refused']}"
        for line in failed
        if not may_fail or not line["refused"].startswith(WORDS)
    ]


def faults_of_going_on(told: list[Line]) -> list[str]:
    """Save on both sides at once, complete a file that was cut short, and look at all again."""
    began, found = time.monotonic(), []
    try:
        with acting("after the round"):
            PlanFactory()
            InsuranceFactory()
    except Refused as refused:
        found.append(f"after the round nothing can be saved: {refused}")
    if (took := time.monotonic() - began) > SOON:
        found.append(f"after the round a save takes {took:.1f} s")
    files = {line["file"]: actions.payer_list(line["file"]) for line in told if "file" in line}
    for name, rows in files.items():
        with acting("after the round"):
            list(import_rows(rows, name, len(rows)))
    now = stored.read()
    plans = Counter(row["name"] for row in now.of(stored.PLAN).values())
    for name, rows in files.items():
        if wrong := [row.line for row in rows if plans[row.plan] != 1]:
            found.append(f"of {name}, imported again, the lines {wrong} aren't there once")
    return found + faults_in(now, [])
