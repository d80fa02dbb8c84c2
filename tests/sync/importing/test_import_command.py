"""`import_insurances` as an operator runs it: what it prints, and how it ends."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Never

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.importing import batches
from sync.importing.batches import Summary
from sync.importing.payer_list import PayerRow
from sync.management import files
from sync.management.commands import import_insurances
from sync.models import SyncEvent
from tests.conftest import Break
from tests.factories import CompanyFactory
from tests.screens import why

pytestmark = pytest.mark.django_db

HEADER = "company,plan,street_1,street_2,city,state,zip_code,phone,payer_id"
BAD = "Aetna,Bad,111 Academy Drive,,Irvine,CA,926,,"


def good(number: int) -> str:
    return f"Aetna,Plan {number},111 Academy Drive,,Irvine,CA,92617,800-555-0100,60054"


class Run:
    """One run of the command: its exit status, stdout and stderr, all messages included."""

    def __init__(self, *arguments: Path | str) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.status = 0
        try:
            call_command("import_insurances", *map(str, arguments), stdout=out, stderr=err)
        except CommandError as error:
            self.status = error.returncode
            err.write(f"{error}\n")
        self.out, self.err = out.getvalue(), err.getvalue()

    @property
    def counts(self) -> dict[str, Any]:
        written: dict[str, Any] = json.loads(self.out)
        return written


@pytest.fixture
def payers(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines to payers.csv and returns its path."""

    def write(*lines: str | bytes) -> Path:
        path = tmp_path / "payers.csv"
        path.write_bytes(
            b"".join(line if isinstance(line, bytes) else f"{line}\n".encode() for line in lines)
        )
        return path

    return write


def counts(**expected: Any) -> dict[str, int]:
    return dict.fromkeys(batches.Summary.__slots__, 0) | expected


