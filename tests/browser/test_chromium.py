"""Tests never pass for want of a browser: one is found, or got, or the run fails and says how."""

import sys
from pathlib import Path

import pytest

from tests.browser import chromium


def script(folder: Path, body: str) -> str:
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_a_command_that_only_gives_advice_is_no_browser(tmp_path: Path) -> None:
    assert chromium.starts(script(tmp_path, "echo Chromium 1"))
    assert not chromium.starts(script(tmp_path, "echo 'install the snap'; exit 1"))
    assert not chromium.starts(str(tmp_path / "missing"))


def test_where_there_is_a_browser_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find", lambda: "/somewhere/chromium")
    monkeypatch.setattr(chromium, "installers", lambda: pytest.fail("there is one already"))
    assert chromium.get() == "/somewhere/chromium"


def test_the_first_installer_that_brings_one_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str]) -> str:
        ran.append(command)
        return ""

    found = iter([None, None, "/new/chromium"])
    monkeypatch.setattr(chromium, "find", lambda: next(found))
    monkeypatch.setattr(chromium, "installers", lambda: iter([["one"], ["two"], ["three"]]))
    monkeypatch.setattr(chromium, "run", run)
    assert chromium.get() == "/new/chromium"
    assert ran == [["one"], ["two"]]


def test_where_nothing_helps_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find", lambda: None)
    refused = [sys.executable, "-c", "raise SystemExit('no network here')"]
    monkeypatch.setattr(chromium, "installers", lambda: [refused])
    with pytest.raises(SystemExit, match=r"(?s)no network here.*sudo apt-get install chromium"):
        chromium.get()


def test_an_installer_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "PATIENCE", 0.2)
    hangs = [sys.executable, "-c", "import time; time.sleep(600)"]
    assert "took more than 0.2 s" in chromium.run(hangs)
