"""Start writers, and kill them: each a process of its own, on the database of this one."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from tests.soak.kills.told import Line, told_in

ROOT = Path(__file__).resolve().parents[3]
KINDS = ("plans", "ehr", "imports", "repairs")
PATIENCE = 30  # seconds for a writer to begin, or to go on, before that is a fault


class NotWriting(Exception):
    """Raised where a writer ended by itself, or told nothing for long."""


class Writer:
    """One process that writes."""

    def __init__(self, kind: str, seed: str, folder: Path, options: tuple[str, ...]) -> None:
        self.kind = kind
        self._told, self._said = folder / f"{kind}.jsonl", folder / f"{kind}.log"
        command = [sys.executable, "-m", "tests.soak.kills.writer", kind, seed]
        command += ["--database", str(connection.settings_dict["NAME"]), "--told", self._told]  # type: ignore[list-item]
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [*command, *options],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    @property
    def told(self) -> list[Line]:
        return told_in(self._told)

    def kill(self) -> bool:
        """Kill it with SIGKILL; return whether it ran until then."""
        self._process.kill()
        return self._process.wait() == -signal.SIGKILL

    def check(self) -> None:
        """Raise NotWriting where it has ended."""
        if (status := self._process.poll()) is not None:
            said = self._said.read_text(errors="replace")[-2000:]
            raise NotWriting(f"the writer of {self.kind} ended by itself ({status}): {said}")


@contextmanager
def writing(seed: str, *options: str) -> Iterator[list[Writer]]:
    """Have a writer of each kind, none of which is left afterwards, whatever happens."""
    with TemporaryDirectory(prefix="kareo-kills-") as folder, ExitStack() as ends:
        writers = []
        for kind in KINDS:
            writer = Writer(kind, seed, Path(folder), options)
            ends.callback(writer.kill)
            writers.append(writer)
        yield writers


def saves_of(writer: Writer) -> int:
    return sum("events" in line for line in writer.told)


def wait_for_saves(writers: list[Writer], more: int = 1) -> None:
    """Wait until each of `writers` has told of so many `more` saves than now."""
    wanted = {writer: saves_of(writer) + more for writer in writers}
    for writer in writers:
        wait_until(
            lambda: (writer.check() or True) and saves_of(writer) >= wanted[writer],  # noqa: B023 (called at once)
            f"the writer of {writer.kind} told of no save for {PATIENCE} s",
        )


def wait_until(is_so: Callable[[], bool], else_say: str) -> None:
    given_up = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > given_up:
            raise NotWriting(else_say)
        time.sleep(0.02)
