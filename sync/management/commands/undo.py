"""Take back what was done at once, in both lists, as the page does."""

import json
from collections import Counter
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from kareo.logs import kind_of
from kareo.records import Refused
from kareo.records.acting import acting
from sync.models import SyncEvent
from sync.propagation import undo, undoing
from sync.rules import Cause, Decision
from sync.rules.undoing import Undoing


class Command(BaseCommand):
    help = (
        "Undo a batch of the sync log, in one transaction: what it changed goes back in both lists,"
        " what it added is removed where nobody uses it, what it deleted comes back. Nothing is"
        " done where some of it can't be, unless --rest is given. Exit status: 1, it was refused."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", metavar="BATCH", help="its id, as the log has it")
        parser.add_argument("--rest", action="store_true", help="undo what can be, leave the rest")
        parser.add_argument("--dry-run", action="store_true", help="show it, change nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, batch: str, rest: bool, dry_run: bool, format: str, **_: Any) -> None:
        try:
            key = UUID(batch)
        except ValueError:
            raise CommandError(f"{batch} is not the id of a batch: the log has it.") from None
        done = Undoing(Decision(Cause.UNDONE, []))
        try:
            done = undoing(key)
            events = done.decision.events
            if not dry_run:
                with acting("undo"):
                    events = undo(key, done.decision.fingerprint, rest=rest)
        except Refused as refused:
            self._say_what_stays(done)
            raise CommandError(str(refused)) from refused
        except DatabaseError as error:
            why = f"Stopped: {kind_of(error)}. Nothing was undone. Run it again."
            raise CommandError(why) from error
        if format == "json":
            told = {
                "dry_run": dry_run,
                "batch": None if dry_run else str(events[0].batch),
                "outcomes": [event.as_dict() for event in events],
                "refused": [{"record": each.ref, **each.reason} for each in done.refused],
            }
            self.stdout.write(json.dumps(told, cls=DjangoJSONEncoder, indent=2))
            return
        for (model, how), count in sorted(Counter(map(_told, events)).items()):
            self.stdout.write(f"{how}: {count:,} {model}")
        self._say_what_stays(done)
        if dry_run:
            self.stdout.write("Nothing was changed: this was a dry run.")
        else:
            self.stdout.write(f"Done, as batch {events[0].batch}.")

    def _say_what_stays(self, done: Undoing) -> None:
        for each in done.refused:
            label, key = each.ref
            self.stderr.write(f"stays: {label} {key}, {each.text}: {each.reason['code']}")


def _told(event: SyncEvent) -> tuple[str, str]:
    if "deleted" in event.undo:
        return event.source_model, "removed"
    return event.source_model, "restored" if "created" in event.undo else "changed back"
