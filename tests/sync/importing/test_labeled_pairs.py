"""`match_report` as a developer runs it: what it counts, what it lists, and how it ends."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sync.importing.labeled_pairs import COLUMNS, Share

HEADER = ",".join(COLUMNS)
SPELLED_ALIKE = "spelling,12 Elm Street,,Salem,OR,97301,12 ELM ST.,,Salem,OR,97301-1234,1"
OTHER_NUMBER = "number,12 Elm Street,,Salem,OR,97301,14 Elm Street,,Salem,OR,97301,0"
# Labeled the other way round, so that the match is wrong about them.
WRONGLY_MATCHED = "suite,12 Elm St,,Salem,OR,97301,12 Elm Street,,Salem,OR,97301,0"
NOT_MATCHED = "number,12 Elm Street,,Salem,OR,97301,16 Elm Street,,Salem,OR,97301,1"
BOTH_EMPTY = "empty,,,,,,,,,,,0"


class Run:
    """One run of the command: its exit status, stdout, and what it says on stderr."""

    def __init__(self, *arguments: Path | str) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.status = 0
        try:
            call_command("match_report", *map(str, arguments), stdout=out, stderr=err)
        except CommandError as error:
            self.status = error.returncode
            err.write(f"{error}\n")
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture
def pairs(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines to pairs.csv and returns its path."""

    def write(*lines: bytes | str) -> Path:
        path = tmp_path / "pairs.csv"
        path.write_bytes(
            b"".join(line if isinstance(line, bytes) else f"{line}\n".encode() for line in lines)
        )
        return path

    return write


def test_counts_each_kind_and_lists_the_wrong_pairs_by_line(pairs: Callable[..., Path]) -> None:
    file = pairs(HEADER, SPELLED_ALIKE, OTHER_NUMBER, "", WRONGLY_MATCHED, NOT_MATCHED)

    run = Run(file, "--format", "json")

    assert (run.status, run.err) == (0, "")
    report = json.loads(run.out)
    assert (report["pairs"], report["precision"], report["recall"]) == (4, 0.5, 0.5)
    assert report["kinds"] == {
        "number": {"pairs": 2, "matched": 0, "wrong": 1},
        "spelling": {"pairs": 1, "matched": 1, "wrong": 0},
        "suite": {"pairs": 1, "matched": 1, "wrong": 1},
    }
    assert "true" not in json.dumps(report["kinds"])  # which equals 1 here, but not to programs
    assert [(w["line"], w["kind"], w["same"]) for w in report["wrong"]] == [
        (5, "suite", False),
        (6, "number", True),
    ]
    assert report["wrong"][1]["b"]["street_1"] == "16 Elm Street"


def test_says_in_words_what_was_expected_of_both_addresses(pairs: Callable[..., Path]) -> None:
    out = Run(pairs(HEADER, WRONGLY_MATCHED, NOT_MATCHED)).out

    assert "Precision: 0.0000 (0 of 1 matched pairs are the same)" in out
    assert "line 2, suite: expected different addresses, matched\n  12 Elm St, Salem, OR" in out
    assert "line 3, number: expected the same, not matched\n" in out
    assert "  16 Elm Street, Salem, OR, 97301" in out


def test_a_pair_is_named_by_the_line_on_which_it_starts(pairs: Callable[..., Path]) -> None:
    broken = SPELLED_ALIKE.replace("12 Elm Street", '"12 Elm Street\n"')

    report = json.loads(Run(pairs(HEADER, broken, NOT_MATCHED), "--format", "json").out)

    assert [wrong["line"] for wrong in report["wrong"]] == [4]


def test_empty_keys_match_nothing_and_shares_of_nothing_are_whole(
    pairs: Callable[..., Path],
) -> None:
    run = Run(pairs(HEADER, BOTH_EMPTY), "--min-precision", "1", "--min-recall", "1")

    assert run.status == 0
    assert "Precision: 1.0000" in run.out


@pytest.mark.parametrize(
    ("minimums", "message"),
    [
        (("--min-precision", "0.51"), "Precision is 0.5000, under the minimum of 0.51."),
        (("--min-recall", "1"), "Recall is 0.5000, under the minimum of 1.0."),
        (
            ("--min-precision", "1.000", "--min-recall", "0.99"),
            "Precision is 0.5000, under the minimum of 1.0. Recall is 0.5000, under the minimum of"
            " 0.99.",
        ),
    ],
)
def test_under_a_minimum_ends_with_1_after_the_report_and_says_which(
    pairs: Callable[..., Path], minimums: tuple[str, ...], message: str
) -> None:
    run = Run(pairs(HEADER, SPELLED_ALIKE, WRONGLY_MATCHED, NOT_MATCHED), *minimums)

    assert run.status == 1
    assert run.err == f"{message} The report lists the pairs that the match gets wrong.\n"
    assert run.out.startswith("Precision: 0.5000")


