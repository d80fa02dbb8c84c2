"""Put right what `report_drift` finds."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from kareo.logs import kind_of
from kareo.records.acting import acting
from sync.drift.checking import ORPHANS, Report
from sync.drift.counts import search_anew
from sync.drift.mending import mend
from sync.management.drift import as_data, line, look

LEFT, STOPPED = 1, 2


class Command(BaseCommand):
    help = (
        "Say what of the drift would be put right, and with --apply put it right, as the rules"
        " have it: an insurance takes its plan's values, which the sync log shows; keys, searched"
        " texts and notes of what disagrees are made anew, which is no edit. People can go on"
        " working. If it is stopped, run it again. Exit status: 0, done; 1, something is left that"
        " should have been put right; 2, it stopped."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it; else nothing is written")
        parser.add_argument(
            "--orphans",
            action="store_true",
            help="also send each active plan or insurance without a counterpart, as if it were"
            " added: first link those that belong together, on their pages",
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, apply: bool, orphans: bool, format: str, **_: Any) -> None:
        found, left = Report(), Report()
        try:
            with acting("repair_drift"):
                for batch in look(self.stderr):
                    found.add(batch)
                    for problem in mend(batch, orphans=orphans) if apply else ():
                        self.stderr.write(problem)
            if apply:
                for batch in look(self.stderr):
                    left.add(batch)
                left.store()
                search_anew()
        except (DatabaseError, KeyboardInterrupt) as error:
            failed = kind_of(error) if isinstance(error, DatabaseError) else "it was interrupted"
            kept = " What was put right so far is saved." if apply else ""
            why = f"Stopped: {failed}.{kept} Run it again to complete it."
            raise CommandError(why, returncode=STOPPED) from error
        reported = () if orphans else ORPHANS
        if format == "json":
            told = {"applied": apply, "found": as_data(found)}
            self.stdout.write(json.dumps(told | ({"left": as_data(left)} if apply else {})))
        else:
            verb = "put right" if apply else "would be put right"
            for kind, count in found.counts.items():
                mended = max(count - left.counts[kind], 0)
                is_mended = kind not in reported
                self.stdout.write(
                    line(kind, mended, verb) if is_mended else line(kind, count, "only reported")
                )
        if any(count for kind, count in left.counts.items() if kind not in reported):
            why = "Something is left that couldn't be put right. `report_drift` names it: open it"
            raise CommandError(f"{why} and correct what it says.", returncode=LEFT)
