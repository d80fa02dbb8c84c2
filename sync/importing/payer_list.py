"""Read a payer list: a CSV file, row by row, each row valid or named with what is wrong with it.

Reads the file only; `sync.importing` writes. A row is named by the physical line on which it
starts, so that an editor finds it even where quoted values hold line breaks.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TextIO

from django.core.exceptions import ValidationError
from django.db.models import Model

from kareo.records.fields import one_spaced
from pm.models import InsuranceCompany, InsurancePlan

# For open(). What isn't UTF-8 becomes a lone surrogate, so that it spoils its own row only.
ENCODING: dict[str, Any] = {"encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}

# {column: whose field it fills}
COLUMNS: dict[str, tuple[type[Model], str]] = {
    "company": (InsuranceCompany, "name"),
    "plan": (InsurancePlan, "name"),
    "street_1": (InsurancePlan, "street_1"),
    "street_2": (InsurancePlan, "street_2"),
    "city": (InsurancePlan, "city"),
    "state": (InsurancePlan, "state"),
    "zip_code": (InsurancePlan, "zip_code"),
    "phone": (InsurancePlan, "phone"),
    "payer_id": (InsuranceCompany, "payer_id"),
}
OPTIONAL = frozenset({"street_2", "phone", "payer_id"})

LONGEST_LINE = 1_000_000  # characters; a file without line ends must not fill the memory
LONGEST_ROW = 100  # lines; a quote that is never closed must not swallow the rest of the file
LONGEST_MESSAGE = 300  # characters
CACHED_VALUES = 8192  # per column; payer lists repeat companies, cities, states and ZIPs
LONGEST_CACHED = 300  # characters

_UNDECODED = re.compile("[\ud800-\udfff]")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


class UnusableFile(Exception):
    """Raised when no row of a file can be imported. Its text says why and what to do."""


class PayerRow(NamedTuple):
    """A valid row, its values as they are stored."""

    line: int
    company: str
    plan: str
    street_1: str
    street_2: str
    city: str
    state: str
    zip_code: str
    phone: str
    payer_id: str

    @property
    def address(self) -> tuple[str, ...]:
        return self.street_1, self.street_2, self.city, self.state, self.zip_code


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be imported, and why: (column, reason), "" for the row as a whole."""

    line: int
    problems: Sequence[tuple[str, str]]

    def in_words(self) -> Iterator[str]:
        for column, reason in self.problems:
            where = f"line {self.line}, {column}" if column else f"line {self.line}"
            yield printable(f"{where}: {reason}")


def printable(text: str) -> str:
    """Return `text` safe for a terminal: on one line, not too long, without control codes."""
    if len(text) > LONGEST_MESSAGE:
        text = text[:LONGEST_MESSAGE] + "…"
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )


