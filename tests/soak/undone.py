"""Histories of random steps, and merges, all of which are taken back, the newest first.

After each is taken back, all records and links are as they were before it: keys, values, flags.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from unittest.mock import patch

from django.core.management.base import BaseCommand
from django.db.models import Max
from hypothesis import HealthCheck, Phase, given, seed, settings

from kareo.records import Refused
from kareo.records.acting import acting
from tests.soak.result import Result
from tests.state import State, state

SIZE = 10_000  # histories
AT_ONCE = 500  # that hypothesis remembers, so as to draw none twice
UNLOGGED = ("raw", "bulk")  # which no log tells of
MERGES = 3  # at most, at the end of a history
LEAVES = 2  # in so many merges, one leaves the patients who would have a plan twice


def run(count: int, start: int) -> Result:
    """Run `count` histories drawn from the seed `start`, and stop at the first fault."""
    from tests.soak.databases import tidy  # once Django is set up

    result = Result()
    for first in range(0, count, AT_ONCE):
        own = start + first // AT_ONCE
        tidy()
        if fault := _run_many(min(AT_ONCE, count - first), own, result):
            result.faults.append(f"Drawn from {own}. {fault}")
            break
    return result


def _run_many(count: int, start: int, result: Result) -> str:
    from tests.soak.model.histories import Differs  # once Django is set up
    from tests.soak.model.steps import WEIGHTS, histories

    done = result.done
    kinds = tuple(kind for kind in WEIGHTS if kind not in UNLOGGED)

    @seed(start)
    @settings(
        max_examples=count,
        derandomize=False,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(histories(kinds))
    def each(steps: list[Any]) -> None:
        # Of the steps' own, so that the same history is run again.
        random = Random(repr(steps))
        batches, merges = _run_one(steps, random)
        for what, number in (("histories", 1), ("batches", batches), ("merges", merges)):
            done[what] = done.get(what, 0) + number

    # Before each command Django would read all migrations anew.
    with patch.object(BaseCommand, "check_migrations", lambda self: None):
        try:
            each()
        except Differs as found:
            return str(found)
    return ""


def _run_one(steps: Sequence[Any], random: Random) -> tuple[int, int]:
    """Run one history and take it back; return how many batches it had, and merges."""
    from tests.soak.model.histories import Differs, Done, History, undone

    with undone():
        history, told = History(Done()), []
        taken: list[tuple[State, list[Any]]] = []
        for step in steps:
            if step.op not in UNLOGGED:
                taken.append(_watched(lambda step=step: history.take(step)))  # type: ignore[misc]  # bound now
        merges = 0
        for _ in range(random.randint(0, MERGES)):
            watched = _watched(lambda: told.append(_merge(random)))
            merges += bool(watched[1])
            taken.append(watched)
        for before, batches in reversed(taken):
            refused = [each for batch in reversed(batches) for each in _take_back(batch, told)]
            if refused or (now := state()) != before:
                wrong = refused or ["differs:", *_differing(before, now)]
                said = [*history.told, *told, *wrong]
                raise Differs("\n  ".join(["After these steps, and undoing:", *said]))
    return sum(len(batches) for _before, batches in taken), merges


def _watched(do: Callable[[], Any]) -> tuple[State, list[Any]]:
    """Do something; return the state before it, and the batches that it made, the oldest first."""
    from sync.models import SyncEvent

    before = state()
    last = SyncEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    do()
    events = SyncEvent.objects.filter(pk__gt=last).order_by("pk")
    return before, list(dict.fromkeys(events.values_list("batch", flat=True)))


def _merge(random: Random) -> str:
    """Merge two companies, or two plans of one, drawn by chance, where that can be done."""
    from ehr.models import Insurance
    from pm.models import InsuranceCompany, InsurancePlan
    from sync.propagation import Choice, merge, merging

    model: Any = random.choice((InsuranceCompany, InsuranceCompany, InsurancePlan, Insurance))
    keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
    if len(keys) < 2:
        return "no merge"
    keep, *others = random.sample(keys, min(len(keys), random.choice((2, 2, 3))))
    take = {"name": others[0]} if model is InsuranceCompany and random.random() < 0.3 else {}
    choice = Choice(model, keep, tuple(others), take, leave=random.randrange(LEAVES) == 0)
    try:
        with acting("somebody"):
            merge(choice, merging(choice).decision.fingerprint)
    except Refused as refused:
        return f"{choice}: {refused}"
    return str(choice)


def _take_back(batch: Any, told: list[str]) -> list[str]:
    """Take a batch back, and say so; return what is refused."""
    from sync.propagation import undo, undoing

    with acting("somebody"):
        shown = undoing(batch)
        if shown.refused:
            return [f"refused: {each}" for each in shown.refused]
        if shown.decision.outcomes:
            events = undo(batch, shown.decision.fingerprint)
            told.append(f"undid {[(event.source_text, event.source_changes) for event in events]}")
    return []


def _differing(before: State, now: State) -> list[str]:
    return [
        f"{label} {key}: {before[label].get(key)} is now {now[label].get(key)}"
        for label in before
        for key in sorted({*before[label], *now[label]})
        if before[label].get(key) != now[label].get(key)
    ]
