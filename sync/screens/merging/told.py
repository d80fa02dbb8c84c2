"""What merging does in both lists, in counts: beforehand as lines, afterwards as a message."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pm.models import InsurancePlan
from sync.models import SyncEvent
from sync.pairs.patients import ehr_patients_of
from sync.roles import may_see
from sync.rules.decision import NOT_PROPAGATED, UPDATED
from sync.rules.table import COMPANY, INSURANCE, PLAN, PLANS_MOVED
from sync.screens.preview.told import Line
from sync.screens.wording.namesakes import tell_apart
from sync.screens.wording.records import changes_in_words, counted, listed

POLICY, EHR_PATIENT = "pm.InsurancePolicy", "ehr.Patient"
MOST_NAMED = 3
HIDDEN = "Something may change here, in a list that your role doesn't show you."


@dataclass(slots=True)
class Told:
    """The events of a merge, by what they tell of."""

    companies: list[SyncEvent] = field(default_factory=list)  # that are merged
    plans: list[SyncEvent] = field(default_factory=list)
    insurances: list[SyncEvent] = field(default_factory=list)
    moved: list[SyncEvent] = field(default_factory=list)  # plans, to the company kept
    updated: list[SyncEvent] = field(default_factory=list)  # plans with an insurance that follows
    counts: Counter[str] = field(default_factory=Counter)  # of policies, patients: by model

    @classmethod
    def of(cls, events: Iterable[SyncEvent]) -> "Told":
        told = cls()
        merged = {COMPANY: told.companies, PLAN: told.plans, INSURANCE: told.insurances}
        for event in events:
            label = event.source_model
            if label not in merged:
                told.counts[label] += 1
            elif "merged_into" in event.source_changes:
                merged[label].append(event)
            else:
                if event.rule == PLANS_MOVED.id:
                    told.moved.append(event)
                told.updated.append(event)
        return told

    @property
    def labels(self) -> set[str]:
        """The models whose records it changes, the EHR's insurances aside, which follow."""
        pairs = {PLAN} if self.plans or self.updated else set()
        companies = {COMPANY} if self.companies else set()
        alone = {INSURANCE} if self.insurances and not self.plans else set()
        return {*self.counts, *companies, *pairs, *alone}


def lines_of(events: Sequence[SyncEvent], stay: Sequence[Any], user: Any) -> list[Line]:
    """Say what merging does, the counts first."""
    told = Told.of(events)
    told.companies = tell_apart(user, deepcopy(told.companies))
    told.plans = _told_few(told.plans, user)
    told.insurances = _told_few(told.insurances, user)
    lines = [*_in_pm(told)]
    lines += [*_in_ehr(told, user)] if may_see(user, INSURANCE) else [Line("ehr", "", HIDDEN)]
    if stay:
        would = "1 patient" if len(stay) == 1 else f"{len(stay):,} patients"
        text = f"{would} would have one plan twice. Nothing is guessed: see below."
        lines.append(Line("pm", "", text, warns=True))
    return lines


def _told_few(events: list[SyncEvent], user: Any) -> list[SyncEvent]:
    """Return `events`, those that are named told apart, and hidden from whoever may not see them"""
    return [*tell_apart(user, deepcopy(events[:MOST_NAMED])), *events[MOST_NAMED:]]


def _in_pm(told: Told) -> Iterator[Line]:
    if told.companies:
        kept = told.companies[0].target_text
        yield Line("pm", UPDATED, _merged_away(told.companies, kept))
        changes = {name: change for each in told.companies for name, change in each.changes.items()}
        if changes:
            details = changes_in_words(COMPANY, changes)
            yield Line("pm", UPDATED, f"{kept} takes over:", details=details)
        if told.moved:
            do = "moves" if len(told.moved) == 1 else "move"
            yield Line("pm", UPDATED, f"{counted(len(told.moved), 'plan')} {do} to {kept}.")
    if told.plans:
        yield Line("pm", UPDATED, _merged_away(told.plans, "the plan kept"))
    if policies := told.counts[POLICY]:
        do = "moves" if policies == 1 else "move"
        yield Line("pm", UPDATED, f"{counted(policies, 'policy')} {do} to the plan kept.")


def _in_ehr(told: Told, user: Any) -> Iterator[Line]:
    renamed = [event for event in told.updated if "company_name" in event.changes]
    if renamed:
        name = renamed[0].changes["company_name"][1]
        text = f"{counted(len(renamed), 'insurance')} will be shown under the name {name}."
        yield Line("ehr", UPDATED, text, note=who_has(user, [each.source_id for each in renamed]))
    if others := sum(each.outcome == UPDATED for each in told.updated) - len(renamed):
        do = "is" if others == 1 else "are"
        yield Line("ehr", UPDATED, f"{counted(others, 'insurance')} {do} brought up to date.")
    if told.insurances:
        yield Line("ehr", UPDATED, _merged_away(told.insurances, "the insurance kept"))
    if patients := told.counts[EHR_PATIENT]:
        do = "moves" if patients == 1 else "move"
        yield Line("ehr", UPDATED, f"{counted(patients, 'patient')} {do} to the insurance kept.")
    if orphans := sum(event.outcome == NOT_PROPAGATED for event in told.updated):
        text = f"Nothing changes for the {counted(orphans, 'plan')} without an insurance here."
        yield Line("ehr", NOT_PROPAGATED, text, warns=True)
    elif not (renamed or others or told.insurances or patients):
        yield Line("ehr", "", "Nothing changes.")


def _merged_away(events: Sequence[SyncEvent], kept: str) -> str:
    """Say that these become inactive: by name where they are few."""
    names = [event.source_text for event in events]
    more = len(names) - MOST_NAMED
    named = listed([*names[:MOST_NAMED], f"{more:,} more"] if more > 0 else names)
    becomes, points = ("becomes", "points") if len(names) == 1 else ("become", "point")
    return f"{named} {becomes} inactive and {points} to {kept}."


def who_has(user: Any, plans: Sequence[int]) -> str:
    """Say how many patients see another name in their drop-down, to whoever may see them."""
    if not may_see(user, EHR_PATIENT):
        return ""
    keys = InsurancePlan.objects.filter(id__one_of=plans).values("pk")
    count = ehr_patients_of(keys).count()
    return f"{counted(count, 'EHR patient')} {'has one' if count == 1 else 'have one'} of them."


def merged_in_words(events: Iterable[SyncEvent], user: Any) -> list[str]:
    """Say what a merge did."""
    told = Told.of(events)
    told.companies = tell_apart(user, told.companies)
    told.plans = _told_few(told.plans, user)
    told.insurances = _told_few(told.insurances, user)
    said = []
    for merged in (told.companies, told.plans or told.insurances):
        if merged:
            names = [event.source_text for event in merged[:MOST_NAMED]]
            more = len(merged) - len(names)
            named = listed([*names, f"{more:,} more"] if more else names)
            was = "was" if len(merged) == 1 else "were"
            into = merged[0].target_text if len({e.target_id for e in merged}) == 1 else "the same"
            said.append(f"{named} {was} merged into {into}.")
    moved = [(len(told.moved), "plan"), (told.counts[POLICY], "policy")]
    if may_see(user, EHR_PATIENT):
        moved.append((told.counts[EHR_PATIENT], "EHR patient"))
    if parts := [counted(count, what) for count, what in moved if count]:
        said.append(f"{listed(parts)} moved.")
    if may_see(user, INSURANCE) and (
        updated := sum(event.outcome == UPDATED for event in told.updated)
    ):
        said.append(f"{counted(updated, 'EHR insurance')} updated.")
    return said
