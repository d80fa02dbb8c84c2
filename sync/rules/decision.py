"""A decision: all that will happen, as data. It is made, shown, and only then carried out."""

import hashlib
import json
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from ehr.models import Insurance
from kareo.records import Record
from kareo.records.rows.making import make
from pm.models import InsuranceCompany
from sync.matching.companies import Match
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.sides import side_of
from sync.pairs.translation import Changes
from sync.rules.doubts import Doubt, doubts_about
from sync.rules.reasons import Reason, with_keys
from sync.rules.table import Rule

CREATED = SyncEvent.Outcome.CREATED
UPDATED = SyncEvent.Outcome.UPDATED
UNCHANGED = SyncEvent.Outcome.UNCHANGED
NOT_PROPAGATED = SyncEvent.Outcome.NOT_PROPAGATED


class Cause(Enum):
    """What was, or is about to be, done with the records."""

    SAVED = auto()
    DELETED = auto()
    REPAIRED = auto()
    MOVED = auto()  # plans, to another company
    MERGED = auto()  # into another record, and all that goes along with that
    UNDONE = auto()  # a batch is taken back

    @property
    def is_edit(self) -> bool:
        """Whether it may change the records themselves."""
        return self is Cause.SAVED or self.writes_all

    @property
    def writes_all(self) -> bool:
        """Whether nobody else writes the records themselves: their changes are corrections."""
        return self in (Cause.MOVED, Cause.MERGED)

    def changes_of(self, record: Record) -> Changes:
        """Return what was done with `record` itself, {} for one that was added."""
        if self is Cause.DELETED:
            return {name: [now, None] for name, (_, now) in record.changes_since(None).items()}
        return record.changes_since(record.before) if record.before else {}


@dataclass(slots=True)
class Outcome:
    """What one rule decides for one record.

    `target` is the record on the other side: unsaved when it is to be created, unchanged when it is
    to be updated; of a policy, its patient, whose history it belongs to. `changes` are the target's
    and `source_changes` the source's, as {field: [before, after]}. `corrections` are the changes
    that the source itself takes over from the other side. `link` is the one that it makes, not
    stored yet, or that a deletion ends, `pair` the link of the two where they are brought to agree,
    and `match` what stands at an added insurance's address. Where a batch is taken back, it
    `removes` the source, or `restores` it under its old key, and `ends_link` says that `link` goes.
    """

    rule: Rule | None
    kind: SyncEvent.Outcome
    source: Record
    target: Record | None = None
    changes: Changes = field(default_factory=dict)
    source_changes: Changes = field(default_factory=dict)
    corrections: Changes = field(default_factory=dict)
    reason: Reason = field(default_factory=dict)
    link: InsuranceLink | None = None
    pair: InsuranceLink | None = None
    match: Match | None = None
    removes: bool = False
    restores: bool = False
    ends_link: bool = False

    @property
    def makes_link(self) -> bool:
        return self.link is not None and self.link._state.adding

    @property
    def links_orphans(self) -> bool:
        """Whether it links two records that were there already, or are typed just now."""
        return self.makes_link and self.kind != CREATED

    @property
    def takes_choice(self) -> bool:
        """Whether it goes where the user chose, or left it at what the page had preset.

        So does one of whom nothing was chosen.
        """
        source = self.source
        company = source.chosen_key(InsuranceCompany)
        if isinstance(source, Insurance) and company is not None:
            return bool(self.match and self.match.company and self.match.company.pk == company)
        orphan = source.chosen_key(side_of(source).other.model)
        return orphan is None or bool(
            self.links_orphans and self.target and self.target.pk == orphan
        )

    @property
    def settles(self) -> list[str]:
        """The flags of its pair that it takes back. The EHR doesn't know the company's name."""
        flags = ["differs"] if isinstance(self.source, Insurance) else ["stale_name", "differs"]
        return [flag for flag in flags if getattr(self.pair, flag)]

    @property
    def renamed(self) -> InsuranceCompany | None:
        """The company that got another name, None where none did."""
        source = self.source
        if isinstance(source, InsuranceCompany) and source.before:
            return source if "name" in self.source_changes else None
        return None

    def written(self) -> list[tuple[Record, dict[str, Any]]]:
        """Return which stored records are written, and with which values."""
        both = ((self.source, self.corrections), (self.target, self.changes))
        return [
            (record, values_of(record, changes)) for record, changes in both if record and changes
        ]


