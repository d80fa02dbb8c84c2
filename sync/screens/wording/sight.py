"""What of an event its reader may see: the names and values of records that his role shows him."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from django.utils.text import capfirst

from kareo.records.acting import may_name
from sync.models import SyncEvent
from sync.pairs.translation import Changes
from sync.rules.table import COMPANY
from sync.screens.wording.records import field_of, record_kind

NAMING = {"company", "near"}  # values of a reason that name companies


def hide(user: Any, events: Sequence[SyncEvent]) -> None:
    """Leave out of these copies of events what `user` may not see; a kind stands for its name."""
    may = cache(partial(may_name, user))  # many events, few models
    for event in events:
        if not may(event.source_model):
            event.hides_source = True
            event.source_text = str(capfirst(record_kind(event.source_model)))
            event.source_changes, event.reason = {}, {}
        if event.target_model and not may(event.target_model):
            event.hides_target = True
            event.target_text = str(capfirst(record_kind(event.target_model)))
            event.target_id, event.changes = None, {}
        if NAMING & event.reason.keys() and not may(COMPANY):
            event.reason = {}
        _hide_references(may, event.source_model, event.source_changes)
        _hide_references(may, event.target_model, event.changes)


def _hide_references(may: Callable[[str], bool], label: str, changes: Changes) -> None:
    for name, change in changes.items():
        for value in change:
            if isinstance(value, dict):
                model = getattr(field_of(label, name), "related_model", None)
                if model and not may(model._meta.label):
                    value["text"] = value["told"] = record_kind(model._meta.label)
