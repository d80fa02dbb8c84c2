"""Whether a patient's primary and secondary are now the same in both lists, said after a save."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery, TextField
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localdate

from ehr.models import Patient as EHRPatient
from kareo.records import Person
from kareo.records.registry import WHO_HAS
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.drift.worklist import SEES
from sync.models import SyncEvent
from sync.pairs.sides import PM, Side, side_of
from sync.roles import may_see
from sync.rules import table
from sync.rules.patients import POLICY_RULES
from sync.rules.reasons import Code
from sync.screens.after_save.next_steps import may
from sync.screens.entering import active_plan_of, add_there, enter_url
from sync.screens.urls import change_url
from sync.screens.wording.records import listed

PRIMARY, SECONDARY = InsurancePolicy.Rank.PRIMARY, InsurancePolicy.Rank.SECONDARY
RANKS = {
    table.PM_PRIMARY_CHANGED.id: PRIMARY,
    table.EHR_PRIMARY_CHANGED.id: PRIMARY,
    table.PM_SECONDARY_CHANGED.id: SECONDARY,
    table.EHR_SECONDARY_CHANGED.id: SECONDARY,
}


@dataclass(frozen=True, slots=True)
class Held:
    """What one list has for a patient in one rank today."""

    insurance: int | None = None  # the key in the EHR; None for a plan that has none there
    name: str = ""  # empty where there is nothing
    there: int | None = None  # the key of what stands for it in the other list, where active
    policy: int | None = None


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
class Covered:
    """A patient in one list, with what is held there."""

    patient: Person
    side: Side
    held: Mapping[str, Held] = field(default_factory=dict)

    def of(self, rank: str) -> Held:
        return self.held.get(rank, Held())

    def lacking(self, other: "Covered | None" = None) -> dict[str, int]:
        """Return the keys, by rank, of what may be entered in the `other` list, which lacks it."""
        return {
            rank: held.there
            for rank, held in self.held.items()
            if held.there and not (other and other.of(rank).name)
        }


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
    in_pm = label == PMPatient._meta.label
    here = (_in_pm if in_pm else _in_ehr)(pk=key)
    if here is None:
        return None
    chart_number = here.patient.chart_number
    there = (_in_ehr if in_pm else _in_pm)(chart_number=chart_number)
    ranked = [event for event in events if event.rule in RANKS]
    over = _over(ranked) if in_pm else {}
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
    told = [
        Told([change.rule for change in same], _saved(verb, same), said, warns)
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


def _saved(verb: str, changes: Iterable[Change]) -> str:
    ranks = sorted({change.rank.label.lower() for change in changes})  # primary first
    return f"{capfirst(listed(ranks))} {verb}."


def _are_swapped(here: Covered, there: Covered | None, changes: Sequence[Change]) -> bool:
    """Return whether the other list has as primary what was just saved as secondary, and so on."""
    if there is None or not there.patient.is_active:
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
    ours, place, later = here.of(change.rank), capfirst(other.place), ""
    if here.side is PM and not is_removed and ours.policy != change.event.source_id:
        later = over or "It isn't in force today. "
    theirs = there.of(change.rank) if there else Held()
    if not (ours.name or theirs.name) and (there or is_removed or over):
        return f"{later}{place} has none either.", False
    if there is None:
        way = add_there(user, here.patient, here.lacking())
        return format_html("Not in {} yet: {}.", other.place, way), True
    label = there.patient._meta.label
    url = enter_url(user, there.patient, here.lacking(there))
    way = format_html('<a href="{}">Open this patient in {}</a>', url, other.place)
    ask = "" if may(user, "change", label) else f"Ask {WHO_HAS[label]}"
    if not there.patient.is_active:
        to_do = f"{ask}." if ask else way
        return format_html("The patient is inactive in {}. {}", other.place, to_do), True
    if ours.insurance and ours.insurance == theirs.insurance:
        return f"{later}{place} has the {'one of today' if later else 'same'}.", False
    to_do = "correct it" if theirs.name else "enter it"
    to_do = f"{ask} to {to_do}." if ask else format_html("{} by hand: {}", capfirst(to_do), way)
    has = "has" if ours.name else "still has"
    return format_html("{}{} {} {}. {}", later, place, has, theirs.name or "none", to_do), True


def _still_to_enter(user: Any, here: Covered, there: Covered, saved: Collection[str]) -> list[Told]:
    """Say which ranks of a patient who was added are only in the other list, if any are."""
    missing = [
        rank
        for rank in (PRIMARY, SECONDARY)
        if there.of(rank).name and not here.of(rank).name and rank not in saved
    ]
    if not missing:
        return []
    worklist = f"{reverse('sync:coverage_worklist')}?{urlencode({'q': here.patient.chart_number})}"
    url = enter_url(user, here.patient, there.lacking(here), back=worklist)
    still = format_html(
        '<a href="{}">Enter it in {}</a>, or see the <a href="{}">coverage worklist</a>.',
        url,
        here.side.place,
        worklist,
    )
    ranks = listed([rank.label.lower() for rank in missing])
    saved_without = f"Added without a {ranks}, which {there.side.place} has."
    return [Told([], saved_without, still, warns=True)]


def _over(events: Iterable[SyncEvent]) -> dict[int | None, str]:
    """Say of those of the policies that will never be in force, by key, why."""
    policies = InsurancePolicy.objects.filter(pk__in=[event.source_id for event in events])
    said: dict[int | None, str] = {}
    for policy in policies:
        if not policy.is_active:
            said[policy.pk] = "It is inactive. "
        elif policy.ends_on and policy.ends_on < localdate():
            said[policy.pk] = "It has ended. "
    return said


def _in_ehr(**which: Any) -> Covered | None:
    insurances = (f"{rank}_insurance__link__plan" for rank in (PRIMARY, SECONDARY))
    patients = EHRPatient.objects.select_related(*insurances)
    patient = patients.filter(**which).first()
    if patient is None:
        return None
    held = {PRIMARY: patient.primary_insurance, SECONDARY: patient.secondary_insurance}
    names: dict[str, Held] = {
        rank: Held(each.pk, each.name, active_plan_of(each)) for rank, each in held.items() if each
    }
    return Covered(patient, side_of(patient), names)


def _in_pm(**which: Any) -> Covered | None:
    in_force = InsurancePolicy.objects.in_force_on(localdate()).filter(patient=OuterRef("pk"))
    read: dict[str, Any] = {}
    for rank in (PRIMARY, SECONDARY):
        policies = in_force.filter(rank=rank).order_by()
        insurance = "plan__link__insurance"
        read[f"{rank}_policy"] = Subquery(policies.values("pk")[:1])
        read[f"{rank}_key"] = Subquery(policies.values(insurance)[:1])
        active = policies.filter(plan__link__insurance__is_active=True)
        read[f"{rank}_active"] = Subquery(active.values(insurance)[:1])
        name = policies.values(
            text=Coalesce(f"{insurance}__name", "plan__name", output_field=TextField())
        )
        read[f"{rank}_name"] = Subquery(name[:1])
    patient = PMPatient.objects.annotate(**read).filter(**which).first()
    if patient is None:
        return None
    held: dict[str, Held] = {
        rank: Held(
            *(getattr(patient, f"{rank}_{part}") for part in ("key", "name", "active", "policy"))
        )
        for rank in (PRIMARY, SECONDARY)
        if getattr(patient, f"{rank}_policy")
    }
    return Covered(patient, side_of(patient), held)
