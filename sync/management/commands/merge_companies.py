"""Merge PM companies that are one, in both lists, as the page does."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from kareo.logs import kind_of
from kareo.records import Refused
from kareo.records.acting import acting
from pm.models import InsuranceCompany
from sync.models import SyncEvent
from sync.propagation import Choice, merge, merging
from sync.propagation.merging import Shown
from sync.rules.merging import PARTS


class Command(BaseCommand):
    help = (
        "Merge companies of PM that are one into the one to KEEP: their plans move to it, and the"
        " same plans are merged with their policies and patients, in both lists, all in one"
        " transaction. KEEP has its own values; its blanks are filled from the others."
    )

    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("keep", metavar="KEEP", type=int, help="key of the company that stays")
        parser.add_argument("others", metavar="OTHER", type=int, nargs="+", help="keys of the rest")
        parser.add_argument(
            "--take",
            metavar="FIELD",
            action="append",
            default=[],
            choices=[*PARTS],
            help=f"take this from the first OTHER instead, can be repeated: {', '.join(PARTS)}",
        )
        parser.add_argument(
            "--plans-apart",
            action="store_true",
            help="move plans that become the same, rather than merging them as well",
        )
        parser.add_argument(
            "--leave",
            action="store_true",
            help="leave patients as they are who would have one plan twice, rather than stopping",
        )
        parser.add_argument("--dry-run", action="store_true", help="show it, change nothing")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, keep: int, others: list[int], take: list[str], **options: Any) -> None:
        taken = dict.fromkeys(take, others[0])
        choice = Choice(InsuranceCompany, keep, tuple(others), taken, leave=options["leave"])
        try:
            shown = merging(choice)
            if options["plans_apart"] and shown.twins:
                apart = frozenset(group[0].pk for group in shown.twins)
                choice = Choice(
                    InsuranceCompany, keep, choice.others, taken, apart, options["leave"]
                )
                shown = merging(choice)
            events = shown.decision.events
            if not options["dry_run"]:
                with acting("merge_companies"):
                    events = merge(choice, shown.decision.fingerprint)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except DatabaseError as error:
            why = f"Stopped: {kind_of(error)}. Nothing was merged. Run it again."
            raise CommandError(why) from error
        self._tell(events, shown, **options)

    def _tell(self, events: Sequence[SyncEvent], shown: Shown, **options: Any) -> None:
        if options["format"] == "json":
            told = {
                "dry_run": options["dry_run"],
                "batch": None if options["dry_run"] else str(events[0].batch),
                "outcomes": [event.as_dict() for event in events],
                "stay": [[record._meta.label, record.pk] for record in shown.stay],
            }
            self.stdout.write(json.dumps(told, cls=DjangoJSONEncoder, indent=2))
            return
        counts = Counter((event.rule, event.source_model) for event in events)
        for (rule, model), count in counts.items():
            self.stdout.write(f"{rule}: {count:,} {model}")
        for record in shown.stay:
            self.stdout.write(f"stays: {record._meta.label} {record.pk}, {record}")
        if options["dry_run"]:
            self.stdout.write("Nothing was changed: this was a dry run.")
        else:
            self.stdout.write(f"Done, as batch {events[0].batch}.")
