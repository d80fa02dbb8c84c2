"""Whether a patient's primary and secondary are now the same in both lists, said after a save."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from kareo.records.registry import WHO_HAS
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.drift.worklist import SEES
from sync.models import SyncEvent
from sync.pairs.sides import PM
from sync.roles import may_see
from sync.rules import table
from sync.rules.patients import POLICY_RULES
from sync.rules.reasons import Code
from sync.screens.after_save.covered import (
    PRIMARY,
    SECONDARY,
    Covered,
    Held,
    in_ehr,
    in_pm,
    saved_policies,
    why_over,
)
from sync.screens.after_save.next_steps import may
from sync.screens.entering import add_there, enter_url, missing_there
from sync.screens.urls import change_url
from sync.screens.wording.records import listed

RANKS = {
    table.PM_PRIMARY_CHANGED.id: PRIMARY,
    table.EHR_PRIMARY_CHANGED.id: PRIMARY,
    table.PM_SECONDARY_CHANGED.id: SECONDARY,
    table.EHR_SECONDARY_CHANGED.id: SECONDARY,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence on what was saved and one on the other list, with what is left to do."""

    rules: list[str]
    saved: str
    there: SafeString | str
    warns: bool = False

    @property
    def text(self) -> SafeString:
        return format_html("{} {}", self.saved, self.there)


@dataclass(frozen=True, slots=True)
class Change:
    """What one event tells of one rank."""

    rank: InsurancePolicy.Rank
    event: SyncEvent

    @property
    def rule(self) -> str:
        """The rule of that rank."""
        is_own = RANKS[self.event.rule] == self.rank
        return self.event.rule if is_own else POLICY_RULES[self.rank].id

    def is_removed(self, here: Covered) -> bool:
        """Return whether the patient lost it; a policy to come isn't lost."""
        rank, changes = self.rank, self.event.source_changes
        if here.side is not PM:
            return not here.of(rank).name
        active, still = changes.get("is_active", [True, True]), changes.get("rank", [rank, rank])
        return not active[1] or still[1] != rank


def told_of(user: Any, events: Sequence[SyncEvent]) -> list[Told] | None:
    """Say of one patient's `events` whether both lists agree now. None: there is no saying.

    Reads the patient in each list, with what it has there. Ranks of which the same is to be said
    are named in one sentence.
    """
    if not may_see(user, *SEES):
        return None
    label, key = patient_of(events[0])
    is_in_pm = label == PMPatient._meta.label
    here = (in_pm if is_in_pm else in_ehr)(pk=key)
    if here is None:
        return None
    chart_number = here.patient.chart_number
    there = (in_ehr if is_in_pm else in_pm)(chart_number=chart_number)
    ranked = [event for event in events if event.rule in RANKS]
    policies = saved_policies(event.source_id for event in ranked) if is_in_pm else {}
    over = {key: why_over(policy) for key, policy in policies.items()}
    changes = [Change(rank, event) for event in ranked for rank in _ranks_of(event)]
    changes.sort(key=lambda change: change.rank)  # primary first
    # Of a rank that one policy left and another took, what stands there in the end.
    kept = {change.rank for change in changes if not change.is_removed(here)}
    is_swapped = _are_swapped(here, there, changes)
    merged: dict[tuple[str, SafeString | str, bool], list[Change]] = {}
    said: SafeString | str
    for change in changes:
        is_removed = change.is_removed(here)
        if is_removed and change.rank in kept:
            continue
        verb = "removed" if is_removed else "saved"
        if there and is_swapped:
            said, warns = _other_way_round(user, there), True
        else:
            said, warns = _compared(user, here, there, change, over.get(change.event.source_id, ""))
        merged.setdefault((verb, said, warns), []).append(change)
    ranks = Counter(rank for same in merged.values() for rank in {each.rank for each in same})
    told = [
        Told([change.rule for change in same], _saved(verb, same, ranks, policies), said, warns)
        for (verb, said, warns), same in merged.items()
    ]
    if len(ranked) < len(events) and there and there.patient.is_active:
        told += _still_to_enter(user, here, there, {change.rank for change in changes})
    return told


def tells_of_patient(event: SyncEvent) -> bool:
    """Return whether `told_of` says what `event` means: a rank that changed, or who was added."""
    return event.rule in RANKS or event.reason.get("code") == Code.ADDED


