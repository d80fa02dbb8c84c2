"""Run the soak: `python -m tests.soak --help`."""

import argparse
import gc
import json
import os
import secrets
import sys
import time
from importlib import import_module
from pathlib import Path

import django

# Of each part, what runs it. "model" first: what it finds explains most of what others would.
PARTS = {
    "model": "tests.soak.model",
    "undone": "tests.soak.undone",
    "kills": "tests.soak.kills",
    "hostile": "tests.soak.hostile",
    "roles": "tests.soak.roles",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make soak", description="Look for lost data, broken rules and open doors, at length."
    )
    parser.add_argument("--only", metavar="PART[,PART]", default="", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--count", type=int, help="how many of each, instead of its full size")
    parser.add_argument("--seed", type=int, help="run what another run has run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures there")
    given = parser.parse_args()
    given.only = [name for name in given.only.split(",") if name] or list(PARTS)
    if unknown := set(given.only) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return given


def main() -> None:
    given = arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from tests.benchmarks.databases import say
    from tests.soak.databases import empty_database, server

    seed = secrets.randbelow(2**32) if given.seed is None else given.seed
    report: dict[str, object] = {"seed": seed}
    clean = True
    with empty_database():
        report["database"] = server()
        say(f"On {server()}, with --seed {seed}.")
        for name in given.only:
            part = import_module(PARTS[name])
            gc.freeze()  # what is loaded stays, and need not be gone through for hours
            began = time.monotonic()
            result = part.run(given.count or part.SIZE, seed)
            seconds = round(time.monotonic() - began)
            done = ", ".join(f"{number:,} {what}" for what, number in sorted(result.done.items()))
            say(f"{name}: {done}; {len(result.faults)} faults; {seconds} s")
            for fault in result.faults:
                say(f"  {fault}")
            report[name] = {**result.done, "faults": len(result.faults), "seconds": seconds}
            clean = clean and not result.faults
    if given.json:
        given.json.write_text(json.dumps(report, indent=2) + "\n")
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
