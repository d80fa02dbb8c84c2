"""How an address is read, shown part by part."""

import json

import pytest
from django.core.management import call_command


def explained(capsys: pytest.CaptureFixture[str], *address: str, **options: str) -> str:
    call_command("explain_address", *address, **options)
    return capsys.readouterr().out


def test_shows_each_part_and_the_keys(capsys: pytest.CaptureFixture[str]) -> None:
    shown = explained(
        capsys, "Attn: Claims", "7 Oak St Ste 5, Pod AB, Acme Hall", "Boston", "MA", "02108"
    )

    lines = dict(line.split(maxsplit=1) for line in shown.splitlines() if "  " in line)
    assert lines["Street"] == "7 OAK ST"
    assert lines["Units"] == "POD AB, STE 5"
    assert "Key             02108||7 OAK ST|POD AB STE 5" in shown
    assert "Near key        02108||7 OAK ST|" in shown
    assert "Fell away       ATTN CLAIMS, ACME HALL" in shown


def test_says_what_is_not_understood(capsys: pytest.CaptureFixture[str]) -> None:
    shown = explained(capsys, "7 Oak St, Gizmo A", "", "", "", "02108", format="json")

    parts = json.loads(shown)
    assert parts["units"] == parts["not_understood"] == ["GIZMO A"]
    assert parts["key"] == "02108||7 OAK ST|GIZMO A"


def test_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Too little to match on" in explained(capsys, "Main St")
