"""What the commands share that read a CSV file."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from django.core.management.base import CommandError

from sync.importing.csv_table import ENCODING, UnusableFile, printable

UNUSABLE = 2  # exit status


@contextmanager
def csv_file(path: str, ending: str = "") -> Iterator[tuple[str, TextIOWrapper]]:
    """Open a CSV file, yield its printable name and itself, and say so if it can't be used."""
    name = printable(Path(path).name)
    try:
        file = open(path, **ENCODING)  # noqa: SIM115 (closed below)
    except OSError as error:
        why = f"{name} can't be read: {error.strerror}.{ending}"
        raise CommandError(why, returncode=UNUSABLE) from error
    with file:
        try:
            yield name, file
        except UnusableFile as error:
            raise CommandError(f"{name}: {error}{ending}", returncode=UNUSABLE) from error
