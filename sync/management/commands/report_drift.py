"""Say where the records aren't as the rules leave them."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from kareo.logs import kind_of
from sync.drift.checking import Report
from sync.management.drift import as_data, line, look

DRIFTS, STOPPED = 1, 2


class Command(BaseCommand):
    help = (
        "Compare all records with what the rules make of them, and name the first that drift: by"
        " raw SQL, after an upgrade, or because a name or a counterpart is out of date. The first"
        " page shows the counts to who manages users. Writes nothing else, and people can go on"
        " working. Exit status: 0, nothing drifts; 1, something does; 2, it stopped."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, format: str, **_: Any) -> None:
        report = Report()
        try:
            for batch in look(self.stderr):
                report.add(batch)
            report.store()
        except (DatabaseError, KeyboardInterrupt) as error:
            failed = kind_of(error) if isinstance(error, DatabaseError) else "it was interrupted"
            raise CommandError(f"Stopped: {failed}. Run it again.", returncode=STOPPED) from error
        if format == "json":
            self.stdout.write(json.dumps({"drifts": report.drifts, "found": as_data(report)}))
        else:
            for kind, count in report.counts.items():
                self.stdout.write(line(kind, count))
                for name in report.first[kind]:
                    self.stdout.write(f"    {name}")
        if report.drifts:
            why = "The records aren't all as the rules leave them. `repair_drift` says what it can"
            raise CommandError(f"{why} put right.", returncode=DRIFTS)
