"""What a save would do: the same `decide`, carried out in memory only."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from django.core.serializers.json import DjangoJSONEncoder

from kareo.querysets import set_values
from kareo.records import Record
from sync.decide import Outcome, decide
from sync.models import SyncEvent


def foretell(records: Sequence[Record]) -> list[Outcome]:
    """Return what saving `records` would do. They and their targets become that, in memory.

    Each record has its stored state in `before`. Nothing is written. Raises Refused, as a save.
    """
    for record in records:
        record.settle()
    outcomes = decide(records)
    for outcome in outcomes:
        for record, values in outcome.written():
            set_values(record, values)
            record.derive()
    return outcomes


def fingerprint(events: Iterable[SyncEvent]) -> str:
    """Return a digest of what was, or would be, done: equal where what was foretold came true."""
    told = sorted(
        json.dumps(
            [
                *(event.rule, event.outcome, event.target_model, event.target_text, event.note),
                *(event.changes, event.source_changes),
            ],
            cls=DjangoJSONEncoder,
            sort_keys=True,  # PostgreSQL stores them in an order of its own
        )
        for event in events
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
