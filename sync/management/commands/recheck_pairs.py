"""Find the pairs that disagree though no save made them so."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from kareo.logs import kind_of
from sync.drift.counts import search_anew
from sync.pairs.flags import wrong_flags
from sync.propagation.flagging import recheck


class Command(BaseCommand):
    help = (
        "Compare all pairs of a plan and an insurance, and note which disagree; then count anew"
        " what the first page counts. For after an upgrade, or after writing to the database by"
        " other means. Plans and insurances stay as they are, and people can go on working. If it"
        " is stopped, run it again."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count them and write nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, dry_run: bool, format: str, **_: Any) -> None:
        try:
            noted = wrong_flags().count() if dry_run else sum(recheck())
            if not dry_run:
                search_anew()
        except (DatabaseError, KeyboardInterrupt) as error:
            failed = kind_of(error) if isinstance(error, DatabaseError) else "it was interrupted"
            raise CommandError(f"Stopped: {failed}. Run it again to complete it.") from error
        if format == "json":
            self.stdout.write(json.dumps({"dry_run": dry_run, "noted": noted}))
            return
        verb = "would be noted anew" if dry_run else "noted anew"
        self.stdout.write(f"Pairs that were not noted as they are: {noted:,} {verb}")
