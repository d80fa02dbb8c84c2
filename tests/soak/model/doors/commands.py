"""What an operator runs."""

import csv
import json
import tempfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from tests.soak.model.comparing import Keys
from tests.soak.model.reference.step import Step


def do(step: Step, keys: Keys) -> Any:
    """Run the command of a settled step and return what it told, as the reference tells it."""
    return OPS[step.op](step)


def _told(*command: str) -> Any:
    """Return what a command says as JSON, whatever it then ends with."""
    out = StringIO()
    try:
        call_command(*command, "--format", "json", stdout=out, stderr=StringIO())
    except CommandError:
        if not out.getvalue():
            raise
    return json.loads(out.getvalue())


def _import(step: Step) -> dict[str, int]:
    lines = step.more["lines"]
    options = [f"--{name.replace('_', '-')}" for name in ("strict", "dry_run") if step.more[name]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "payers.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
        told = _told("import_insurances", str(path), *options)
    return {name: count for name, count in told.items() if name not in ("file", "dry_run")}


def _report(step: Step) -> dict[str, int]:
    return _counts(_told("report_drift")["found"])


def _mend(step: Step) -> tuple[dict[str, int], dict[str, int]]:
    told = _told("repair_drift", "--apply", *(["--orphans"] if step.more["orphans"] else []))
    return _counts(told["found"]), _counts(told["left"])


def _counts(found: dict[str, Any]) -> dict[str, int]:
    return {kind: each["count"] for kind, each in found.items()}


OPS: dict[str, Callable[[Step], Any]] = {"import": _import, "report": _report, "mend": _mend}
