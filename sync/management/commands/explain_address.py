"""Show how an address is read, part by part."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kareo.addresses import KEY_VERSION, parse

ARGUMENTS = ("street_1", "street_2", "city", "state", "zip_code")


class Command(BaseCommand):
    help = (
        "Show how an address is read where it is matched: its parts, what falls away, what isn't"
        " understood and stays, and its keys. Two addresses match when their keys are equal and"
        " not empty. Stores nothing, and needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ARGUMENTS:
            kind = {} if name == "street_1" else {"nargs": "?", "default": ""}
            parser.add_argument(name, metavar=name.upper(), **kind)  # type: ignore[arg-type]  # as argparse types them
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, format: str, **options: Any) -> None:
        read = parse(*(options[name] for name in ARGUMENTS))
        parts: dict[str, Any] = {
            "place": read.place,
            "box": read.box,
            "street": read.street,
            "units": list(read.units),
            "fell_away": list(read.fell_away),
            "not_understood": list(read.not_understood),
            "key": read.key,
            "near_key": read.near_key,
            "key_version": KEY_VERSION,
        }
        if format == "json":
            self.stdout.write(json.dumps(parts, ensure_ascii=False))
            return
        for name, part in parts.items():
            said = ", ".join(part) if isinstance(part, list) else part
            self.stdout.write(f"{name.replace('_', ' ').capitalize():<16}{said or '–'}")
        if not read.key:
            self.stdout.write("Too little to match on: it needs a box or a street, and a place.")
