"""Find a Chromium for the browser tests, or get one: `python -m tests.browser.chromium`."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 240  # seconds an installer may take
CONNECT = "10000"  # milliseconds for Playwright's installer to reach its server

HOW_TO = """\
The browser tests need Chromium, and none was found or could be installed. Install it yourself:
  on Debian:  sudo apt-get install chromium
  on Ubuntu:  .venv/bin/python -m playwright install --with-deps chromium
  elsewhere:  any Chromium or Google Chrome whose command is on the PATH
Then run make again."""


def find() -> str | None:
    """Return the path of an installed browser, else of Playwright's own, else None."""
    for name in NAMES:
        if (path := shutil.which(name)) and starts(path):
            return path
    own = playwrights_own()
    return own if starts(own) else None


def playwrights_own() -> str:
    """Return where Playwright puts its browser, whether or not it is there."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Return whether `path` runs: some are mere advice, and others lack a library."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def flags() -> list[str]:
    """Return how to start it: without its sandbox for root, who can't have one."""
    return [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else [*FLAGS]


def installers() -> Iterator[list[str]]:
    """Yield commands that may bring a browser, the gentlest first."""
    playwright = [sys.executable, "-m", "playwright"]
    yield [*playwright, "install", "chromium"]
    if os.getuid() == 0 and shutil.which("apt-get"):
        if Path(playwrights_own()).exists():
            yield [*playwright, "install-deps", "chromium"]  # it is there and lacks libraries
        yield ["apt-get", "update", "-qq"]
        yield ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]


def run(command: list[str]) -> str:
    """Run an installer that asks nothing. Return the last that it said."""
    print("No browser for the tests yet. Trying:", " ".join(command), flush=True)  # noqa: T201 (a command)
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": CONNECT}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **quiet},
        start_new_session=True,  # so that what it starts can be stopped with it
    ) as started:
        try:
            return "\n".join(started.communicate(timeout=PATIENCE)[0].splitlines()[-9:])
        except subprocess.TimeoutExpired:
            return f"{' '.join(command)} took more than {PATIENCE} s."
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGTERM)


def get() -> str:
    """Return the path of a browser, installing one where there is none.

    Raises SystemExit, saying how to install one, where that fails.
    """
    found, said = find(), []
    for command in () if found else installers():
        said.append(run(command))
        if found := find():
            break
    if not found:
        raise SystemExit("\n".join([*said, HOW_TO]))
    return found


if __name__ == "__main__":
    get()
