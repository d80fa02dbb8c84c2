"""Where a record that is added may go in the other list, for its user to choose."""

from copy import copy
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ehr.models import Insurance
from kareo.records import Record
from kareo.records.registry import record_key
from sync.rules import Outcome
from sync.rules.doubts import orphans_for
from sync.screens.wording.records import likeness_in_words, record_kind

MOST_CHOICES = 20  # a company beyond these is chosen by typing its name


@dataclass(frozen=True, slots=True)
class Choice:
    """One place to go; `value` is for `Answers.choice`, empty for what the rules decide."""

    value: str
    text: str
    checked: bool


def choices_of(outcome: Outcome) -> list[Choice]:
    """Return where an added record may go, the one it goes to checked; [] where there is one."""
    companies = outcome.match.here if outcome.match else []
    orphans = orphans_for(_unlinked(outcome))
    if not orphans and len(companies) < 2:
        return []
    linked = record_key(outcome.target) if outcome.links_orphans and outcome.target else ""
    choices = _of_companies(outcome, is_linked=bool(linked))
    if not companies:
        new = "A new company and plan" if outcome.match else "A new insurance"
        choices.append(Choice("", new, not linked))
    for alike in orphans:
        kind, value = record_kind(alike.record._meta.label), record_key(alike.record)
        text = f"Link it with {kind} {alike.record} ({likeness_in_words(alike)})"
        choices.append(Choice(value, text, value == linked))
    return choices


def _of_companies(outcome: Outcome, *, is_linked: bool) -> list[Choice]:
    match: Any = outcome.match
    here = match.here[:MOST_CHOICES] if match else []
    return [
        Choice(
            # What the rules decide is decided anew, whatever is typed later.
            "" if company is match.by_rule else record_key(company),
            f"A new plan under {company.picker_text}",
            not is_linked and company is match.company,
        )
        for company in sorted(here, key=attrgetter("created_at", "pk"))
    ]


def _unlinked(outcome: Outcome) -> Record:
    """Return the source under the name it has unless it is linked: a choice changes no others."""
    source = outcome.source
    if outcome.links_orphans and isinstance(source, Insurance) and outcome.match:
        company, source = outcome.match.company, copy(source)
        typed, _linked = outcome.corrections.get("company_name", [source.company_name, ""])
        source.company_name = company.name if company else typed
    return source
