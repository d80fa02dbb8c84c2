"""What must hold in the database whatever was sent."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection
from django.db.models import Model

from pm.models import OtherName
from sync.models import DismissedLookAlike, InsuranceLink, SyncEvent
from tests.soak.kills.invariants import (
    alone_as_logged,
    flags_as_compared,
    links_as_logged,
    records_as_logged,
    values_as_logged,
)
from tests.soak.kills.stored import LABELS, Stored, read, source, target

STAMPS = {"version", "updated_at", "updated_by"}


def kept() -> dict[str, list[Any]]:
    """Return all that a refused request must leave as it is, by its table."""
    models: list[type[Model]] = [
        *map(apps.get_model, LABELS),
        InsuranceLink,
        SyncEvent,
        OtherName,
        DismissedLookAlike,
        User,
        User.groups.through,
        User.user_permissions.through,
        Group,
        Group.permissions.through,
    ]
    return {
        model._meta.db_table: [*model._base_manager.order_by("pk").values_list()]
        for model in models
    }


def broken(before: Stored) -> Iterator[str]:
    """Yield what is half written, a sentence each, since all was stored as `before`."""
    try:
        connection.check_constraints()
    except DatabaseError as error:
        yield f"a reference to nothing: {error}"
        return
    now = read()
    yield from links_as_logged(now)
    yield from alone_as_logged(now)
    yield from flags_as_compared(now)
    yield from records_as_logged(now)
    yield from values_as_logged(now)
    yield from _unsaid(now, before)


def _unsaid(now: Stored, before: Stored) -> Iterator[str]:
    """What was written, and isn't the same again, a new event is about."""
    new = now.events[len(before.events) :]
    about = {source(event) for event in new} | {target(event) for event in new}
    for record in now.rows.keys() & before.rows.keys() - about:
        row, was = now.rows[record], before.rows[record]
        if changed := [name for name in row if row[name] != was[name] and name not in STAMPS]:
            yield f"{record}: {', '.join(changed)} changed, and no event says so"