def patient_of(event: SyncEvent) -> tuple[str, int | None]:
    """Return which patient such an event is about: of a policy, its target."""
    if event.target_model:
        return event.target_model, event.target_id
    return event.source_model, event.source_id


def _ranks_of(event: SyncEvent) -> list[InsurancePolicy.Rank]:
    """Return the ranks of which an event tells, the one that its policy left before its own."""
    left = event.source_changes.get("rank", [None])[0]
    return [*dict.fromkeys([*(rank for rank in POLICY_RULES if rank == left), RANKS[event.rule]])]


def _saved(
    verb: str,
    changes: Iterable[Change],
    lines: Mapping[InsurancePolicy.Rank, int],
    policies: Mapping[int, InsurancePolicy],
) -> str:
    """Say what was saved: its rank, or that policy where other lines are of that rank."""
    what = []
    for change in changes:  # primary first
        policy = policies.get(change.event.source_id) if lines[change.rank] > 1 else None
        called = policy.in_short if policy else change.rank.label
        what.append(f"{called[0].lower()}{called[1:]}")
    return f"{capfirst(listed([*dict.fromkeys(what)]))} {verb}."


def _are_swapped(here: Covered, there: Covered | None, changes: Sequence[Change]) -> bool:
    """Return whether the other list has as primary what was just saved as secondary, and so on."""
    if there is None or not (here.patient.is_active and there.patient.is_active):
        return False
    standing = [change for change in changes if not change.is_removed(here)]
    if here.side is PM and any(here.of(c.rank).policy != c.event.source_id for c in standing):
        return False  # not in force
    ours, theirs = (
        [covered.of(rank).insurance for rank in (PRIMARY, SECONDARY)] for covered in (here, there)
    )
    both_changed = len({change.rank for change in standing}) == len(ours)
    return both_changed and None not in ours and ours[0] != ours[1] and ours == theirs[::-1]


def _other_way_round(user: Any, there: Covered) -> SafeString | str:
    label, place = there.patient._meta.label, there.side.place
    has = f"{capfirst(place)} has them the other way round"
    if not may(user, "change", label):
        return format_html("{}. Ask {} to correct them.", has, WHO_HAS[label])
    url = change_url(label, there.patient.pk)
    return format_html('{}: <a href="{}">open this patient in {}</a>.', has, url, place)


def _compared(
    user: Any, here: Covered, there: Covered | None, change: Change, over: str
) -> tuple[SafeString | str, bool]:
    """Say what the other list has in the rank that changed, and whether to warn of it."""
    other, is_removed = here.side.other, change.is_removed(here)
    ours, place = here.of(change.rank), capfirst(other.place)
    later = _not_today(here, change, over)
    theirs = there.of(change.rank) if there else Held()
    coming = there.coming.get(change.rank) if there else None
    if not (ours.name or theirs.name) and (there or is_removed or over):
        none = f"none today either, and {coming.from_when}" if coming else "none either"
        return f"{later}{place} has {none}.", False
    if not here.patient.is_active:
        has_theirs = bool(there and there.patient.is_active and theirs.name)
        return _inactive_here(user, here, there if has_theirs else None, theirs), has_theirs
    if there is None:
        way = add_there(user, here.patient, here.lacking())
        said = format_html("{}Not in {} yet: {}.", later, other.place, way)
        if ours.orphan:
            said = format_html("{} {}.", said, missing_there(user, here.side, ours.orphan))
        return said, True
    if not there.patient.is_active:
        label = there.patient._meta.label
        ask = f"Ask {WHO_HAS[label]}."
        to_do = _way(user, there, here.lacking(there)) if may(user, "change", label) else ask
        return format_html("{}The patient is inactive in {}. {}", later, other.place, to_do), True
    if ours.is_same(theirs):
        return f"{later}{place} has the {'one of today' if later else 'same'}.", False
    if later:
        return format_html("{}{}", later, _of_today(user, here, there, change)), True
    return _otherwise(user, here, there, change.rank), True


def _not_today(here: Covered, change: Change, over: str) -> str:
    """Say of a policy that it isn't, or wasn't, the one that PM has today; "" of that one."""
    ours = here.of(change.rank)
    if here.side is not PM or ours.policy == change.event.source_id:
        return ""
    if change.is_removed(here):
        return "It wasn't in force today. " if ours.name else ""
    return over or "It isn't in force today. "


