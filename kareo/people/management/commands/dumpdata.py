"""Django's own, which is noted: what it writes leaves the program."""

from typing import Any

from django.core.management.commands import dumpdata

from kareo.people.models import AccessEvent, note


class Command(dumpdata.Command):
    def handle(self, *labels: str, **options: Any) -> None:
        super().handle(*labels, **options)
        what = ", ".join(labels) or "all records"
        note(AccessEvent.What.EXPORTED, actor="dumpdata", text=what)
