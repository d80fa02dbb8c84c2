"""Score the address match on pairs that people have labeled as the same address or not."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from kareo.addresses import address_key
from sync.importing.payer_list import UnusableFile

PARTS = ("street_1", "street_2", "city", "state", "zip_code")
SIDES = ("a", "b")
COLUMNS = ("kind", *(f"{side}_{part}" for side in SIDES for part in PARTS), "same")

Address = tuple[str, ...]  # its PARTS


@dataclass(frozen=True, slots=True)
class LabeledPair:
    """Two addresses, and whether they are the same one."""

    line: int  # of the file, on which it starts
    kind: str
    a: Address
    b: Address
    same: bool

    @property
    def matched(self) -> bool:
        key = address_key(*self.a)
        return key != "" and key == address_key(*self.b)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; all of nothing is 1."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 1.0

    def __str__(self) -> str:
        """Cut, not rounded: only what has no exception reads 1.0000."""
        tenthousandths = self.part * 10_000 // self.whole if self.whole else 10_000
        return f"{tenthousandths // 10_000}.{tenthousandths % 10_000:04}"


@dataclass(slots=True)
class KindScore:
    pairs: int = 0
    matched: int = 0
    wrong: int = 0


@dataclass(slots=True)
class Score:
    kinds: dict[str, KindScore] = field(default_factory=dict)
    wrong: list[LabeledPair] = field(default_factory=list)
    pairs: int = 0
    same: int = 0
    matched: int = 0
    rightly_matched: int = 0

    def add(self, pair: LabeledPair) -> None:
        kind = self.kinds.setdefault(pair.kind, KindScore())
        matched = pair.matched
        self.pairs += 1
        kind.pairs += 1
        self.same += pair.same
        self.matched += matched
        kind.matched += matched
        self.rightly_matched += matched and pair.same
        if matched is not pair.same:
            self.wrong.append(pair)
            kind.wrong += 1

    @property
    def precision(self) -> Share:
        """How many of the matched pairs are the same address."""
        return Share(self.rightly_matched, self.matched)

    @property
    def recall(self) -> Share:
        """How many of the pairs that are the same address are matched."""
        return Share(self.rightly_matched, self.same)


def score(file: TextIO) -> Score:
    """Score the pairs of `file`, opened with ENCODING. Raises UnusableFile."""
    result = Score()
    for pair in _pairs(file):
        result.add(pair)
    if not result.pairs:
        raise UnusableFile("the file has a header and no pairs. Add a row for each pair.")
    return result


def _pairs(file: TextIO) -> Iterator[LabeledPair]:
    rows = _rows(file)
    _line, header = next(rows, (0, []))
    if not header:
        raise UnusableFile(
            f"the file is empty. It needs a header with the columns {', '.join(COLUMNS)}, and a row"
            " for each pair."
        )
    names = [name.strip() for name in header]
    for count, problem in ((0, "lacks the columns"), (2, "names more than once")):
        if found := [name for name in COLUMNS if min(names.count(name), 2) == count]:
            raise UnusableFile(f"the header {problem}: {', '.join(found)}.")
    for line, cells in rows:
        if len(cells) != len(names):
            raise UnusableFile(
                f"line {line}: the row has {len(cells)} values, and the header names {len(names)}"
                " columns."
            )
        row = dict(zip(names, cells, strict=True))
        same = row["same"].strip()
        if same not in ("0", "1"):
            raise UnusableFile(f"line {line}, same: “{same}” is neither 0 nor 1.")
        a, b = (tuple(row[f"{side}_{part}"] for part in PARTS) for side in SIDES)
        yield LabeledPair(line, row["kind"].strip(), a, b, same == "1")


def _rows(file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that holds anything, with the line on which it starts."""
    reader = csv.reader(file, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
            "".join(cells).encode()
        except StopIteration:
            return
        except UnicodeEncodeError as error:
            raise UnusableFile(f"line {line} is not UTF-8. Save the file as UTF-8.") from error
        except csv.Error as error:
            raise UnusableFile(f"line {line} can't be read as CSV ({error}).") from error
        if any(cell.strip() for cell in cells):
            yield line, cells
