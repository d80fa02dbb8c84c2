"""Who is acting, in which batch (one user action, one id), and what a user may see."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps


@dataclass(frozen=True)
class Action:
    """One thing that one person or command does, however many records it writes."""

    actor: str = ""
    batch: uuid.UUID = field(default_factory=uuid.uuid4)


_current: ContextVar[Action | None] = ContextVar("current_action", default=None)


def current_action() -> Action:
    """Return the current action; a new, anonymous one where none was declared (a shell)."""
    return _current.get() or Action()


@contextmanager
def acting(actor: str) -> Iterator[Action]:
    """Declare that what is written inside is one action of `actor`."""
    action = Action(actor)
    token = _current.set(action)
    try:
        yield action
    finally:
        _current.reset(token)


def going_on(batch: uuid.UUID) -> None:
    """Make what the current action still writes a part of the batch that it goes on with."""
    _current.set(Action(current_action().actor, batch))


def may_see(user: Any, *labels: str) -> bool:
    """Return whether `user` may see the records of all these models, as the admin shows them.

    A label is such as `pm.InsurancePlan`. Whoever may change a record may see it.
    """
    parts = [label.lower().split(".") for label in labels]
    return all(
        user.has_perm(f"{app}.view_{model}") or user.has_perm(f"{app}.change_{model}")
        for app, model in parts
    )


def may_name(user: Any, label: str) -> bool:
    """Return whether `user` may see the names of records of this model, and whom these name."""
    return may_see(user, label, *getattr(apps.get_model(label), "names_too", ()))
