"""What a batch did to each record and link, as the log has it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from sync.models import SyncEvent
from sync.pairs.translation import Changes
from sync.rules import table

Ref = tuple[str, int]  # label of a model, key


@dataclass(slots=True)
class Past:
    """What a batch did to one record: the values that it found, and those that it left."""

    created: bool = False
    deleted: dict[str, Any] | None = None
    found: dict[str, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)

    def note(self, changes: Changes) -> None:
        for name, (before, after) in changes.items():
            self.found.setdefault(name, before)
            self.left[name] = after


class Batch:
    """What the events of a batch, the oldest first, did to each record and link."""

    def __init__(self, events: Sequence[SyncEvent]) -> None:
        self.events = events
        self.pasts: dict[Ref, Past] = defaultdict(Past)
        self.links: dict[int, tuple[bool, bool, dict[str, int]]] = {}  # was there, is there
        self.texts: dict[Ref, str] = {}
        self._together: dict[Ref, Ref] = {}
        for event in events:
            self._note(event)

    def _note(self, event: SyncEvent) -> None:
        source = (event.source_model, event.source_id)
        target = (event.target_model, event.target_id or 0) if event.target_model else None
        self.texts[source] = event.source_text
        if target:
            self.texts[target] = event.target_text
        created = [(label, key) for label, key in event.undo.get("created", [])]
        for ref in created:
            self.pasts[ref].created = True
        if deleted := event.undo.get("deleted"):
            self.pasts[source].deleted = deleted
        elif event.source_changes:
            self.pasts[source].note(event.source_changes)
        if target and event.changes:
            self.pasts[target].note(event.changes)
        halves: list[Ref] = []
        if link := event.undo.get("link"):
            ends = bool(deleted) or event.undo.get("ends", False)
            was = self.links[link["id"]][0] if link["id"] in self.links else ends
            self.links[link["id"]] = (was, not ends, link)
            halves = [("pm.InsurancePlan", link["plan"]), ("ehr.Insurance", link["insurance"])]
        for ref in (*created, *([target] if target and event.changes else []), *halves):
            self._join(source, ref)

    def _join(self, one: Ref, other: Ref) -> None:
        self._together[self.group_of(other)] = self.group_of(one)

    def group_of(self, ref: Ref) -> Ref:
        """Return what is equal for all that go back together."""
        while (up := self._together.get(ref, ref)) != ref:
            ref = up
        return ref

    def keys(self, label: str) -> list[int]:
        return sorted(key for of, key in self.pasts if of == label)

    @property
    def labels(self) -> list[str]:
        return sorted({label for label, _key in self.pasts})

    @property
    def is_undone_by(self) -> SyncEvent | None:
        """The first event of what took it back already; None where nothing did."""
        rows = SyncEvent.objects.filter(rule=table.BATCH_UNDONE.id)
        return rows.filter(reason__batch=str(self.events[0].batch)).order_by("pk").first()


def value_of_field(ref: Ref, name: str, value: Any) -> tuple[str, Any]:
    """Return the attribute of a field of the log, and its value as a record has it."""
    each: Any = apps.get_model(ref[0])._meta.get_field(name)
    if each.is_relation:
        return each.attname, value["id"] if value else None
    return each.attname, each.to_python(value)