def test_a_minimum_that_is_just_reached_is_enough(pairs: Callable[..., Path]) -> None:
    file = pairs(HEADER, SPELLED_ALIKE, WRONGLY_MATCHED, NOT_MATCHED)

    assert Run(file, "--min-precision", "0.5", "--min-recall", "0.5").status == 0


def test_a_share_reads_1_only_without_an_exception() -> None:
    assert str(Share(99_999, 100_000)) == "0.9999"
    assert str(Share(7, 7)) == "1.0000"


@pytest.mark.parametrize("minimum", ["-0.1", "1.1", "nan", "most", "99%"])
@pytest.mark.parametrize("option", ["--min-precision", "--min-recall"])
def test_a_minimum_is_a_share(pairs: Callable[..., Path], option: str, minimum: str) -> None:
    with pytest.raises(CommandError, match=f"argument {option}: .* is not a number from 0 to 1"):
        call_command("match_report", str(pairs(HEADER, SPELLED_ALIKE)), f"{option}={minimum}")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((), "pairs.csv: the file is empty."),
        (("", ",,"), "pairs.csv: the file is empty."),
        ((HEADER,), "pairs.csv: the file has a header and no pairs."),
        (
            (HEADER.replace("a_city,", "").replace(",same", ""), SPELLED_ALIKE),
            "pairs.csv: the header lacks a_city, same.",
        ),
        ((f"{HEADER},same", SPELLED_ALIKE), "pairs.csv: the header names same more than once."),
        (
            (HEADER, SPELLED_ALIKE, f"{SPELLED_ALIKE[:-1]}yes"),
            "pairs.csv: line 3, same: “yes” is neither 1 nor 0.",
        ),
        ((HEADER, SPELLED_ALIKE[:-1]), "pairs.csv: line 2, same: “” is neither 1 nor 0."),
        (
            (HEADER, SPELLED_ALIKE[:-2]),
            "pairs.csv: line 2: The header has 12 columns, but this row has 11.",
        ),
        (
            (HEADER, SPELLED_ALIKE, b"caf\xe9,,,,,,,,,,,0\n"),
            "pairs.csv: line 3: Byte 4 of line 3 is not UTF-8.",
        ),
        ((HEADER.encode("utf-16"),), "pairs.csv: the header can't be read: line 1: Byte 1"),
        ((HEADER, '"never closed'), "pairs.csv: line 2: The row can't be read as CSV"),
        ((HEADER, "x" * 200_000), "pairs.csv: line 2: The row can't be read as CSV"),
        ((HEADER, f"{SPELLED_ALIKE[:-1]}\x1b[2J"), "pairs.csv: line 2, same: “\\x1b[2J”"),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_2_and_the_reason(
    pairs: Callable[..., Path], lines: tuple[bytes | str, ...], why: str
) -> None:
    run = Run(pairs(*lines), "--min-recall", "0.5")

    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(why)


def test_a_file_that_is_not_there_or_is_a_folder_ends_with_2(tmp_path: Path) -> None:
    missing, folder = Run(tmp_path / "pairs.csv"), Run(tmp_path)

    assert missing.status == folder.status == 2
    assert missing.err == "pairs.csv can't be read: No such file or directory.\n"
    assert "Is a directory" in folder.err


def test_columns_may_come_in_any_order_after_a_byte_order_mark_with_others_between(
    pairs: Callable[..., Path],
) -> None:
    header = ["note", *reversed(COLUMNS)]
    cells = ["a note", *reversed(SPELLED_ALIKE.split(","))]

    run = Run(pairs(b"\xef\xbb\xbf", ",".join(header), ",".join(cells)), "--min-recall", "1")

    assert (run.status, run.err) == (0, "")


def test_control_codes_never_reach_the_terminal(pairs: Callable[..., Path]) -> None:
    out = Run(pairs(HEADER, WRONGLY_MATCHED.replace("suite", "\x1b[2J"))).out

    assert "\x1b" not in out
    assert "\\x1b[2J" in out