def _inactive_here(user: Any, here: Covered, there: Covered | None, theirs: Held) -> SafeString:
    """Say why what stands here doesn't count, and what the other list has alone, if anything."""
    said = f"This patient is inactive in {here.side.place}."
    if there is None:
        return format_html("{}", said)
    has = f"{capfirst(there.side.place)} has {theirs.name}"
    if not may(user, "change", there.patient._meta.label):
        return format_html("{} {}.", said, has)
    return format_html("{} {}: {}.", said, has, _way(user, there, {}))


def _of_today(user: Any, here: Covered, there: Covered, change: Change) -> SafeString:
    """Say of a policy that isn't in force what both lists have today instead."""
    ours, theirs = here.of(change.rank), there.of(change.rank)
    coming, other = here.coming.get(change.rank), there.side.place
    is_next = coming and coming.policy == change.event.source_id
    if coming and is_next and coming.is_same(theirs) and not ours.name:
        return _there_already(there)
    has = f"Today {here.side.place} has {ours.name or 'none'}, and {other} has"
    today = f"{has} {theirs.name or 'none'}"
    if ours.orphan:
        return format_html("{}. {}.", today, missing_there(user, here.side, ours.orphan))
    to_do, label = "correct that" if theirs.name else "enter it", there.patient._meta.label
    if not may(user, "change", label):
        return format_html("{}. Ask {} to {}.", today, WHO_HAS[label], to_do)
    url = enter_url(user, there.patient, here.lacking(there))
    return format_html('{}: <a href="{}">{} in {}</a>.', today, url, to_do, other)


def _otherwise(user: Any, here: Covered, there: Covered, rank: str) -> SafeString:
    """Say what the other list has in place of what stands here, and who puts that right."""
    ours, theirs, coming = here.of(rank), there.of(rank), there.coming.get(rank)
    ours_to_come = here.coming.get(rank)
    if ours_to_come and ours_to_come.is_same(theirs) and not ours.name:
        has = f"{capfirst(here.side.place)} has {ours_to_come.from_when}"
        return format_html("{}. {}", has, _there_already(there))
    has, to_do, how = theirs.name or "none", "correct it" if theirs.name else "enter it", " by hand"
    if coming and coming.is_same(ours):
        has = f"{has} today, and this one" if theirs.name else "it"
        has, to_do, how = f"{has} from {localize(coming.begins_on)}", "check the date", ""
    elif coming and not theirs.name:
        has, to_do = f"none today, and {coming.from_when}", "enter today's"
    still, label = "" if ours.name else "still ", there.patient._meta.label
    said = f"{capfirst(there.side.place)} {still}has {has}."
    if ours.orphan:
        return format_html("{} {}.", said, missing_there(user, here.side, ours.orphan))
    if not may(user, "change", label):
        return format_html("{} Ask {} to {}.", said, WHO_HAS[label], to_do)
    return format_html(
        "{} {}{}: {}", said, capfirst(to_do), how, _way(user, there, here.lacking(there))
    )


def _there_already(there: Covered) -> SafeString:
    return format_html("{} has it already: check the date.", capfirst(there.side.place))


def _way(user: Any, there: Covered, keys: Mapping[str, int]) -> SafeString:
    url = enter_url(user, there.patient, keys)
    return format_html('<a href="{}">Open this patient in {}</a>', url, there.side.place)


def _still_to_enter(user: Any, here: Covered, there: Covered, saved: Collection[str]) -> list[Told]:
    """Say which ranks of a patient who was added are only in the other list, if any are."""
    missing = [
        rank
        for rank in (PRIMARY, SECONDARY)
        if there.of(rank).name and not here.of(rank).name and rank not in saved
    ]
    if not missing:
        return []
    ranks = listed([rank.label.lower() for rank in missing])
    saved_without = f"Added without a {ranks}, which {there.side.place} has."
    orphans = [key for rank in missing if (key := there.of(rank).orphan)]
    if len(orphans) == len(missing):
        missing_here = missing_there(user, there.side, orphans[0])
        return [Told([], saved_without, format_html("{}.", missing_here), warns=True)]
    worklist = f"{reverse('sync:coverage_worklist')}?{urlencode({'q': here.patient.chart_number})}"
    url = enter_url(user, here.patient, there.lacking(here), back=worklist)
    still = format_html(
        '<a href="{}">Enter it in {}</a>, or see the <a href="{}">coverage worklist</a>.',
        url,
        here.side.place,
        worklist,
    )
    return [Told([], saved_without, still, warns=True)]
