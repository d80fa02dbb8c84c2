"""What `make audit` and `make sbom` make of what their tools write."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.gate import audited, bill_complete

FINE = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {
    "name": "gunicorn",
    "version": "23.0",
    "vulns": [{"id": "CVE-2026-1", "fix_versions": ["24.1"]}, {"id": "X-2", "fix_versions": []}],
}
SKIPPED = {"name": "tqdm", "skip_reason": "Dependency not found"}


class TestAudit:
    def report(self, folder: Path, *packages: dict[str, Any]) -> str:
        path = folder / "report"
        path.write_text(json.dumps({"dependencies": packages, "fixes": []}))
        return str(path)

    def test_says_how_many_packages_have_no_known_weakness(self, tmp_path: Path) -> None:
        assert audited(self.report(tmp_path, FINE)) == "1 packages, no known weakness"

    def test_fails_on_a_weakness_and_says_what_mends_it(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit) as ended:
            audited(self.report(tmp_path, FINE, WEAK, SKIPPED))
        said = str(ended.value)
        assert "gunicorn 23.0: CVE-2026-1, mended in 24.1\n" in said
        assert "gunicorn 23.0: X-2, mended in no version yet\n" in said
        assert "make lock" in said

    def test_says_what_could_not_be_looked_up(self, tmp_path: Path) -> None:
        said = "NOT AUDITED: the data about 1 of 2 packages can't be reached from here."
        assert audited(self.report(tmp_path, FINE, SKIPPED)) == said

    def test_says_so_where_there_is_no_report(self, tmp_path: Path) -> None:
        (tmp_path / "report").write_text("")
        assert audited(str(tmp_path / "report")).startswith("NOT AUDITED: the data about the pack")


class TestBill:
    LOCK = (
        "django==5.2 \\\n    --hash=sha256:00\npsycopg[binary]==3.3 ; os \\\n    --hash=sha256:11\n"
    )

    def compared(self, folder: Path, *hashes: list[str]) -> str:
        versions = ("django", "5.2"), ("psycopg", "3.3")
        parts = [
            {"name": name, "version": version, "externalReferences": [{"hashes": known}]}
            for (name, version), known in zip(versions, hashes, strict=False)
        ]
        (folder / "lock").write_text(self.LOCK)
        (folder / "bill").write_text(json.dumps({"components": parts}))
        return bill_complete(str(folder / "lock"), str(folder / "bill"))

    def test_has_what_the_lock_file_has(self, tmp_path: Path) -> None:
        assert "2 packages, with their hashes" in self.compared(tmp_path, ["00"], ["11"])

    def test_lacks_none(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="doesn't list just what"):
            self.compared(tmp_path, ["00"])

    def test_lacks_no_hash(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="no hash of psycopg"):
            self.compared(tmp_path, ["00"], [])
