"""Bring the stored keys of addresses and names up to date."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from tqdm import tqdm

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.logs import kind_of
from kareo.records import InsuranceEntry, Person
from kareo.records.querysets import derives_anew
from kareo.records.rows.reading import batches
from pm.models import InsuranceCompany, InsurancePlan
from pm.models import Patient as PMPatient

# {model: what is derived anew}. A drop-down text of the EHR isn't: it crossed over. A payer ID may
# have been stored as it was typed.
KEYS: dict[Any, tuple[str, ...]] = {
    InsuranceCompany: (*InsuranceEntry.derived_fields, "payer_id"),
    **dict.fromkeys((InsurancePlan, Insurance), InsuranceEntry.derived_fields),
    **dict.fromkeys((PMPatient, EHRPatient), Person.derived_fields),
}
BATCH = 2000  # rows that are read at once, and at most so many locked


class Command(BaseCommand):
    help = (
        "Recompute the stored keys and searched texts that are out of date, as after an upgrade"
        " that reads names or addresses differently, or after writing by other means. This isn't"
        " an edit: versions stay the same, nothing crosses over, and people can go on working. If"
        " it is stopped, run it again."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count them and write nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, dry_run: bool, format: str, **_: Any) -> None:
        try:
            done = {model: self._recompute(model, dry_run) for model in KEYS}
        except (DatabaseError, KeyboardInterrupt) as error:
            failed = kind_of(error) if isinstance(error, DatabaseError) else "it was interrupted"
            why = f"Stopped: {failed}."
            kept = "" if dry_run else " What was recomputed so far is saved."
            raise CommandError(f"{why}{kept} Run it again to complete it.") from error
        if format == "json":
            models = {m._meta.label: {"rows": n, "recomputed": k} for m, (n, k) in done.items()}
            self.stdout.write(json.dumps({"dry_run": dry_run, "models": models}))
            return
        verb = "would be recomputed" if dry_run else "recomputed"
        for model, (rows, recomputed) in done.items():
            name = str(model._meta.verbose_name_plural)
            name = f"{name if name.startswith(model.home) else f'{model.home} {name}'}:"
            self.stdout.write(f"{name:<30}{rows:>9,} rows, {recomputed:>9,} {verb}")

    def _recompute(self, model: Any, dry_run: bool) -> tuple[int, int]:
        """Return how many rows there are, and how many of them had other keys."""
        rows = recomputed = 0
        keys = KEYS[model]
        records, shown = model.objects.all(), self.stderr.isatty()
        total, name = records.count() if shown else None, str(model._meta.verbose_name_plural)
        with tqdm(desc=name, total=total, leave=False, disable=not shown) as bar:
            for batch in batches(records, BATCH):
                # Only these are locked, and then read again: others may have saved meanwhile.
                old = [record.pk for record in batch if derives_anew(record, keys)]
                rows += len(batch)
                recomputed += len(old) if dry_run or not old else model.objects.rederive(old, keys)
                bar.update(len(batch))
        return rows, recomputed
