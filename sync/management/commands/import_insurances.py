"""Import a payer list."""

import json
import os
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, fields
from io import TextIOWrapper
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from kareo.records.acting import acting
from sync.importing.batches import (
    BATCH,
    ImportStopped,
    PerhapsImported,
    Summary,
    import_rows,
    nothing_kept,
)
from sync.importing.csv_table import UnusableFile, printable
from sync.importing.payer_list import COLUMNS, OPTIONAL, PayerList, PayerRow
from sync.management.files import csv_file

SOME_NOT_IMPORTED, NOTHING_IMPORTED = 1, 2


class Command(BaseCommand):
    help = (
        "Import a payer list into PM. Each plan crosses over to the EHR as a typed one does. What"
        " is there already is recognized, and only its blanks are filled: nothing is overwritten"
        f" or added twice. Columns: {', '.join(COLUMNS)}; {', '.join(OPTIONAL)} may be missing. Bad"
        " rows are listed on stderr by line. Exit status: 0, all rows are in PM; 1, some are not,"
        " because they are bad or the import stopped; 2, nothing was imported."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a CSV file in UTF-8, with a header")
        parser.add_argument("--strict", action="store_true", help="import all rows or none")
        dry = "say what an import would do and write nothing; other people's saves may have to wait"
        parser.add_argument("--dry-run", action="store_true", help=dry)
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, file: str, strict: bool, dry_run: bool, format: str, **_: Any) -> None:
        self.summary = Summary()
        refused, stopped, self.is_sure = False, "", True
        usable = csv_file(file, " Nothing was imported.")
        with usable as (self.name, opened), acting("import_insurances"):
            try:
                payers = PayerList(opened)
                if payers.unknown:
                    names = ", ".join(map(printable, payers.unknown))
                    self.stderr.write(f"{self.name}: unknown columns, ignored: {names}.")
                if strict:
                    refused = self._any_bad(opened, payers)
                    opened.seek(0)
                    payers = PayerList(opened)
                if not refused:
                    with nothing_kept() if dry_run else nullcontext():
                        self._import(opened, payers)
            except (ImportStopped, KeyboardInterrupt) as error:
                stopped = str(error) or "The import was interrupted."
                self.is_sure = not isinstance(error, PerhapsImported)
        self._print_summary(dry_run, format)
        self._end(refused, stopped, dry_run)

    def _any_bad(self, opened: TextIOWrapper, payers: PayerList) -> bool:
        """Read the whole file before anything is written; count its rows if any is bad."""
        if not opened.seekable():
            raise UnusableFile("--strict reads it twice, but it isn't a file. Save it as one.")
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
        bar = tqdm(desc=what, total=size, unit="B", unit_scale=True, leave=False, disable=not shown)
        with bar:
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
        for count in fields(Summary):
            self.stdout.write(f"{count.metadata['label'] + ':':<40}{counts[count.name]:>9,}")

    def _end(self, refused: bool, stopped: str, dry_run: bool) -> None:
        """Say what to do next, with an exit status, unless all is well."""
        bad, rows = self.summary.bad_rows, self.summary.rows
        before = bad != rows
        nothing = refused or (not before and self.is_sure) or bool(stopped and dry_run)
        do = "Correct them and"
        if stopped:
            if before and not nothing:
                kept = "What came before is imported."
            else:
                kept = "Nothing was imported." if nothing else "Nothing else was imported."
            why, do = f"{stopped} {kept}", "To complete it,"
        elif refused:
            why = f"Nothing was imported: {bad:,} of {rows:,} rows are bad, and --strict was given."
        elif bad:
            verb = "would not be" if dry_run else "were not"
            why = f"Bad rows: {bad:,} of {rows:,}. They {verb} imported."
        else:
            return
        status = NOTHING_IMPORTED if nothing else SOME_NOT_IMPORTED
        again = "import the whole file again: nothing is added twice."
        raise CommandError(f"{why} {do} {again}", returncode=status)
