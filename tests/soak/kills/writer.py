"""A writer: a process that saves as fast as it can, until it is killed."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import RLock
from typing import Any, Protocol

from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError
from django.db import Error, connection
from django.db.models import ProtectedError
from tqdm import tqdm

from kareo.records import Refused
from kareo.records.acting import acting
from kareo.records.refusals import refusal_in_words
from sync.models import SyncEvent
from tests.soak.kills.actions import ACTIONS
from tests.soak.kills.broken import carry_over_later
from tests.soak.kills.told import Teller

# SQLite lets who waits for its lock ask for it ten times a second: without a pause, whoever has it
# takes it again, and the others seldom write.
PAUSE = 0.01
APPLICATION = "kareo soak writer"  # as PostgreSQL lists its connections


class Tells(Protocol):
    def tell(self, **line: Any) -> None: ...


@dataclass(frozen=True)
class Task:
    """What a writer is told: all that it knows of the process that starts it."""

    kind: str
    seed: str
    database: str  # the name of the one to write to
    told: Path  # where to tell what was saved
    said: Path  # where its log goes
    patience: float | None = None  # how long to wait for a lock, in seconds; None: as settings say
    is_broken: bool = False  # carry over after the commit only


def write(task: Task) -> None:
    """Do one action after another; each has an actor of its own, by whom its rows are found."""
    log = os.open(task.said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    tqdm.set_lock(RLock())  # its own is one of processes, which a kill leaves behind
    prepare_connection(task)
    if task.is_broken:
        carry_over_later()
    rng, teller = Random(f"{task.kind} {task.seed}"), Teller(task.told)
    actions, counted, parent = ACTIONS[task.kind], 0, multiprocessing.parent_process()
    while parent and parent.is_alive():  # it may be killed itself
        counted += 1
        (action,) = rng.choices([*actions], [*actions.values()])
        with telling(teller, f"{task.kind} {task.seed} {counted}") as tell:
            action(rng, tell)


def prepare_connection(task: Task) -> None:
    """Let Django use the database of the soak, and wait for its locks as long as told."""
    settings = connection.settings_dict
    settings["NAME"] = task.database
    options = settings["OPTIONS"]
    if connection.vendor == "postgresql":
        options["application_name"] = APPLICATION
        if task.patience:
            options["options"] += f" -c lock_timeout={round(task.patience * 1000)}"
    elif task.patience:
        options["timeout"] = task.patience


@contextmanager
def telling(teller: Tells, actor: str) -> Iterator[Any]:
    """Tell what is done inside as one action of `actor`; go on after a refusal, told in words."""
    with acting(actor) as action:

        def tell(*records: Any, **more: Any) -> None:
            events = SyncEvent.objects.filter(batch=action.batch).values_list("pk", flat=True)
            saved = [[record._meta.label, record.pk, values_of(record)] for record in records]
            teller.tell(actor=actor, saved=saved, events=[*events], **more)
            if connection.vendor == "sqlite":
                time.sleep(PAUSE)

        try:
            yield tell
        except (Refused, ProtectedError, CommandError, Error) as error:
            why = refusal_in_words(error, AnonymousUser())
            teller.tell(actor=actor, refused=why, error=kinds_of(error))
            connection.close_if_unusable_or_obsolete()


def kinds_of(error: BaseException | None) -> list[str]:
    """Return the kinds of this error and of those that it comes from."""
    kinds = []
    while error is not None:
        kinds.append(type(error).__name__)
        error = error.__cause__
    return kinds


def values_of(record: Any) -> dict[str, Any]:
    """Return what the caller believes to be stored of what is entered: {column: value}."""
    return {field.attname: getattr(record, field.attname) for field in record.entered_fields()}
