"""Run the benchmarks: `python -m tests.benchmarks --help`."""

import argparse
import json
import os
from pathlib import Path

import django

GROUPS = (
    *("save", "import", "addresses", "lists", "search", "home", "worklist"),
    *("pages", "serving", "startup"),
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Measure each figure against its baseline, in one run."
    )
    parser.add_argument(
        "--only", metavar="GROUP[,GROUP]", default="", help=f"of {', '.join(GROUPS)}"
    )
    parser.add_argument("--size", choices=("full", "small"), default="full")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures there")
    parser.add_argument("--clean", action="store_true", help="drop the databases, and end")
    given = parser.parse_args()
    given.only = [name for name in given.only.split(",") if name] or list(GROUPS)
    if unknown := set(given.only) - set(GROUPS):
        parser.error(
            f"there is no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}"
        )
    return given


def main() -> None:
    given = arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    # Their models need the settings.
    from tests.benchmarks import reporting, running
    from tests.benchmarks.databases import say

    if given.clean:
        running.clean()
        return
    found = running.run(given.only, given.size)
    if given.json:
        about = {"database": running.server(), "size": given.size}
        given.json.write_text(json.dumps(reporting.as_json(found, **about), indent=2) + "\n")
    missed = [m for m in found if m.is_met is False]
    say(f"{len(found)} rows; of those with a goal, {len(missed)} miss it.")


if __name__ == "__main__":
    main()
