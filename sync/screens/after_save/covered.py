"""What each list has for a patient as primary and secondary: today, and in PM next."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import localize
from django.utils.timezone import localdate

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Person
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.pairs.sides import Side, side_of
from sync.screens.entering import active_plan_of

PRIMARY, SECONDARY = InsurancePolicy.Rank.PRIMARY, InsurancePolicy.Rank.SECONDARY


@dataclass(frozen=True, slots=True)
class Held:
    """What one list has for a patient in one rank."""

    insurance: int | None = None  # the key in the EHR; None for a plan that has none there
    name: str = ""  # empty where there is nothing
    there: int | None = None  # the key of what stands for it in the other list, where active
    policy: int | None = None
    begins_on: datetime.date | None = None
    orphan: int | None = None  # its key, where nothing stands for it in the other list

    def is_same(self, other: "Held") -> bool:
        """Return whether the two are one insurance, in either list."""
        return self.insurance is not None and self.insurance == other.insurance

    @property
    def from_when(self) -> str:
        return f"{self.name} from {localize(self.begins_on)}"


@dataclass(frozen=True, slots=True)
class Covered:
    """A patient in one list, with what is held there today, and what is to come next."""

    patient: Person
    side: Side
    held: Mapping[str, Held] = field(default_factory=dict)
    coming: Mapping[str, Held] = field(default_factory=dict)

    def of(self, rank: str) -> Held:
        return self.held.get(rank, Held())

    def lacking(self, other: "Covered | None" = None) -> dict[str, int]:
        """Return the keys, by rank, of what may be entered in the `other` list, which lacks it."""
        return {
            rank: held.there
            for rank, held in self.held.items()
            if held.there and not (other and other.of(rank).name)
        }


def in_ehr(**which: Any) -> Covered | None:
    """Return the patient of the EHR that this finds."""
    insurances = (f"{rank}_insurance__link__plan" for rank in (PRIMARY, SECONDARY))
    patients = EHRPatient.objects.select_related(*insurances)
    patient = patients.filter(**which).first()
    if patient is None:
        return None
    held = {PRIMARY: patient.primary_insurance, SECONDARY: patient.secondary_insurance}
    names: dict[str, Held] = {rank: _of_insurance(each) for rank, each in held.items() if each}
    return Covered(patient, side_of(patient), names)


def _of_insurance(insurance: Insurance) -> Held:
    orphan = None if hasattr(insurance, "link") else insurance.pk
    return Held(insurance.pk, insurance.name, active_plan_of(insurance), orphan=orphan)


def in_pm(**which: Any) -> Covered | None:
    """Return the patient of PM that this finds."""
    patient = PMPatient.objects.filter(**which).first()
    if patient is None:
        return None
    today = localdate()
    policies = InsurancePolicy.objects.not_over_on(today).filter(
        patient=patient, rank__in=(PRIMARY, SECONDARY)
    )
    held: dict[str, Held] = {}
    coming: dict[str, Held] = {}
    for policy in policies.select_related("plan__link__insurance").order_by("effective_on"):
        of_when = coming if policy.begins_after(today) else held
        of_when.setdefault(policy.rank, _of_policy(policy))
    return Covered(patient, side_of(patient), held, coming)


def _of_policy(policy: InsurancePolicy) -> Held:
    link = getattr(policy.plan, "link", None)  # an orphan has none
    if link is None:
        return Held(
            None, policy.plan.name, None, policy.pk, policy.effective_on, orphan=policy.plan_id
        )
    insurance = link.insurance
    active = insurance.pk if insurance.is_active else None
    return Held(insurance.pk, insurance.name, active, policy.pk, policy.effective_on)


def saved_policies(keys: Iterable[int]) -> dict[int, InsurancePolicy]:
    """Return {key: policy} of those that are there still."""
    return {policy.pk: policy for policy in InsurancePolicy.objects.filter(pk__in=[*keys])}


def why_over(policy: InsurancePolicy) -> str:
    """Say of a policy that will never be in force why; "" of others."""
    if not policy.is_active:
        return "It is inactive. "
    return "It has ended. " if policy.is_over_on(localdate()) else ""
