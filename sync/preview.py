"""What a page says while it is filled in: what Save will do in both lists, and what is there."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst

from ehr.models import Insurance
from kareo.records import Record
from kareo.saving import Refused
from pm.models import InsuranceCompany, InsurancePlan
from sync.apply import event_of
from sync.decide import Outcome
from sync.foretell import fingerprint, foretell
from sync.likeness import SAME_PLACE, LookAlike, look_alikes, token_of
from sync.models import SyncEvent
from sync.rules import COMPANY, RULES_BY_ID
from sync.sight import may_see, may_see_other_list
from sync.twins import orphans_for, twins
from sync.wording import (
    SYSTEMS,
    change_in_words,
    crossed,
    record_kind,
    warns,
    worth_telling,
)

MOST_CHOICES = 20  # a company beyond these is chosen by typing its name
PREVIEWED = (InsuranceCompany, InsurancePlan, Insurance)


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
        return SYSTEMS[self.system]


@dataclass(frozen=True, slots=True)
class Choice:
    """Where an added record may go; `token` is for `Record.chosen`, empty for the preset."""

    token: str
    text: str
    checked: bool


@dataclass(slots=True)
class Preview:
    """What is said of one page. `fingerprint` is empty until the page can be saved."""

    adding: bool
    missing: list[str] = field(default_factory=list)  # names of required fields
    problems: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    match: str = ""  # of an insurance that can't be saved yet: what stands at its address
    choices: list[Choice] = field(default_factory=list)
    choice_field: str = "chosen"
    other: str = ""  # the system that the choice is about
    look_alikes: list[LookAlike] = field(default_factory=list)
    companies: list[LookAlike] = field(default_factory=list)  # like the one that PM would get
    fingerprint: str = ""


def preview(form: Any, formsets: Sequence[Any], before: Record | None, user: Any) -> Preview:
    """Return what it will do when `user` saves a page as it is filled in. Reads only.

    `before` is the stored state of the form's record, None for a new one.
    """
    told = Preview(adding=before is None)
    rows = [row for formset in formsets for row in formset.forms if row.has_changed()]
    for part in (form, *rows):
        _read_errors(part, told)
    for formset in formsets:
        told.problems += map(str, formset.non_form_errors())
    records: list[Any] = [form.instance, *(row.instance for row in rows)]
    record = records[0]
    record.before = before
    may_see_other = may_see_other_list(user, record._meta.label)
    outcomes: list[Outcome] = []
    try:
        if not told.missing and not told.problems:
            for each in records:
                each.derive()  # an insurance is shown by its drop-down text
            typed = [_own_line(each) for each in records]
            if isinstance(record, InsurancePlan) and not may_see(user, COMPANY):
                typed = []  # its name holds its company's
            outcomes = foretell(records)
            events = [event_of(outcome) for outcome in outcomes]
            if may_see_other:
                told.lines = [*map(_own_line, records), *map(_line, worth_telling(events))]
            else:
                told.lines = [*typed, _hidden(record)]
            told.fingerprint = fingerprint(events)
        elif isinstance(record, Insurance):  # its address is matched as soon as it is typed
            outcomes = foretell([record])
            begun = record.street_1 or record.zip_code
            told.match = outcomes[-1].note if begun and outcomes[-1].match and may_see_other else ""
        else:
            record.derive()
    except Refused as refused:
        told.problems.append(str(refused))
        return told
    if outcomes and may_see_other:
        told.choices = _choices(outcomes[-1])
        told.other = SYSTEMS[_other(record)]
        told.choice_field = [form, *rows][-1].add_prefix("chosen")
        if record.pk is None and isinstance(record, Insurance) and record.company_name:
            new = [o.target for o in outcomes if isinstance(o.target, InsuranceCompany)]
            told.companies = [alike for company in new for alike in look_alikes(company)]
    if may_see(user, record._meta.label):
        # Who shares an address with others is known for it by the time it is edited.
        alike = twins(record, outcomes)
        told.look_alikes = [a for a in alike if told.adding or a.rank != SAME_PLACE]
    return told


def _read_errors(form: Any, told: Preview) -> None:
    """Tell what is still missing from what is wrong. A question is asked when Save is pressed."""
    for name, errors in form.errors.as_data().items():
        label = capfirst(form.fields[name].label or name) if name in form.fields else ""
        for error in errors:
            if error.code == "required":
                told.missing.append(label)
            elif error.code != "question":
                text = " ".join(map(str, error.messages))
                told.problems.append(f"{label}: {text}" if label else text)


def _own_line(record: Record) -> Line:
    label, changes = record._meta.label, record.changes_since(record.before)
    outcome, what = SyncEvent.Outcome.UPDATED, "will be updated."
    if record.before is None:
        outcome, what = SyncEvent.Outcome.CREATED, "will be created."
    elif not changes:
        outcome, what = SyncEvent.Outcome.UNCHANGED, "stays as it is."
    details = [change_in_words(label, name, change) for name, change in changes.items()]
    text = f"{capfirst(record._meta.verbose_name)} {record} {what}"
    return Line(record._meta.app_label, outcome, text, details if record.before else ())


def _other(record: Record) -> str:
    return "ehr" if record._meta.app_label == "pm" else "pm"


def _hidden(record: Record) -> Line:
    """Stand for the effect on a list that the user may not see."""
    return Line(
        _other(record), "", "Something may change here, in a list that your role doesn't show you."
    )


def _line(event: SyncEvent) -> Line:
    """Say what the event that a save would log means for the other list."""
    rule = RULES_BY_ID[event.rule]
    return Line(
        "ehr" if event.source_model.startswith("pm.") else "pm",
        event.outcome,
        crossed(event, will=True),
        [
            change_in_words(event.target_model, name, change)
            for name, change in event.changes.items()
        ],
        # That it is an orphan is all there is to say of one.
        "" if event.outcome == SyncEvent.Outcome.NOT_PROPAGATED and rule.orphaned else event.note,
        warns(event.outcome, bool(event.source_changes)),
    )


def _choices(outcome: Outcome) -> list[Choice]:
    """Return where an added record may go, the preset or chosen one checked; [] for one way."""
    target = outcome.target
    companies = outcome.match.here if outcome.match else []
    orphans = orphans_for(_unlinked(outcome))
    if not orphans and len(companies) < 2:
        return []
    joined = token_of(target) if target and outcome.joins else ""
    # The preset is what the rules decide, whatever is typed later; any other is a choice.
    choices = [
        Choice(
            "" if outcome.match and company is outcome.match.preset else token_of(company),
            f"A new plan under {company.picker_text}",
            not joined and company is companies[0],
        )
        for company in sorted(companies[:MOST_CHOICES], key=attrgetter("created_at", "pk"))
    ]
    if not companies:
        new = "A new company and plan" if outcome.match else "A new insurance"
        choices.append(Choice("", new, not joined))
    for alike in orphans:
        text = f"Link it with {record_kind(alike.record._meta.label)} {alike.record} ({alike.why})"
        choices.append(Choice(alike.token, text, alike.token == joined))
    return choices


def _unlinked(outcome: Outcome) -> Record:
    """Return the source under the name it has unless it is linked: a choice changes no others."""
    source = outcome.source
    if outcome.joins and isinstance(source, Insurance) and outcome.match:
        company, source = outcome.match.company, copy(source)
        typed, _linked = outcome.corrections.get("company_name", [source.company_name, ""])
        source.company_name = company.name if company else typed
    return source
