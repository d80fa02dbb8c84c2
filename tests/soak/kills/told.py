"""What a writer tells of what it did: a line of JSON each, which no kill takes back."""

import json
import os
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Teller:
    """Writes lines to a file, each at once and whole."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(self, **line: Any) -> None:
        os.write(self._file, f"{json.dumps(line, default=str)}\n".encode())


def told_in(path: Path) -> list[Line]:
    """Return the lines that were told until now; one that is just being written is left out."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