@dataclass(slots=True)
class Decision:
    """What the rules make of some records."""

    cause: Cause
    outcomes: list[Outcome]

    @property
    def events(self) -> list[SyncEvent]:
        """What the log will hold, not stored yet. Carried out, they name what was made."""
        firsts = {id(outcome.source): outcome for outcome in reversed(self.outcomes)}
        return [self._event(o, is_first=firsts[id(o.source)] is o) for o in self.outcomes]

    @property
    def fingerprint(self) -> str:
        """Equal for this decision and for what a save did, where that is the same."""
        return fingerprint(self.events)

    @property
    def added(self) -> list[Record]:
        """The records that were just added, or are about to be."""
        if self.cause is not Cause.SAVED:
            return []
        sources = {id(outcome.source): outcome.source for outcome in self.outcomes}
        return [source for source in sources.values() if source.before is None]

    def doubts(self, record: Record) -> list[Doubt]:
        """Return what to ask whoever adds `record`; reads what is there already."""
        own = [outcome for outcome in self.outcomes if outcome.source is record]
        made = [outcome.target for outcome in own if outcome.kind == CREATED and outcome.target]
        # Under the name that PM gives it, as a dry run has it already: both must doubt the same.
        for outcome in own:
            record = _after(record, outcome.corrections)
        is_linked = any(outcome.links_orphans for outcome in own)
        match = next((outcome.match for outcome in own if outcome.match), None)
        return doubts_about(record, made, is_linked, match)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it for programs, as DjangoJSONEncoder can encode it."""
        return {
            "cause": self.cause.name.lower(),
            "outcomes": [event.as_dict() for event in self.events],
            "questions": [doubt.id for record in self.added for doubt in self.doubts(record)],
        }

    def _event(self, outcome: Outcome, *, is_first: bool) -> SyncEvent:
        source, target = outcome.source, outcome.target
        event = make(
            SyncEvent,
            rule=outcome.rule.id if outcome.rule else "",
            outcome=outcome.kind,
            source_model=source._meta.label,
            source_id=source.pk,
            source_text=str(_after(source, outcome.corrections)),
            source_changes=outcome.source_changes | outcome.corrections,
            changes=outcome.changes,
            reason=with_keys(outcome.reason, outcome.match),
            undo=self._undo(outcome, is_first),
        )
        if target:
            event.target_model, event.target_id = target._meta.label, target.pk
            event.target_text = str(_after(target, outcome.changes))
        return event

    def _undo(self, outcome: Outcome, is_first: bool) -> dict[str, Any]:
        """Return what taking this outcome, the first of its source or not, back will need."""
        undo: dict[str, Any] = {}
        if link := outcome.link:
            undo["link"] = {"id": link.pk, "plan": link.plan_id, "insurance": link.insurance_id}
        if outcome.ends_link:
            undo["ends"] = True
        created = [outcome.target] if outcome.kind == CREATED and outcome.target else []
        is_added = self.cause is Cause.SAVED and outcome.source.before is None and is_first
        if is_added or outcome.restores:
            created.append(outcome.source)
        if created:
            undo["created"] = [[record._meta.label, record.pk] for record in created]
        if self.cause is Cause.DELETED or outcome.removes:
            undo["deleted"] = outcome.source.columns()
        return undo


def values_of(record: Record, changes: Changes) -> dict[str, Any]:
    """Return {attribute: value} of `record` with these changes; another record by its key."""
    values = {}
    for name, (_before, after) in changes.items():
        field: Any = record._meta.get_field(name)
        values[field.attname] = after["id"] if field.is_relation and after else after
    return values


def _after(record: Record, changes: Changes) -> Record:
    """Return `record` as it is once these changes are written, or now that they are."""
    if not changes:
        return record
    values = values_of(record, changes)
    pending = {name: after for name, after in values.items() if getattr(record, name) != after}
    if pending:
        record = copy(record)
        record.assign(pending)
        record.derive()
    return record


def fingerprint(events: Iterable[SyncEvent]) -> str:
    """Return a digest of what was, or would be, done, by its values.

    Which keys new records got is left out: before the save they have none.
    """
    done = []
    for event in events:
        values = event.as_dict()
        del values["source"]
        if event.outcome == CREATED:
            values["target"] = [event.target_model, event.target_text]
        done.append(json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True))
    return hashlib.sha256("\n".join(sorted(done)).encode()).hexdigest()