class PayerList:
    """The rows of a payer list. Raises UnusableFile where its header can't be used.

    `file` must have been opened with ENCODING. `unknown` names the columns that are ignored.
    """

    def __init__(self, file: TextIO) -> None:
        self._lines = _Lines(file)
        self._reader = csv.reader(self._lines, strict=True)
        header = self._header()
        self._width = len(header)
        self._places = _places(header)
        self.unknown = [
            name.strip() or f"number {place} (without a name)"
            for place, name in enumerate(header, 1)
            if _column_name(name) not in COLUMNS
        ]
        self._checks = {column: _check(model, name) for column, (model, name) in COLUMNS.items()}

    def rows(self) -> Iterator[PayerRow | BadRow]:
        """Yield each row that holds anything, in the file's order."""
        for cells in self._records():
            if isinstance(cells, BadRow):
                yield cells
            elif any(cells) and any(cell.strip() for cell in cells):
                yield self._checked(cells)

    def _header(self) -> list[str]:
        for cells in self._records():
            if isinstance(cells, BadRow):
                raise UnusableFile(f"its header can't be read: {next(cells.in_words())}")
            if undecoded := self._undecoded():
                raise UnusableFile(
                    f"its header can't be read: line {self._lines.number}: {undecoded}"
                )
            if any(cell.strip() for cell in cells):
                return cells
        raise UnusableFile(
            "the file is empty. It needs a header with the columns"
            f" {_listed(COLUMNS)}, and a row for each plan."
        )

    def _records(self) -> Iterator[list[str] | BadRow]:
        """Yield the cells of each row, or why it is none.

        Where a row of several lines goes wrong, a quote was most likely left open on its first
        line: only that one is bad, and the others are read again as rows of their own.
        """
        while True:
            self._lines.begin_row()
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._lines.take_back()
                yield self._bad(
                    f"The row can't be read as CSV ({error}). Check that its quotes come in pairs."
                )
                continue
            if self._lines.read_again and "".join(self._lines.row).count('"') % 2:
                yield self._bad(
                    "This may be the rest of the bad row before it: its quotes don't come in pairs."
                )
                continue
            yield cells

    def _checked(self, cells: list[str]) -> PayerRow | BadRow:
        if len(cells) != self._width:
            self._lines.take_back()
            return self._bad(
                f"The row has {_counted(len(cells), 'value')}, and the header names"
                f" {_counted(self._width, 'column')}. Add or remove commas; a value that has one"
                " itself needs quotes around it."
            )
        if undecoded := self._undecoded():
            return self._bad(undecoded)
        values, problems = {}, []
        for column, check in self._checks.items():
            place = self._places.get(column)
            values[column], reason = check(cells[place] if place is not None else "")
            if reason:
                problems.append((column, reason))
        if problems:
            if len(self._lines.row) > 1:
                last = self._lines.number + len(self._lines.row) - 1
                problems.append(("", f"The row has line breaks within quotes, up to line {last}."))
            return BadRow(self._lines.number, problems)
        return PayerRow(self._lines.number, **values)

    def _undecoded(self) -> str:
        """Say where in this row's lines the file isn't UTF-8, or nothing."""
        for number, line in enumerate(self._lines.row, self._lines.number):
            if not line.isascii() and (found := _UNDECODED.search(line)):
                before = len(line[: found.start()].encode(errors="surrogateescape"))
                where = f"Byte {before + 1} of line {number}"
                return f"{where} is not UTF-8. Save the file as “CSV UTF-8” and import it again."
        return ""

    def _bad(self, reason: str) -> BadRow:
        return BadRow(self._lines.number, [("", reason)])


class _Lines(Iterator[str]):
    """A file's lines as csv.reader asks for them, each kept until its row is whole."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self.number = 1  # of the first line of this row
        self.row: list[str] = []
        self.read_again = False  # whether this row was part of a bad one at first

    def __next__(self) -> str:
        if len(self.row) == LONGEST_ROW:
            raise csv.Error(f"a quote is opened and not closed within {LONGEST_ROW} lines")
        line = self._again.popleft() if self._again else self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.row.append(line)
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            self._skip_rest_of_line()
            raise csv.Error(f"the line has more than {LONGEST_LINE:,} characters")
        return line

    def _skip_rest_of_line(self) -> None:
        while rest := self._file.readline(LONGEST_LINE):
            if rest.endswith(("\n", "\r")):
                return

    def begin_row(self) -> None:
        self.number += len(self.row)
        self.row = []
        self.read_again = bool(self._again)

    def take_back(self) -> None:
        """Let this row end with its first line, and the others be read again."""
        self._again.extendleft(reversed(self.row[1:]))
        del self.row[1:]


def _places(header: Sequence[str]) -> dict[str, int]:
    """Return {column: its place in a row}; raise UnusableFile for missing or doubled columns."""
    names = [_column_name(name) for name in header]
    missing = [column for column in COLUMNS if column not in names and column not in OPTIONAL]
    if missing:
        hint = ""
        if len(names) == 1:
            hint = " The columns must be separated by commas, not by semicolons or tabs."
        raise UnusableFile(
            f"the header lacks {_listed(missing)}.{hint} Name the columns in the first line and"
            " import the file again."
        )
    doubled = [column for column in COLUMNS if names.count(column) > 1]
    if doubled:
        raise UnusableFile(
            f"the header names {_listed(doubled)} more than once. Remove the column that doesn't"
            " count and import the file again."
        )
    return {name: place for place, name in enumerate(names) if name in COLUMNS}


def _column_name(name: str) -> str:
    return _BETWEEN_WORDS.sub("_", name.strip().casefold())


def _check(model: type[Model], name: str) -> Callable[[str], tuple[str, str]]:
    """Return a function that gives a cell's value as stored, and why it is refused, if it is."""
    field: Any = model._meta.get_field(name)

    def check(text: str) -> tuple[str, str]:
        try:
            return field.clean(one_spaced(text), None), ""
        except ValidationError as error:
            return "", " ".join(error.messages)

    cached = lru_cache(CACHED_VALUES)(check)
    return lambda text: (cached if len(text) <= LONGEST_CACHED else check)(text)


def _listed(names: Sequence[str] | dict[str, Any]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
