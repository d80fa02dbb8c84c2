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

from ehr.models import Patient as EHRPatient
from kareo.records import Person
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.drift.worklist import SEES
from sync.models import SyncEvent
from sync.pairs.sides import PM, Side, side_of
from sync.roles import may_see
from sync.rules import table
from sync.screens.next_steps import WHO_HAS, may
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
    # Of a rank that one policy left and another took, what stands there in the end.
    kept = {RANKS[event.rule] for event in events if not _is_removed(here, event)}
    merged: dict[tuple[str, SafeString | str, bool], list[SyncEvent]] = {}
    for event in events:
        is_removed = _is_removed(here, event)
        if is_removed and RANKS[event.rule] in kept:
            continue
        verb = "removed" if is_removed else "saved"
        said, warns = _compared(user, here, there, event)
        merged.setdefault((verb, said, warns), []).append(event)
    return [
        Told([event.rule for event in same], _saved(verb, same), said, warns)
        for (verb, said, warns), same in merged.items()
    ]


def patient_of(event: SyncEvent) -> tuple[str, int | None]:
    """Return which patient an event of RANKS is about: of a policy, its target."""
    if event.target_model:
        return event.target_model, event.target_id
    return event.source_model, event.source_id


def _saved(verb: str, events: Iterable[SyncEvent]) -> str:
    ranks = sorted({RANKS[event.rule].label.lower() for event in events})  # primary first
    return f"{capfirst(listed(ranks))} {verb}."


def _is_removed(here: Covered, event: SyncEvent) -> bool:
    """Return whether the patient lost what the event is about; one to come isn't lost."""
    rank, changes = RANKS[event.rule], event.source_changes
    if here.side is not PM:
        return not here.of(rank).name
    active, still = changes.get("is_active", [True, True]), changes.get("rank", [rank, rank])
    return not active[1] or still[1] != rank


def _compared(
    user: Any, here: Covered, there: Covered | None, event: SyncEvent
) -> tuple[SafeString | str, bool]:
    """Say what the other list has in the event's rank, and whether to warn of it."""
    other = here.side.other
    ours, place, later = here.of(RANKS[event.rule]), capfirst(other.place), ""
    if here.side is PM and not _is_removed(here, event) and ours.policy != event.source_id:
        later = "It isn't in force today. "
    theirs = there.of(RANKS[event.rule]) if there else Held()
    if not (ours.name or theirs.name) and (there or _is_removed(here, event)):
        return f"{later}{place} has none either.", False
    if there is None:
        return format_html("Not in {} yet: {}.", other.place, _add(user, here, other)), True
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


def _add(user: Any, here: Covered, other: Side) -> SafeString:
    """Return what to do about a patient whom the `other` list doesn't have: a form, filled in."""
    patient = here.patient
    model: Any = EHRPatient if isinstance(patient, PMPatient) else PMPatient
    if not may(user, "add", model._meta.label):
        who = WHO_HAS[model._meta.label]
        return format_html("ask {} to add {}", who, patient.chart_number)
    known = {
        name: getattr(patient, name) for name in ("chart_number", "last_name", "first_name")
    } | {"date_of_birth": localize_input(patient.date_of_birth)}
    if model is EHRPatient:
        known |= {f"{rank}_insurance": held.insurance for rank, held in here.held.items()}
    query = urlencode({name: value for name, value in known.items() if value})
    url = f"{reverse(f'admin:{other.app}_patient_add')}?{query}"
    return format_html('<a href="{}">Add {}</a>', url, patient.chart_number)


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
