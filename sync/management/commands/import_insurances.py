"""Import a payer list."""

import json
import os
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from kareo.records.acting import acting
from sync.importing.batches import BATCH, ImportStopped, Summary, import_rows, nothing_kept
from sync.importing.payer_list import (
    COLUMNS,
    ENCODING,
    OPTIONAL,
    PayerList,
    PayerRow,
    UnusableFile,
    printable,
)

SOME_NOT_IMPORTED, NOTHING_IMPORTED = 1, 2

LABELS = {
    "rows": "Rows",
    "bad_rows": "Bad rows",
    "companies_added": "Companies added",
    "companies_filled": "Companies with blanks filled",
    "plans_added": "Plans added",
    "plans_filled": "Plans with blanks filled",
    "already_there": "Rows of a plan already there",
    "insurances_created": "EHR insurances created",
    "insurances_updated": "EHR insurances updated",
    "plans_without_insurance": "Plans whose EHR insurance was deleted",
}


class Command(BaseCommand):
    help = (
        "Import a payer list into PM; each plan crosses to the EHR as a typed one does. What is"
        " there already is recognised, and only its blanks are filled: nothing is overwritten or"
        f" added twice. Columns: {', '.join(COLUMNS)};"
        f" {', '.join(name for name in COLUMNS if name in OPTIONAL)} may be missing. Bad rows are"
        " listed on stderr by the line on which they start. Exit status: 0, all rows are in PM; 1,"
        " some are not, because they are bad or the import stopped; 2, nothing was imported."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a CSV file in UTF-8, with a header")
        parser.add_argument(
            "--strict", action="store_true", help="import nothing at all if any row is bad"
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would be done and write nothing; meanwhile other people's saves may have"
            " to wait",
        )
        parser.add_argument(
            "--format", choices=("text", "json"), default="text", help="of the summary on stdout"
        )

    def handle(self, *, file: str, strict: bool, dry_run: bool, format: str, **_: Any) -> None:
        self.name = printable(Path(file).name)
        self.summary = Summary()
        try:
            opened = open(file, **ENCODING)  # noqa: SIM115 (closed below)
        except OSError as error:
            why = f"{self.name} can't be read: {error.strerror}. Nothing was imported."
            raise CommandError(why, returncode=NOTHING_IMPORTED) from error
        refused, stopped = False, ""
        with opened, acting("import_insurances"):
            try:
                payers = self._payer_list(opened)
                if strict:
                    refused = self._any_bad(opened, payers)
                    opened.seek(0)
                    payers = PayerList(opened)
                if not refused:
                    with nothing_kept() if dry_run else nullcontext():
                        self._import(opened, payers)
            except UnusableFile as error:
                why = f"{self.name}: {error} Nothing was imported."
                raise CommandError(why, returncode=NOTHING_IMPORTED) from error
            except (ImportStopped, KeyboardInterrupt) as error:
                stopped = str(error) or "The import was interrupted."
        self._print_summary(dry_run, format)
        self._end(refused, stopped, dry_run)

    def _payer_list(self, opened: TextIOWrapper) -> PayerList:
        payers = PayerList(opened)
        if payers.unknown:
            names = ", ".join(map(printable, payers.unknown))
            self.stderr.write(f"{self.name}: unknown columns, ignored: {names}.")
        return payers

    def _any_bad(self, opened: TextIOWrapper, payers: PayerList) -> bool:
        """Read the whole file before anything is written; count its rows if any is bad."""
        if not opened.seekable():
            raise UnusableFile(
                "--strict reads it twice, and it can be read only once. Save it to a file first."
            )
        good = sum(1 for _ in self._good_rows(opened, payers, "Checking"))
        if self.summary.bad_rows:
            self.summary.rows += good
        return bool(self.summary.bad_rows)

    def _import(self, opened: TextIOWrapper, payers: PayerList) -> None:
        rows = self._good_rows(opened, payers, "Importing")
        for done in import_rows(rows, self.name, BATCH):
            self.summary.add(done)
        if not self.summary.rows:
            raise UnusableFile("the file has a header and no rows. Add a row for each plan.")

    def _good_rows(self, opened: TextIOWrapper, payers: PayerList, what: str) -> Iterator[PayerRow]:
        """Yield the good rows, and name and count the bad ones."""
        shown = self.stderr.isatty() and opened.seekable()
        size = os.fstat(opened.fileno()).st_size
        with tqdm(
            desc=what, total=size, unit="B", unit_scale=True, leave=False, disable=not shown
        ) as bar:
            for row in payers.rows():
                if shown:
                    bar.update(os.lseek(opened.fileno(), 0, os.SEEK_CUR) - bar.n)
                if isinstance(row, PayerRow):
                    yield row
                    continue
                self.summary.rows += 1
                self.summary.bad_rows += 1
                bar.clear()
                for problem in row.in_words():
                    self.stderr.write(f"{self.name}, {problem}")

    def _print_summary(self, dry_run: bool, format: str) -> None:
        counts = asdict(self.summary)
        if format == "json":
            self.stdout.write(json.dumps({"file": self.name, "dry_run": dry_run, **counts}))
            return
        if dry_run:
            self.stdout.write("Dry run: nothing was written. An import would do this:")
        for name, label in LABELS.items():
            self.stdout.write(f"{label + ':':<40}{counts[name]:>9,}")

    def _end(self, refused: bool, stopped: str, dry_run: bool) -> None:
        """Say what to do next, with an exit status, unless all is well."""
        bad, rows = self.summary.bad_rows, self.summary.rows
        nothing = refused or bad == rows or bool(stopped and dry_run)
        again = "import the whole file again: nothing is added twice."
        if stopped:
            before = "Nothing was imported." if nothing else "What came before is imported."
            why = f"{stopped} {before} To complete it, {again}"
        elif refused:
            why = (
                f"Nothing was imported: {bad:,} of {rows:,} rows are bad, and --strict was given."
                f" Correct them and {again}"
            )
        elif bad:
            verb = "would not be" if dry_run else "were not"
            why = f"Bad rows: {bad:,} of {rows:,}. They {verb} imported. Correct them and {again}"
        else:
            return
        raise CommandError(why, returncode=NOTHING_IMPORTED if nothing else SOME_NOT_IMPORTED)
