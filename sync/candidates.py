"""Orphans on the other side that an orphan can be linked with, and what linking would change."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from ehr.models import Insurance
from kareo.records import Record
from pm.models import InsurancePlan
from sync.decide import Happened, decide
from sync.likeness import counterparts, token_of
from sync.translation import Changes
from sync.wording import SYSTEMS, change_in_words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible counterpart: what it has in common, and what would change, in which list."""

    record: Record
    why: str
    changes: Sequence[str]


def likely(orphan: InsurancePlan | Insurance) -> list[Candidate]:
    """Return the candidates that look like `orphan`, the likest first."""
    company = orphan.company.name if isinstance(orphan, InsurancePlan) else ""
    alike = counterparts(orphan, company)
    return _candidates(orphan, [(found.record, found.why) for found in alike])


def among(orphan: InsurancePlan | Insurance, others: Iterable[Record]) -> list[Candidate]:
    """Return `others`, orphans of the other side, as candidates."""
    return _candidates(orphan, [(other, "") for other in others])


def _candidates(orphan: Any, others: Sequence[tuple[Any, str]]) -> list[Candidate]:
    plans = []
    for other, _why in others:
        plan, insurance = (orphan, other) if isinstance(orphan, InsurancePlan) else (other, orphan)
        plan = copy(plan)
        plan.chosen = token_of(insurance)
        plans.append(plan)
    outcomes = decide(plans, Happened.REPAIRED)
    return [
        Candidate(
            other,
            why,
            [
                *_in_words("ehr.Insurance", outcome.changes),
                *_in_words("pm.InsurancePlan", outcome.corrections),
            ],
        )
        for (other, why), outcome in zip(others, outcomes, strict=True)
    ]


def _in_words(label: str, changes: Changes) -> Iterable[str]:
    system = SYSTEMS[label.partition(".")[0]]
    for name, change in changes.items():
        yield f"{system}: {change_in_words(label, name, change)}"
