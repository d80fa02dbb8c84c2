"""Make the sync log shorter."""

import json
import re
from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, reset_queries
from django.utils.timezone import localtime, now
from tqdm import tqdm

from kareo.logs import kind_of
from sync.models import SyncEvent
from sync.propagation.pruning import prune

MOST_DAYS = 36_500


def days(text: str) -> int:
    """Return the number of days that `text` says, such as `400d`, `400 days` or `400`."""
    found = re.fullmatch(r"\s*([0-9]{1,5})\s*(d|days?)?\s*", text, re.IGNORECASE)
    if not found or not 1 <= (count := int(found[1])) <= MOST_DAYS:
        raise ArgumentTypeError(f"{text!r} is not a number of days, such as 400d")
    return count


class Command(BaseCommand):
    help = (
        "Remove old entries from the sync log, of saves that had no effect: nothing was added,"
        " changed, deleted, linked or unlinked. All others are kept, and so is what says where a"
        " record came from. People can go on working. If it is stopped, run it again."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        old = "in days, such as 400d: younger entries are kept"
        parser.add_argument("--older-than", type=days, required=True, metavar="AGE", help=old)
        parser.add_argument("--dry-run", action="store_true", help="count them and write nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, older_than: int, dry_run: bool, format: str, **_: Any) -> None:
        before = now() - timedelta(days=older_than)
        read = pruned = 0
        shown = self.stderr.isatty()
        total = SyncEvent.objects.filter(created_at__lt=before).count() if shown else None
        try:
            with tqdm(desc="log", total=total, leave=False, disable=not shown) as bar:
                for entries, useless in prune(before, dry_run=dry_run):
                    read, pruned = read + entries, pruned + useless
                    bar.update(entries)
                    if settings.DEBUG:
                        reset_queries()  # Django would keep all the SQL in memory
        except (DatabaseError, KeyboardInterrupt) as error:
            failed = kind_of(error) if isinstance(error, DatabaseError) else "it was interrupted"
            kept = "" if dry_run else f" {pruned:,} entries were removed."
            raise CommandError(f"Stopped: {failed}.{kept} Run it again to complete it.") from error
        if format == "json":
            report = {"dry_run": dry_run, "before": before.isoformat(), "old": read}
            self.stdout.write(json.dumps({**report, "removed": pruned}))
            return
        verb = "would be removed" if dry_run else "removed"
        self.stdout.write(f"Entries of before {localtime(before):%Y-%m-%d %H:%M}:{read:>13,}")
        self.stdout.write(f"{'Without effect, ' + verb + ':':<37}{pruned:>10,}")
