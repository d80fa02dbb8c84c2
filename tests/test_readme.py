"""The README says what the program says."""

import io
import re
import tomllib
from pathlib import Path

from django.core.management import call_command

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_shows_the_rules_as_the_rules_command_prints_them() -> None:
    out = io.StringIO()
    call_command("rules", format="markdown", stdout=out)

    assert out.getvalue().strip() in README


def test_gives_a_reason_for_every_dependency_and_for_none_that_is_gone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.findall(r"^[a-z-]+", line)[0] for line in needed}
    rows = re.findall(r"^\| (.+?) \| .+ \|$", README.partition("## Dependencies")[2], re.M)

    listed = {name.split()[0].lower() for row in rows for name in row.split(", ")}

    assert listed - {"package"} == names


def test_names_every_setting_of_the_environment() -> None:
    settings = (ROOT / "kareo/settings.py").read_text()

    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))

    assert names
    for name in names:
        assert f"| `{name}` |" in README


def test_its_pictures_are_there() -> None:
    for path in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file()
