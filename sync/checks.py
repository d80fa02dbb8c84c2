"""What must be configured so that a save is safe and its effect is told."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections

ACTION = "kareo.middleware.ActionMiddleware"
EFFECT = "sync.middleware.EffectMiddleware"
NEEDED_BEFORE = {ACTION: "django.contrib.auth.middleware.AuthenticationMiddleware", EFFECT: ACTION}


def check_middleware(**kwargs: Any) -> list[CheckMessage]:
    """Hold that each save knows who makes it (sync.E001), and its effect is told (sync.E002)."""
    order: Sequence[str] = settings.MIDDLEWARE
    ids = {ACTION: "sync.E001", EFFECT: "sync.E002"}
    return [
        Error(
            f"{name} must stand in MIDDLEWARE, after {before}.",
            hint="Without it saves have no user in the sync log, or their effect isn't told.",
            id=ids[name],
        )
        for name, before in NEEDED_BEFORE.items()
        if name not in order or before not in order or order.index(name) < order.index(before)
    ]


def check_databases(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Hold that the database locks what a save needs: sync.E003 and sync.E004."""
    aliases = databases or ["default"]
    return [error for alias in aliases for error in _errors_of(connections[alias])]


def _errors_of(connection: Any) -> Iterator[CheckMessage]:
    if connection.vendor not in {"postgresql", "sqlite"}:
        yield Error(
            f"{connection.display_name} can't hold an address while a company is looked for: two"
            " people adding one insurance would make two companies.",
            hint="Set DATABASE_URL to PostgreSQL, or to a SQLite file.",
            id="sync.E003",
        )
    options = connection.settings_dict.get("OPTIONS", {})
    if connection.vendor == "sqlite" and options.get("transaction_mode") != "IMMEDIATE":
        yield Error(
            "SQLite must begin its transactions IMMEDIATE: otherwise two people saving at once are"
            " told that the database is locked.",
            hint='Set OPTIONS["transaction_mode"] to "IMMEDIATE".',
            id="sync.E004",
        )
