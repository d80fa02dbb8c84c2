"""Bring the stored address keys up to date."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, reset_queries
from tqdm import tqdm

from ehr.models import Insurance
from kareo.records import PostalAddress
from kareo.records.querysets import derives_anew
from pm.models import InsuranceCompany, InsurancePlan

MODELS: tuple[Any, ...] = (InsuranceCompany, InsurancePlan, Insurance)
KEYS = PostalAddress.derived_fields
BATCH = 2000  # rows that are read at once, and at most so many locked
STOPPED = 1


class Command(BaseCommand):
    help = (
        "Recompute the stored address keys that are not what they would be made now, as after an"
        " upgrade that reads addresses otherwise. This is no edit: no version is raised, nothing"
        " crosses over, and people may work meanwhile. Stopped in the middle, it can be run again."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say how many there are and write nothing"
        )
        parser.add_argument(
            "--format", choices=("text", "json"), default="text", help="of what stdout says"
        )

    def handle(self, *, dry_run: bool, format: str, **_: Any) -> None:
        try:
            done = {model: self._recompute(model, dry_run) for model in MODELS}
        except (DatabaseError, KeyboardInterrupt) as error:
            why = str(error).strip() or "it was interrupted"
            kept = "" if dry_run else " What was recomputed before stays so."
            raise CommandError(
                f"Stopped: {why}.{kept} Run it again to complete it.", returncode=STOPPED
            ) from error
        if format == "json":
            models = {
                model._meta.label: {"rows": rows, "recomputed": recomputed}
                for model, (rows, recomputed) in done.items()
            }
            self.stdout.write(json.dumps({"dry_run": dry_run, "models": models}))
            return
        verb = "would be recomputed" if dry_run else "recomputed"
        for model, (rows, recomputed) in done.items():
            name = f"{model.home} {model._meta.verbose_name_plural}:"
            self.stdout.write(f"{name:<30}{rows:>9,} rows, {recomputed:>9,} {verb}")

    def _recompute(self, model: Any, dry_run: bool) -> tuple[int, int]:
        """Return how many rows there are, and how many of them had other keys."""
        rows = recomputed = last = 0
        records = model.objects.order_by("pk")
        shown = self.stderr.isatty()
        with tqdm(
            desc=str(model._meta.verbose_name_plural),
            total=records.count() if shown else None,
            leave=False,
            disable=not shown,
        ) as bar:
            while batch := list(records.filter(pk__gt=last)[:BATCH]):
                last = batch[-1].pk
                # Only these are locked, and then looked at anew: others may have saved meanwhile.
                old = [record.pk for record in batch if derives_anew(record, KEYS)]
                rows += len(batch)
                recomputed += len(old) if dry_run or not old else model.objects.rederive(old, KEYS)
                bar.update(len(batch))
                if settings.DEBUG:
                    reset_queries()  # Django would keep all the SQL in memory
        return rows, recomputed
