"""Whether a patient's primary and secondary are now the same in both lists, said after a save."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery, TextField
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import localize_input
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localdate

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.pages.back import BACK
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
from sync.screens.next_steps import may
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
    changes = [Change(rank, event) for event in events for rank in _ranks_of(event)]
    # Of a rank that one policy left and another took, what stands there in the end.
    kept = {change.rank for change in changes if not change.is_removed(here)}
    merged: dict[tuple[str, SafeString | str, bool], list[Change]] = {}
    for change in changes:
        is_removed = change.is_removed(here)
        if is_removed and change.rank in kept:
            continue
        verb = "removed" if is_removed else "saved"
        said, warns = _compared(user, here, there, change)
        merged.setdefault((verb, said, warns), []).append(change)
    return [
        Told([change.rule for change in same], _saved(verb, same), said, warns)
        for (verb, said, warns), same in merged.items()
    ]


def patient_of(event: SyncEvent) -> tuple[str, int | None]:
    """Return which patient an event of RANKS is about: of a policy, its target."""
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


def _compared(
    user: Any, here: Covered, there: Covered | None, change: Change
) -> tuple[SafeString | str, bool]:
    """Say what the other list has in the rank that changed, and whether to warn of it."""
    other, is_removed = here.side.other, change.is_removed(here)
    ours, place, later = here.of(change.rank), capfirst(other.place), ""
    if here.side is PM and not is_removed and ours.policy != change.event.source_id:
        later = "It isn't in force today. "
    theirs = there.of(change.rank) if there else Held()
    if not (ours.name or theirs.name) and (there or is_removed):
        return f"{later}{place} has none either.", False
    if there is None:
        insurances = _active(here.held) if here.side is PM else {}
        way = add_there(user, here.patient, insurances)
        return format_html("Not in {} yet: {}.", other.place, way), True
    label = there.patient._meta.label
    url = change_url(label, there.patient.pk)
    way = format_html('<a href="{}">Open this patient in {}</a>', url, other.place)
    if not there.patient.is_active:
        return format_html("The patient is inactive in {}. {}", other.place, way), True
    if ours.insurance and ours.insurance == theirs.insurance:
        return f"{later}{place} has the {'one of today' if later else 'same'}.", False
    to_do = "correct it" if theirs.name else "enter it"
    to_do = f"{to_do} by hand" if may(user, "change", label) else f"ask {WHO_HAS[label]} to {to_do}"
    has = "has" if ours.name else "still has"
    named = theirs.name or "none"
    return format_html("{}{} {} {}. {}: {}", later, place, has, named, capfirst(to_do), way), True


def add_there(
    user: Any, patient: Person, insurances: Mapping[str, int], *, named: str = "", back: str = ""
) -> SafeString:
    """Return what to do about a patient whom the other list doesn't have: a form, filled in.

    `insurances` are the EHR's keys of what the patient has in PM, by rank: active ones, as the form
    asks about others. The link says Add and the chart number, or what is `named`; a save there
    leads `back`.
    """
    model: Any = EHRPatient if isinstance(patient, PMPatient) else PMPatient
    if not may(user, "add", model._meta.label):
        who = WHO_HAS[model._meta.label]
        return format_html("ask {} to add {}", who, patient.chart_number)
    known = {
        name: getattr(patient, name) for name in ("chart_number", "last_name", "first_name")
    } | {"date_of_birth": localize_input(patient.date_of_birth)}
    if model is EHRPatient:
        known |= {f"{rank}_insurance": key for rank, key in insurances.items()}
    known[BACK] = back
    query = urlencode({name: value for name, value in known.items() if value})
    url = f"{reverse(f'admin:{model._meta.app_label}_patient_add')}?{query}"
    return format_html('<a href="{}">Add {}</a>', url, named or patient.chart_number)


def _active(held: Mapping[str, Held]) -> dict[str, int]:
    """Return the keys of the insurances that are `held`, by rank, without inactive ones."""
    keys = {rank: each.insurance for rank, each in held.items() if each.insurance}
    active = Insurance.objects.active().in_bulk(keys.values())
    return {rank: key for rank, key in keys.items() if key in active}


def _in_ehr(**which: Any) -> Covered | None:
    patients = EHRPatient.objects.select_related("primary_insurance", "secondary_insurance")
    patient = patients.filter(**which).first()
    if patient is None:
        return None
    held = {PRIMARY: patient.primary_insurance, SECONDARY: patient.secondary_insurance}
    names: dict[str, Held] = {rank: Held(each.pk, each.name) for rank, each in held.items() if each}
    return Covered(patient, side_of(patient), names)


def _in_pm(**which: Any) -> Covered | None:
    in_force = InsurancePolicy.objects.in_force_on(localdate()).filter(patient=OuterRef("pk"))
    read: dict[str, Any] = {}
    for rank in (PRIMARY, SECONDARY):
        policies = in_force.filter(rank=rank).order_by()
        insurance = "plan__link__insurance"
        read[f"{rank}_policy"] = Subquery(policies.values("pk")[:1])
        read[f"{rank}_key"] = Subquery(policies.values(insurance)[:1])
        name = policies.values(
            text=Coalesce(f"{insurance}__name", "plan__name", output_field=TextField())
        )
        read[f"{rank}_name"] = Subquery(name[:1])
    patient = PMPatient.objects.annotate(**read).filter(**which).first()
    if patient is None:
        return None
    held: dict[str, Held] = {
        rank: Held(*(getattr(patient, f"{rank}_{part}") for part in ("key", "name", "policy")))
        for rank in (PRIMARY, SECONDARY)
        if getattr(patient, f"{rank}_policy")
    }
    return Covered(patient, side_of(patient), held)
