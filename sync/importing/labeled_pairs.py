"""Score the address match on pairs that people have labeled as the same address or not."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

from kareo.addresses import address_key
from sync.importing.csv_table import BadRow, Row, Table, UnusableFile

PARTS = ("street_1", "street_2", "city", "state", "zip_code")
COLUMNS = ("kind", *(f"{side}_{part}" for side in "ab" for part in PARTS), "same")


@dataclass(frozen=True, slots=True)
class LabeledPair:
    """Two addresses, and whether they are the same one."""

    line: int  # of the file, on which it starts
    kind: str
    a: dict[str, str]  # by its PARTS
    b: dict[str, str]
    same: bool

    @property
    def matched(self) -> bool:
        key = address_key(**self.a)
        return key != "" and key == address_key(**self.b)


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
class Score:
    """How many pairs there are, are the same, are matched, and are both (right) or one (wrong)."""

    total: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[LabeledPair] = field(default_factory=list)

    def add(self, pair: LabeledPair) -> None:
        same, matched = pair.same, pair.matched
        for counts in (self.total, self.kinds.setdefault(pair.kind, Counter())):
            counts.update(pairs=1, same=int(same), matched=int(matched))
            counts.update(right=int(same and matched), wrong=int(same is not matched))
        if same is not matched:
            self.wrong.append(pair)

    @property
    def precision(self) -> Share:
        return Share(self.total["right"], self.total["matched"])

    @property
    def recall(self) -> Share:
        return Share(self.total["right"], self.total["same"])


def score(file: TextIO) -> Score:
    """Score the pairs of `file`, opened with ENCODING. Raises UnusableFile."""
    result = Score()
    for row in Table(file, COLUMNS).rows():
        result.add(_pair(row))
    if not result.kinds:
        raise UnusableFile("the file has a header and no pairs. Add a row for each pair.")
    return result


def _pair(row: Row | BadRow) -> LabeledPair:
    if isinstance(row, Row):
        values, same = row.values, row.values["same"].strip()
        if same in ("0", "1"):
            a, b = ({part: values[f"{side}_{part}"] for part in PARTS} for side in "ab")
            return LabeledPair(row.line, values["kind"].strip(), a, b, same == "1")
        why = f"“{same}” is neither 1 nor 0. Write 1 if both addresses are the same, 0 if not."
        row = BadRow(row.line, [("same", why)])
    raise UnusableFile(next(row.in_words()))
