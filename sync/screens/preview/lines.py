"""The effects of a save, a line each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.text import capfirst

from kareo.records import Record
from sync.models import SyncEvent
from sync.pairs.sides import SIDES, side_of
from sync.rules import RULES_BY_ID
from sync.screens.wording.events import crossed, reason_of, warns
from sync.screens.wording.records import changes_in_words


@dataclass(frozen=True, slots=True)
class Line:
    """One effect of the save, in one of the two lists."""

    system: str  # "pm" or "ehr"
    outcome: str
    text: SafeString | str
    details: Sequence[str] = ()
    note: str = ""
    warns: bool = False

    @property
    def name(self) -> str:
        return SIDES[self.system].name


def own_line(record: Record) -> Line:
    """Say what becomes of the record that is typed."""
    label, changes = record._meta.label, record.changes_since(record.before)
    outcome, what = SyncEvent.Outcome.UPDATED, "will be updated."
    if record.before is None:
        outcome, what = SyncEvent.Outcome.CREATED, "will be created."
    elif not changes:
        outcome, what = SyncEvent.Outcome.UNCHANGED, "stays as it is."
    text = f"{capfirst(record._meta.verbose_name)} {record} {what}"
    details = changes_in_words(label, changes) if record.before else ()
    return Line(record._meta.app_label, outcome, text, details)


def effect_line(event: SyncEvent) -> Line:
    """Say what the event that a save would log means for the other list."""
    rule = RULES_BY_ID[event.rule]
    # That it is an orphan is all there is to say of one.
    says_all = event.outcome == SyncEvent.Outcome.NOT_PROPAGATED and rule.orphaned
    return Line(
        SIDES[event.source_model.partition(".")[0]].other.app,
        event.outcome,
        crossed(event, will=True),
        changes_in_words(event.target_model, event.changes) if event.changes else (),
        "" if says_all else reason_of(event),
        warns(event),
    )


def hidden_line(record: Record) -> Line:
    """Stand for the effect on a list that the user may not see."""
    return Line(
        side_of(record).other.app,
        "",
        "Something may change here, in a list that your role doesn't show you.",
    )
