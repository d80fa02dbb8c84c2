"""A writer: a process that saves as fast as it can, until it is killed.

`python -m tests.soak.kills.writer KIND SEED --database NAME --told FILE`, started by `writers`.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import django
from django.conf import settings

from tests.soak.kills.told import Teller

APPLICATION = "kareo soak writer"  # as PostgreSQL lists its connections


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.kills.writer")
    parser.add_argument("kind")
    parser.add_argument("seed")
    parser.add_argument("--database", required=True, help="the name of the one to write to")
    parser.add_argument("--told", type=Path, required=True, help="where to tell what was saved")
    parser.add_argument("--patience", type=float, help="how long to wait for a lock, in seconds")
    parser.add_argument("--broken", action="store_true", help="carry over after the commit only")
    return parser.parse_args()


def connect(given: argparse.Namespace) -> None:
    """Let Django use the database of the soak, and wait for its locks as long as told."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    database = settings.DATABASES["default"]
    database["NAME"] = given.database
    options = database["OPTIONS"]
    if database["ENGINE"].endswith("sqlite3"):
        options["timeout"] = given.patience or options["timeout"]
    else:
        options["application_name"] = APPLICATION
        if given.patience:
            options["options"] += f" -c lock_timeout={round(given.patience * 1000)}"
    django.setup()


def write(given: argparse.Namespace) -> None:
    """Do one action after another; each has an actor of its own, by whom its rows are found."""
    from tests.soak.kills.actions import ACTIONS

    rng, teller = Random(f"{given.kind} {given.seed}"), Teller(given.told)
    started_by, counted = os.getppid(), 0
    actions = ACTIONS[given.kind]
    while os.getppid() == started_by:  # whoever started it may be killed itself
        counted += 1
        (action,) = rng.choices([*actions], [*actions.values()])
        with telling(teller, f"{given.kind} {given.seed} {counted}") as tell:
            action(rng, tell)


@contextmanager
def telling(teller: Teller, actor: str) -> Iterator[Any]:
    """Tell what is done inside as one action of `actor`; go on after a refusal, told in words."""
    from django.core.management import CommandError
    from django.db import Error, connection
    from django.db.models import ProtectedError

    from kareo.records import Refused
    from kareo.records.acting import acting
    from kareo.records.refusals import refusal_in_words
    from sync.models import SyncEvent

    with acting(actor) as action:

        def tell(*records: Any, **more: Any) -> None:
            events = SyncEvent.objects.filter(batch=action.batch).values_list("pk", flat=True)
            saved = [[record._meta.label, record.pk, values_of(record)] for record in records]
            teller.tell(actor=actor, saved=saved, events=[*events], **more)

        try:
            yield tell
        except (Refused, ProtectedError, CommandError, Error) as error:
            why = refusal_in_words(error, nobody())
            teller.tell(actor=actor, refused=why, error=kinds_of(error))
            if connection.connection is not None and not connection.is_usable():
                connection.close()


def nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


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


if __name__ == "__main__":
    given = arguments()
    connect(given)
    if given.broken:
        from tests.soak.kills.broken import carry_over_later

        carry_over_later()
    write(given)