class TestExitStatus:
    def test_all_rows_good_is_success_and_says_nothing_on_stderr(
        self, payers: Callable[..., Path]
    ) -> None:
        run = Run(payers(HEADER, good(1), good(2)), "--format", "json")

        assert (run.status, run.err) == (0, "")
        assert run.counts == {
            "file": "payers.csv",
            "dry_run": False,
            **counts(rows=2, companies_added=1, plans_added=2, insurances_created=2),
        }

    def test_bad_rows_are_named_and_the_good_ones_imported(
        self, payers: Callable[..., Path]
    ) -> None:
        lines = [good(number) for number in range(1000)]
        lines[500] = BAD
        run = Run(payers(HEADER, *lines), "--format", "json")

        assert run.status == 1
        bad, end = run.err.splitlines()
        assert bad.startswith("payers.csv, line 502, zip_code: A ZIP has five digits")
        assert end.startswith("Bad rows: 1 of 1,000. They were not imported.")
        assert run.counts["rows"] == 1000
        assert run.counts["bad_rows"] == 1
        assert run.counts["plans_added"] == InsurancePlan.objects.count() == 999

    def test_a_file_of_bad_rows_only_imports_nothing(self, payers: Callable[..., Path]) -> None:
        run = Run(payers(HEADER, BAD, BAD))

        assert run.status == 2
        assert not InsuranceCompany.objects.exists()

    @pytest.mark.parametrize(
        ("lines", "reason"),
        [
            ((), "payers.csv: the file is empty."),
            ((HEADER,), "payers.csv: the file has a header and no rows."),
            ((HEADER.replace("plan,", ""), good(1)), "payers.csv: the header lacks plan."),
            ((f"{HEADER},plan", good(1)), "payers.csv: the header names plan more than once."),
            ((HEADER.encode("utf-16"),), "payers.csv: the header can't be read"),
        ],
    )
    @pytest.mark.parametrize("options", [(), ("--strict",), ("--dry-run",)])
    def test_a_file_that_cannot_be_used_is_refused_with_the_reason(
        self,
        payers: Callable[..., Path],
        lines: tuple[str | bytes, ...],
        reason: str,
        options: tuple[str, ...],
    ) -> None:
        run = Run(payers(*lines), *options)

        assert (run.status, run.out) == (2, "")
        assert run.err.startswith(reason)
        assert "Nothing was imported." in run.err

    def test_a_file_that_is_not_there_or_is_a_folder_is_refused(self, tmp_path: Path) -> None:
        missing, folder = Run(tmp_path / "payers.csv"), Run(tmp_path)

        assert missing.status == folder.status == 2
        assert missing.err.startswith("payers.csv can't be read: No such file or directory.")
        assert "Is a directory" in folder.err

    def test_a_stopped_import_says_what_stands(
        self, payers: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written = iter([True, False])
        write = batches._write

        def stop(rows: list[PayerRow], name: str) -> Summary:
            if next(written):
                return write(rows, name)
            raise batches.ImportStopped("The import stopped: the disk is full.")

        monkeypatch.setattr(batches, "_write", stop)
        monkeypatch.setattr(import_insurances, "BATCH", 2)
        path = payers(HEADER, *map(good, range(5)))

        stopped = Run(path, "--format", "json")

        assert stopped.status == 1
        assert stopped.counts["plans_added"] == InsurancePlan.objects.count() == 2
        assert "the disk is full. What came before is imported." in stopped.err
        monkeypatch.undo()
        again = Run(path, "--format", "json")
        assert (again.status, again.counts["plans_added"], again.counts["already_there"]) == (
            0,
            3,
            2,
        )

    @pytest.mark.parametrize("raised", [KeyboardInterrupt, batches.ImportStopped])
    def test_an_import_stopped_at_once_says_that_nothing_stands(
        self,
        payers: Callable[..., Path],
        monkeypatch: pytest.MonkeyPatch,
        raised: type[BaseException],
    ) -> None:
        def stop(rows: list[PayerRow], name: str) -> Never:
            raise raised

        monkeypatch.setattr(batches, "_write", stop)

        run = Run(payers(HEADER, BAD, good(1)))

        assert run.status == 2
        assert "Nothing was imported." in run.err


@pytest.mark.django_db(transaction=True)
class TestLostConnection:
    """It breaks as a batch is committed."""

    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize(
        ("nth", "stands", "said"),
        [
            (1, 0, "lines 2 to 3 of payers.csv may be saved or not (django.db.utils.Operational"),
            (2, 2, "lines 4 to 5 of payers.csv may be saved or not (django.db.utils.Operational"),
        ],
    )
    def test_says_what_may_be_saved_or_not_and_is_completed_by_another_run(
        self,
        payers: Callable[..., Path],
        broken: Break,
        nth: int,
        stands: int,
        said: str,
        after: bool,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(import_insurances, "BATCH", 2)
        path = payers(HEADER, *map(good, range(5)))
        broken(after, nth)

        stopped = Run(path)

        before = "What came before is imported." if stands else "Nothing else was imported."
        assert f"The import stopped: {said}" in stopped.err
        assert f"{before} To complete it, import the whole file again" in stopped.err
        assert "None of them" not in stopped.err
        assert stopped.status == 1
        kept = stands + 2 * after
        assert InsurancePlan.objects.count() == kept
        again = Run(path, "--format", "json")
        assert (again.counts["plans_added"], again.counts["already_there"]) == (5 - kept, kept)

    def test_before_the_commit_none_of_them_is_saved(
        self, payers: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: Any) -> Never:
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(batches, "apply", fail)

        run = Run(payers(HEADER, good(1)))

        assert "None of them was saved. Nothing was imported." in run.err
        assert run.status == 2


class TestOutput:
    def test_the_summary_is_readable(self, payers: Callable[..., Path]) -> None:
        run = Run(payers(HEADER, good(1), good(1)))

        lines = dict(line.split(": ", 1) for line in run.out.splitlines())
        counts = {label: int(count) for label, count in lines.items()}
        assert (counts["Rows"], counts["Plans added"]) == (2, 1)
        assert counts["Rows of a plan already there"] == 1

    def test_unknown_columns_are_named_once(self, payers: Callable[..., Path]) -> None:
        path = payers(f"{HEADER},Notes,\x1b[2J", f"{good(1)},,")

        for options in ((), ("--strict",)):
            run = Run(path, *options)
            assert run.status == 0
            assert run.err == "payers.csv: unknown columns, ignored: Notes, \\x1b[2J.\n"

    def test_the_log_says_who_imported_and_from_where(self, payers: Callable[..., Path]) -> None:
        Run(payers(HEADER, good(1), good(2)))

        events = SyncEvent.objects.all()
        assert {event.actor for event in events} == {"import_insurances"}
        assert len({event.batch for event in events}) == 1
        assert [why(event) for event in events.order_by("pk")] == [
            "From payers.csv, line 2.",
            "From payers.csv, line 2.",
            "From payers.csv, line 3.",
        ]

    def test_a_file_name_that_is_no_text_is_shown_and_logged(
        self, payers: Callable[..., Path], tmp_path: Path
    ) -> None:
        named = payers(HEADER, good(1)).rename(tmp_path / "p\udce9\nx.csv")

        run = Run(named, "--format", "json")

        assert (run.status, run.counts["file"]) == (0, "p\\udce9\\nx.csv")
        assert why(SyncEvent.objects.first()) == "From p\\udce9\\nx.csv, line 2."

    def test_the_progress_bar_is_shown_on_a_terminal_only(
        self, payers: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        path = payers(HEADER, good(1), BAD)
        for stream, shown in ((io.StringIO(), False), (Terminal(), True)):
            monkeypatch.setattr(sys, "stderr", stream)
            with pytest.raises(CommandError):
                call_command("import_insurances", str(path), stdout=io.StringIO(), stderr=stream)
            assert ("Importing:" in stream.getvalue()) is shown
            assert "payers.csv, line 3, zip_code" in stream.getvalue()

    def test_a_line_that_is_not_utf_8_does_not_keep_the_others_out(
        self, payers: Callable[..., Path]
    ) -> None:
        run = Run(payers(HEADER, good(1), good(2).encode() + b"\xe9\n", good(3)))

        assert run.status == 1
        assert "payers.csv, line 3: Byte 67 of line 3 is not UTF-8." in run.err
        assert InsurancePlan.objects.count() == 2


class TestStrict:
    def test_one_bad_row_refuses_the_whole_file(self, payers: Callable[..., Path]) -> None:
        run = Run(payers(HEADER, good(1), BAD, good(2)), "--strict", "--format", "json")

        assert run.status == 2
        assert not InsuranceCompany.objects.exists()
        assert not SyncEvent.objects.exists()
        assert run.counts == {"file": "payers.csv", "dry_run": False, **counts(rows=3, bad_rows=1)}
        bad, end = run.err.splitlines()
        assert bad.startswith("payers.csv, line 3, zip_code: ")
        assert end.startswith("Nothing was imported: 1 of 3 rows are bad, and --strict was given.")

    def test_a_good_file_is_imported(self, payers: Callable[..., Path]) -> None:
        run = Run(payers(b"\xef\xbb\xbf", HEADER, good(1), good(2)), "--strict", "--format", "json")

        assert (run.status, run.err, run.counts["rows"]) == (0, "", 2)
        assert InsurancePlan.objects.count() == 2

    def test_a_pipe_can_not_be_read_twice(
        self, payers: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Pipe(io.TextIOWrapper):
            def seekable(self) -> bool:
                return False

        content = f"{HEADER}\n{good(1)}\n".encode()

        def pipe(*_: str, **encoding: Any) -> Any:
            return Pipe(io.BytesIO(content), **encoding)

        monkeypatch.setattr(files, "open", pipe, raising=False)
        run = Run("/dev/stdin", "--strict")

        assert run.status == 2
        assert "stdin: --strict reads it twice, but it isn't a file. Save it as one." in run.err


class TestDryRun:
    def test_it_writes_nothing_and_says_what_an_import_would_do(
        self, payers: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_insurances, "BATCH", 2)
        CompanyFactory(name="Aetna", street_1="", city="", state="", zip_code="")
        SyncEvent.objects.all().delete()
        stored = list(InsuranceCompany.objects.values())
        path = payers(HEADER, good(1), BAD, good(1), good(2), good(1), good(3))

        dry = Run(path, "--dry-run", "--format", "json")

        assert list(InsuranceCompany.objects.values()) == stored
        assert not InsurancePlan.objects.exists()
        assert not Insurance.objects.exists()
        assert not SyncEvent.objects.exists()
        real = Run(path, "--format", "json")
        assert dry.status == real.status == 1
        assert dry.counts == real.counts | {"dry_run": True}
        assert dry.counts["plans_added"] == 3
        assert "They would not be imported." in dry.err

    def test_its_summary_says_that_nothing_was_written(self, payers: Callable[..., Path]) -> None:
        run = Run(payers(HEADER, good(1)), "--dry-run")

        assert run.out.startswith("Dry run: nothing was written. An import would do this:\n")
        assert run.status == 0

    def test_a_stopped_one_says_that_nothing_stands(
        self, payers: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written = iter([True, False])
        write = batches._write

        def stop(rows: list[PayerRow], name: str) -> Summary:
            if next(written):
                return write(rows, name)
            raise batches.ImportStopped("The import stopped.")

        monkeypatch.setattr(batches, "_write", stop)
        monkeypatch.setattr(import_insurances, "BATCH", 2)

        run = Run(payers(HEADER, *map(good, range(4))), "--dry-run")

        assert run.status == 2
        assert "Nothing was imported." in run.err
        assert not InsurancePlan.objects.exists()
