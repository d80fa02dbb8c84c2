"""Start writers, and kill them: each a process of its own, on the database of this one."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from tests.soak.kills.actions import ACTIONS
from tests.soak.kills.told import Line, told_in
from tests.soak.kills.writer import Task, write

PATIENCE = 60  # seconds for a writer to begin, or to go on, before that is a fault

# A server that has loaded the program forks them: loading it takes longer than a round. It ends
# with this process, and no connection or thread of this one is in it.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.soak.kills.loaded"])


class NotWriting(Exception):
    """Raised where a writer ended by itself, or told nothing for long."""


class Writer:
    """One process that writes."""

    def __init__(self, kind: str, seed: str, folder: Path, **options: Any) -> None:
        self.kind = kind
        self._task = Task(
            kind,
            seed,
            database=str(connection.settings_dict["NAME"]),
            told=folder / f"{kind}.jsonl",
            said=folder / f"{kind}.log",
            **options,
        )
        self._task.said.touch()  # it may end before it writes
        self._is_killed = False
        self._process = FORKING.Process(target=write, args=[self._task], daemon=True)
        self._process.start()

    @property
    def told(self) -> list[Line]:
        return told_in(self._task.told)

    def kill(self) -> bool:
        """Kill it with SIGKILL; return whether it ran until then."""
        self._is_killed = True
        self._process.kill()
        self._process.join()
        return self._process.exitcode == -signal.SIGKILL

    def check(self) -> None:
        """Raise NotWriting where it has ended by itself."""
        if not (self._is_killed or self._process.is_alive()):
            said = self._task.said.read_text(errors="replace")[-2000:]
            status = self._process.exitcode
            raise NotWriting(f"the writer of {self.kind} ended by itself ({status}): {said}")


@contextmanager
def writing(seed: str, **options: Any) -> Iterator[list[Writer]]:
    """Have a writer of each kind, none of which is left afterwards, whatever happens."""
    with TemporaryDirectory(prefix="kareo-kills-") as folder, ExitStack() as ends:
        writers = []
        for kind in ACTIONS:
            writer = Writer(kind, seed, Path(folder), **options)
            ends.callback(writer.kill)
            writers.append(writer)
        yield writers


def wait_for_saves(writers: list[Writer]) -> None:
    """Wait until each of `writers` has told of another save than now."""
    before = {writer: saves_of(writer) for writer in writers}
    for writer in writers:

        def has_saved(writer: Writer = writer) -> bool:
            writer.check()
            return saves_of(writer) > before[writer]

        wait_until(has_saved, f"the writer of {writer.kind} told of no save for {PATIENCE} s")


def saves_of(writer: Writer) -> int:
    return sum("events" in line for line in writer.told)


def wait_until(is_so: Callable[[], bool], else_say: str) -> None:
    given_up = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > given_up:
            raise NotWriting(else_say)
        time.sleep(0.02)
