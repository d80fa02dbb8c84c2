"""What a command costs to start, beyond that of a bare Django admin project."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from tests.benchmarks.databases import ROOT
from tests.benchmarks.measuring import Goal, Row, Side
from tests.benchmarks.scale import Scale

BARE = ("-m", "tests.benchmarks.bare", "check")
# At first they were 1.88 and 1.63; half of what they take beyond the bare one is to go.
COMMANDS = {"check": 1.44, "rules": 1.32}


def rows(scale: Scale) -> Iterator[Row]:
    for command, limit in COMMANDS.items():
        yield Row(
            "startup",
            f"manage.py {command}",
            ours=starting("manage.py", command),
            baseline=starting(*BARE),
            goal=Goal("cpu ratio", limit),
            times=scale.times(20),
        )


def starting(*arguments: str) -> Side:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kareo.settings", "DEBUG": "true"}
    command = [sys.executable, *arguments]

    def run() -> Callable[[], Any]:
        return lambda: subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True
        )

    return Side(None, run, cpu=_children_cpu)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
