"""What the papers say is so."""

import io
import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parent.parent
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text()


def test_the_readme_shows_the_rules_as_the_rules_command_prints_them() -> None:
    out = io.StringIO()
    call_command("rules", format="markdown", stdout=out)

    assert out.getvalue().strip() in README


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert len(README.split()) <= 1500


def test_the_readme_gives_a_reason_for_every_dependency_and_for_none_that_is_gone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.findall(r"^[a-z-]+", line)[0] for line in needed}
    rows = re.findall(r"^\| (.+?) \| .+ \|$", README.partition("## Dependencies")[2], re.M)

    listed = {name.split()[0].lower() for row in rows for name in row.split(", ")}

    assert listed - {"package"} == names


def test_operations_names_every_setting_of_the_environment() -> None:
    settings = (ROOT / "kareo/settings.py").read_text()
    operations = (ROOT / "docs/operations.md").read_text()

    names = set(re.findall(r'(?:env\.\w+|listed|number)\(\s*"([A-Z_]+)"', settings))

    assert len(names) == 10
    for name in names:
        assert f"| `{name}` |" in operations


def test_every_decision_is_in_the_list_of_them() -> None:
    listed = re.findall(r"\]\(([a-z0-9-]+\.md)\)", (ROOT / "docs/decisions/README.md").read_text())
    pages = {path.name for path in (ROOT / "docs/decisions").glob("*.md")} - {"README.md"}

    assert sorted(listed) == sorted(pages)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(paper: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", paper.read_text()):
        if "://" not in target:
            path, _, part = target.partition("#")
            there = (paper.parent / path).resolve() if path else paper
            assert there.is_file(), target
            assert not part or part in headings(there), target


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_paper_names_is_there(paper: Path) -> None:
    named = re.findall(
        r"`((?:kareo|pm|ehr|sync|tests|templates|docs)/[\w/.-]+)`", paper.read_text()
    )

    for path in named:
        assert (ROOT / path).exists(), path


def headings(paper: Path) -> set[str]:
    """Return the parts of `paper` that a link can lead to, as they are named on its page."""
    lines = re.findall(r"^#+ (.+)$", paper.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}
