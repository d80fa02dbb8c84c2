"""Find a Chromium for the browser tests, or get one: `python -m tests.browser.chromium`."""

import os
import shutil
import subprocess
import sys
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
PATIENCE = 300  # seconds an installer may take

HOW_TO = """\
The browser tests need Chromium, and none was found or could be installed. Install it yourself:
  on Debian:  sudo apt-get install chromium
  on Ubuntu:  .venv/bin/python -m playwright install --with-deps chromium
  elsewhere:  any Chromium or Google Chrome whose command is on the PATH
Then run make again."""


def find() -> str | None:
    """Return the path of an installed browser, or of Playwright's own, None where there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def flags() -> list[str]:
    """Return how to start it: without its sandbox for root, who can't have one."""
    return [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else [*FLAGS]


def installers() -> list[list[str]]:
    """Return the commands that may bring a browser, the gentlest first."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.getuid() == 0 and shutil.which("apt-get"):
        commands.append(["apt-get", "update", "-qq"])
        commands.append(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return commands


def get() -> str:
    """Return the path of a browser, installing one where there is none.

    Raises SystemExit, saying how to install one, where that fails.
    """
    said = []
    found = find()
    for command in [] if found else installers():
        print("No browser for the tests; trying:", " ".join(command), flush=True)  # noqa: T201
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                check=False,
            )
            said.append(done.stdout + done.stderr)
        except subprocess.TimeoutExpired:
            said.append(f"{' '.join(command)} took more than {PATIENCE} s.\n")
        if found := find():
            break
    if not found:
        raise SystemExit("\n".join([*said, HOW_TO]))
    return found


if __name__ == "__main__":
    get()
