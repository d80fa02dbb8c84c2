"""What one rule decides for one record, and what was done with the record."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from ehr.models import Insurance
from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.likeness import chosen_key
from sync.matching import Match
from sync.models import SyncEvent
from sync.rules import Rule
from sync.translation import Changes

CREATED = SyncEvent.Outcome.CREATED
UPDATED = SyncEvent.Outcome.UPDATED
UNCHANGED = SyncEvent.Outcome.UNCHANGED
NOT_PROPAGATED = SyncEvent.Outcome.NOT_PROPAGATED


class Happened(Enum):
    """What was, or is about to be, done with the records."""

    SAVED = auto()
    DELETED = auto()
    REPAIRED = auto()


@dataclass(slots=True)
class Outcome:
    """What one rule decides for one record.

    `target` is the record on the other side: unsaved when it is to be created, unchanged when it is
    to be updated; of a policy, its patient, whose history it belongs to. `changes` are the target's
    and `source_changes` the source's, as {field: [before, after]}. `corrections` are the changes
    that the source itself takes over from the other side. `linking` says that the two get linked,
    and `match` what stands at an added insurance's address in PM.
    """

    rule: Rule | None
    outcome: SyncEvent.Outcome
    source: Record
    target: Record | None = None
    changes: Changes = field(default_factory=dict)
    source_changes: Changes = field(default_factory=dict)
    corrections: Changes = field(default_factory=dict)
    note: str = ""
    linking: bool = False
    match: Match | None = None

    @property
    def joins(self) -> bool:
        """Whether it links two records that were there already, or are typed just now."""
        return self.linking and self.outcome != CREATED

    @property
    def heeds_choice(self) -> bool:
        """Whether it goes where the user chose; so does one of whom nothing was asked."""
        source, match = self.source, self.match
        company = chosen_key(source, InsuranceCompany)
        if isinstance(source, Insurance) and company is not None:
            return bool(match and match.company and match.company.pk == company)
        orphan = chosen_key(
            source, Insurance if isinstance(source, InsurancePlan) else InsurancePlan
        )
        return orphan is None or bool(self.joins and self.target and self.target.pk == orphan)

    def written(self) -> list[tuple[Record, dict[str, Any]]]:
        """Return which stored records are written, and with which values."""
        both = ((self.source, self.corrections), (self.target, self.changes))
        return [
            (record, {name: after for name, (_before, after) in changes.items()})
            for record, changes in both
            if record and changes
        ]


def source_changes(record: Record, happened: Happened) -> Changes:
    """Return what was done with `record` itself, {} for one that was added."""
    if happened is Happened.DELETED:
        return {name: [now, None] for name, (_, now) in record.changes_since(None).items()}
    return record.changes_since(record.before) if record.before else {}
