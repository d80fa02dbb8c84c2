"""What must be configured so that a save is safe and its effect is told, and stored keys."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.db.models import Q

from kareo.records import PostalAddress

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


def check_keys(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Hold that stored keys of names and addresses are those that are looked for: sync.W005.

    Where all are current, each table is read to its end, which takes a quarter of a second for a
    million rows and some seconds from a cold disk. That is less than an index of the versions would
    cost all saves: only `migrate` and `check --database` ask. A look at the first or last rows
    alone would miss what a stopped `recompute_address_keys` left.
    """
    return [warning for alias in databases or () for warning in _warnings_of(alias)]


def _warnings_of(alias: str) -> Iterator[CheckMessage]:
    models = [model for model in apps.get_models() if issubclass(model, PostalAddress)]
    found = [model for model in models if _has_old_keys(model, alias)]
    if old := [f"{model.home} {model._meta.verbose_name_plural}" for model in found]:
        yield Warning(
            f"Stored keys of names or addresses are of another version, in {len(old)} of"
            f" {len(models)} kinds of records: {', '.join(old)}.",
            hint="Run `manage.py recompute_address_keys`, after `manage.py migrate`. Until then the"
            " same name or address in another spelling may not be recognized.",
            id="sync.W005",
        )


def _has_old_keys(model: type[PostalAddress], alias: str) -> bool:
    """Return whether a record has keys of another version; a table from before had none at all.

    `migrate` asks before it makes the tables and columns that this version has.
    """
    connection, table = connections[alias], model._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return False
        described = connection.introspection.get_table_description(cursor, table)
    stored = {column.name for column in described}
    rows = model._base_manager.using(alias)
    if stored.issuperset(model.key_versions):
        rows = rows.filter(~Q(**model.key_versions))
    return rows.exists()
