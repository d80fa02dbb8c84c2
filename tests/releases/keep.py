"""Keep the database that this version makes, for `test_upgrade`: once a release, never again.

python -m tests.releases.keep 0.3.0     # once with DATABASE_URL naming an empty PostgreSQL
                                        # database, once an SQLite file that isn't there yet

Writes the database as SQL, and what its migrations are, to `tests/releases/0.3.0/`.
"""

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import django

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
OLD_KEYS = {"address_key": "read", "near_key": "otherwise", "name_key": "then"}


def main(version: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kareo.settings")
    django.setup()
    from django.db import connection

    folder = HERE / version
    kept = folder / f"{connection.vendor}.sql"
    if kept.exists():
        sys.exit(f"{kept} is there already: a release is kept once.")
    make_database()
    connection.close()
    is_file = connection.vendor == "sqlite"
    name = connection.settings_dict["NAME"]
    folder.mkdir(exist_ok=True)
    kept.write_text(sqlite_dump(name) if is_file else postgresql_dump(os.environ["DATABASE_URL"]))
    (folder / "migrations.sha256").write_text("".join(map(checksum, migrations())))


def make_database() -> None:
    """Fill the empty database with the demo practice, an import, and keys that are out of date."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from pm.models import InsurancePlan
    from sync import demo

    call_command("migrate", verbosity=0)
    if not demo.load():
        sys.exit("The database holds records already. Name an empty one in DATABASE_URL.")
    demo.make_users()
    User.objects.update(password="!")  # nobody logs in with it
    call_command("import_insurances", str(HERE / "payers.csv"), verbosity=0)
    # As if an earlier version had read names and addresses in another way.
    InsurancePlan.objects.filter(company__name="Aetna").update(**OLD_KEYS, address_key_version=0)


def sqlite_dump(path: str) -> str:
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump()) + "\n"


def postgresql_dump(url: str) -> str:
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", "--no-comments", url]
    dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # What only psql understands, and what older servers don't.
    return re.sub(r"^(\\(un)?restrict |SET transaction_timeout ).*\n", "", dump, flags=re.M)


def migrations() -> list[Path]:
    return sorted(
        path for app in ("pm", "ehr", "sync") for path in ROOT.glob(f"{app}/migrations/0*.py")
    )


def checksum(path: Path) -> str:
    """Return a line as sha256sum writes it."""
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(ROOT)}\n"


if __name__ == "__main__":
    main(*sys.argv[1:])
