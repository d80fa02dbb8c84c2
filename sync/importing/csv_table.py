"""Read a CSV file with named columns, row by row: the values of each, or what is wrong with it.

A row is named by the line on which it starts, as an editor counts, even after quoted line breaks.
"""

import csv
import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TextIO

from kareo.logs import on_one_line

# For open(). What isn't UTF-8 becomes a lone surrogate, so that it spoils its own row only.
ENCODING: dict[str, Any] = {"encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}

Names = Collection[str]

LONGEST_LINE = 1_000_000  # characters; a file without line ends must not fill the memory
LONGEST_ROW = 100  # lines; a quote that is never closed must not swallow the rest of the file
LONGEST_MESSAGE = 300  # characters

_UNDECODED = re.compile("[\ud800-\udfff]")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


class UnusableFile(Exception):
    """Raised when a file as a whole can't be used. Its text says why and what to do."""


class Row(NamedTuple):
    line: int
    last_line: int
    values: dict[str, str]  # by the name of their column, as they stand in the file


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be used, and why: (column, reason), "" for the row as a whole."""

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
    return on_one_line(text)


class Table:
    """The rows of a CSV file, opened with ENCODING. Raises UnusableFile where its header is bad.

    Of `columns`, the `optional` ones may be missing; `unknown` names those that are ignored.
    """

    def __init__(self, file: TextIO, columns: Names, optional: Names = ()) -> None:
        self._lines = _Lines(file)
        self._reader = csv.reader(self._lines, strict=True)
        header = self._header(columns)
        self._names = [_BETWEEN_WORDS.sub("_", name.strip().casefold()) for name in header]
        self.unknown = [
            header[place].strip() or f"number {place + 1} (without a name)"
            for place, name in enumerate(self._names)
            if name not in columns
        ]
        if missing := [n for n in columns if n not in self._names and n not in optional]:
            why = f"the header lacks {', '.join(missing)}."
            if len(self._names) == 1:
                why += " The columns must be separated by commas, not by semicolons or tabs."
            raise UnusableFile(f"{why} Name the columns in the first line and try again.")
        if doubled := [name for name in columns if self._names.count(name) > 1]:
            why = f"the header names {', '.join(doubled)} more than once."
            raise UnusableFile(f"{why} Remove the column that doesn't count and try again.")

    def rows(self) -> Iterator[Row | BadRow]:
        """Yield each row that holds anything, in the file's order."""
        for cells in self._records():
            yield cells if isinstance(cells, BadRow) else self._row(cells)

    def _header(self, columns: Names) -> list[str]:
        header = next(self._records(), None)
        if header is None:
            why = "the file is empty. Begin it with this header and then add the rows:"
            raise UnusableFile(f"{why} {','.join(columns)}.")
        if not isinstance(header, BadRow):
            header = self._undecoded() or header
        if isinstance(header, BadRow):
            raise UnusableFile(f"the header can't be read: {next(header.in_words())}")
        return header

    def _records(self) -> Iterator[list[str] | BadRow]:
        """Yield the cells of each row that holds anything, or why they can't be told apart.

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
                why = f"The row can't be read as CSV ({error}). Check that quotes come in pairs."
                yield self._bad(why)
                continue
            if self._lines.read_again and "".join(self._lines.row).count('"') % 2:
                why = "This may be the rest of the bad row before it: quotes don't come in pairs."
                yield self._bad(why)
            elif any(cells) and any(cell.strip() for cell in cells):
                yield cells

    def _row(self, cells: list[str]) -> Row | BadRow:
        if len(cells) != len(self._names):
            self._lines.take_back()
            why = f"The header has {len(self._names)} columns, but this row has {len(cells)}."
            hint = "Add or remove commas, and put quotes around a value that contains one."
            return self._bad(f"{why} {hint}")
        first, lines = self._lines.number, len(self._lines.row)
        row = Row(first, first + lines - 1, dict(zip(self._names, cells, strict=True)))
        return self._undecoded() or row

    def _undecoded(self) -> BadRow | None:
        """Say where in this row's lines the file isn't UTF-8, if anywhere."""
        for number, line in enumerate(self._lines.row, self._lines.number):
            if not line.isascii() and (found := _UNDECODED.search(line)):
                before = len(line[: found.start()].encode(errors="surrogateescape"))
                why = f"Byte {before + 1} of line {number} is not UTF-8."
                return self._bad(f"{why} Save the file as “CSV UTF-8” and try again.")
        return None

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
            rest = line
            while rest and not rest.endswith(("\n", "\r")):
                rest = self._file.readline(LONGEST_LINE)
            raise csv.Error(f"the line has more than {LONGEST_LINE:,} characters")
        return line

    def begin_row(self) -> None:
        self.number += len(self.row)
        self.row = []
        self.read_again = bool(self._again)

    def take_back(self) -> None:
        """Let this row end with its first line, and the others be read again."""
        self._again.extendleft(reversed(self.row[1:]))
        del self.row[1:]
