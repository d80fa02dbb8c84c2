"""Which databases this version can upgrade: those that 0.2.0 or a later version made."""

from typing import Any

from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from kareo.site import APP_ORDER

BEFORE_0_2_0 = "0001_initial"  # what each app's first migration was called then

TOO_OLD = (
    "This database was made by a version before 0.2.0, which can't be upgraded in place. Nothing in"
    " it was changed. To begin anew, name another database in DATABASE_URL; without DATABASE_URL,"
    " move kareo.sqlite3 away. To take its records along, see “From before 0.2.0” in"
    " docs/operations.md."
)
TOO_NEW = (
    "This database was migrated by a newer version of this program, which wrote {migrations}."
    " Nothing in it was changed. Run that version, or restore a backup from before its upgrade."
)


def refuse_unknown_database(using: str, **kwargs: Any) -> None:
    """Stop a migrate before it writes, where migrations were applied that this version hasn't.

    A `pre_migrate` receiver, which `migrate --prune` doesn't wait for. Raises CommandError.
    """
    migrations = MigrationLoader(connections[using])
    unknown = sorted(migrations.applied_migrations.keys() - migrations.disk_migrations.keys())
    unknown = [(app, name) for app, name in unknown if app in APP_ORDER]
    if any(name == BEFORE_0_2_0 for _app, name in unknown):
        raise CommandError(TOO_OLD)
    if unknown:
        names = ", ".join(".".join(key) for key in unknown)
        raise CommandError(TOO_NEW.format(migrations=names))
