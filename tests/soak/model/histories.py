"""Run histories: each step in the program and in the reference, and all compared after it."""

import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError
from hypothesis import HealthCheck, Phase, given, seed, settings

from kareo.records import Refused
from sync.models import SyncEvent
from sync.propagation import PropagationFailed
from tests.soak.model.comparing import Keys, differences
from tests.soak.model.doors import commands, shell
from tests.soak.model.doors.pages import Browser
from tests.soak.model.drawing import OPTIONAL
from tests.soak.model.reference.doing import do
from tests.soak.model.reference.step import Step, settled
from tests.soak.model.reference.world import Refusal, World
from tests.soak.model.steps import WEIGHTS, histories

REFUSALS = (Refused, ProtectedError, IntegrityError, ValidationError)


class Differs(AssertionError):
    """The program did another thing than the reference: what, and after which steps."""


@dataclass
class Done:
    """How many histories were run, and steps: by what was done, to what, through which door."""

    histories: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    refused: int = 0


class History:
    """One history under way."""

    def __init__(self, done: Done) -> None:
        self.world, self.keys, self.done = World(), Keys(), done
        self.told: list[str] = []
        self.doors: dict[str, Callable[[Step], Any]] = {
            "command": lambda step: commands.do(step, self.keys),
            "page": Browser(self.keys).do,
        }

    def take(self, drawn: Step) -> None:
        """Do a step on both sides and compare all. Raises Differs."""
        if (step := settled(drawn, self.world)) is None:
            return
        self.told.append(str(step))
        self.done.steps[f"{step.op} {step.label} by {step.door}"] += 1
        after: World = pickle.loads(pickle.dumps(self.world))  # noqa: S301 (our own)
        after.log.clear()
        ours, refused = _tried(lambda: do(after, step), Refusal)
        last = SyncEvent.objects.aggregate(last=Max("pk"))["last"] or 0
        door = self.doors.get(step.door, self._shell)
        try:
            theirs, their_refusal = _tried(lambda: door(step), *REFUSALS)
        except Exception as error:
            raise self._differs([f"raised: {error!r}"]) from error
        if not refused and not step.more.get("dry_run"):
            self.world = after
        else:
            self.world.log.clear()
        self.done.refused += refused is not None
        found = []
        if (refused is None) != (their_refusal is None):
            found.append(f"refused: {their_refusal!r}; in the reference: {refused!r}")
        elif ours != theirs:
            found.append(f"told: {theirs!r}; in the reference: {ours!r}")
        found += differences(self.world, self.keys, last)
        if found:
            raise self._differs(found)

    def _shell(self, step: Step) -> Any:
        return shell.do(step, self.keys)

    def _differs(self, found: list[str]) -> Differs:
        return Differs("\n  ".join(["After these steps:", *self.told, "this differs:", *found]))


def _tried(what: Callable[[], Any], *refusals: type[Exception]) -> tuple[Any, Exception | None]:
    try:
        return what(), None
    except PropagationFailed:  # which refuses what nobody has foreseen
        raise
    except refusals as refused:
        return None, refused


@contextmanager
def undone() -> Iterator[None]:
    """Take back all that is written inside: each history begins with an empty database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def run_one(steps: Sequence[Step], done: Done) -> None:
    """Run one history. Raises Differs."""
    with undone():
        history = History(done)
        for step in steps:
            history.take(step)
    done.histories += 1


def run_many(
    count: int, start: int, done: Done, *, kinds: tuple[str, ...] = WEIGHTS, shrink: bool = True
) -> str:
    """Run `count` histories of such `kinds` of steps, drawn from the seed `start`; return what went
    wrong, or "". With `shrink`, that is after the fewest steps that show it.
    """
    failed: list[list[Step]] = []

    # Hypothesis would shrink for minutes what a history shows in seconds.
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
    def each(steps: list[Step]) -> None:
        try:
            run_one(steps, done)
        except Differs:
            failed.append(steps)
            raise

    # Before each command Django would read all migrations anew.
    with patch.object(BaseCommand, "check_migrations", lambda self: None):
        try:
            each()
        except Differs as found:
            return fault(fewest(failed[0])) if shrink else str(found)
    return ""


def fault(steps: Sequence[Step]) -> str:
    """Return how the program differs after these steps, or ""."""
    try:
        run_one(steps, Done())
    except Differs as found:
        return str(found)
    except Exception:  # a step that isn't whole any more
        return ""
    return ""


def fewest(steps: list[Step]) -> list[Step]:
    """Leave out steps, then values of those that are left, as long as the program still differs."""
    for at in reversed(range(len(steps))):
        fewer = steps[:at] + steps[at + 1 :]
        steps = fewer if fault(fewer) else steps
    for at, step in enumerate(steps):
        is_new = step.op in ("add", "bulk")  # such a row keeps what it needs
        for name in step.values.keys() & OPTIONAL[step.label] if is_new else step.values:
            values = {other: value for other, value in steps[at].values.items() if other != name}
            smaller = [*steps[:at], replace(steps[at], values=values), *steps[at + 1 :]]
            steps = smaller if fault(smaller) else steps
    return steps
