"""Patients and their policies."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.formats import localize
from django.utils.timezone import localdate

from kareo.records import Origin, Person, Record, Refused
from kareo.records.fields import (
    BirthDateField,
    DayField,
    LineField,
    MoneyField,
    NumberField,
    not_in_the_future,
)
from kareo.records.searched import NumberIndex
from pm.constraints import ONE_POLICY_PER_RANK
from pm.models.payers import InsurancePlan
from pm.querysets import InsurancePolicyQuerySet


class Patient(Person):
    """A person billed. The chart number is how the EHR knows the same person."""

    home = Origin.PM

    class Meta(Person.Meta):
        verbose_name = "PM patient"


ENDS_BEFORE_IT_STARTS = "This policy ends before it starts. Check the two dates."


class InsurancePolicy(Record):
    """A patient's coverage under a plan."""

    home = Origin.PM
    carried_by_claims: ClassVar[Mapping[str, int]] = {
        "insured_last_name": 60,
        "insured_first_name": 35,
    }
    chosen_while_active = ("plan",)
    names_too = ("pm.Patient",)
    # Which plan the patient has, and when.
    coverage_fields = ("plan", "rank", "effective_on", "ends_on", "is_active")

    class Rank(models.TextChoices):
        PRIMARY = "primary", "Primary"
        SECONDARY = "secondary", "Secondary"
        TERTIARY = "tertiary", "Tertiary"

    class Relationship(models.TextChoices):
        SELF = "self", "Self"
        SPOUSE = "spouse", "Spouse"
        CHILD = "child", "Child"
        OTHER = "other", "Other"

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="policies")
    plan = models.ForeignKey(InsurancePlan, on_delete=models.PROTECT, related_name="policies")
    rank = models.CharField(max_length=9, choices=Rank, default=Rank.PRIMARY)
    policy_number = NumberField(
        "policy number",
        max_length=40,
        blank=True,
        help_text="May wait. Without it no claim goes out.",
    )
    group_number = LineField("group number", max_length=40, blank=True)
    relationship = models.CharField(
        "patient's relationship to the insured",
        max_length=6,
        choices=Relationship,
        default=Relationship.SELF,
    )
    insured_last_name = LineField("insured's last name", max_length=80, blank=True)
    insured_first_name = LineField("insured's first name", max_length=80, blank=True)
    insured_date_of_birth = BirthDateField(
        "insured's date of birth", null=True, blank=True, validators=[not_in_the_future]
    )
    effective_on = DayField("effective", null=True, blank=True)
    ends_on = DayField("ends", null=True, blank=True, help_text="The last day of coverage.")
    copay = MoneyField(
        max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    objects: ClassVar[InsurancePolicyQuerySet] = InsurancePolicyQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        verbose_name_plural = "insurance policies"
        ordering = ("rank", "-effective_on", "pk")
        indexes = [
            NumberIndex(fields=["policy_number"], name="pm_policy_by_number_parts"),
            # those whose number is still to come
            models.Index(
                fields=["patient"],
                condition=models.Q(is_active=True, policy_number=""),
                name="pm_policy_without_number",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(effective_on__isnull=True)
                | models.Q(ends_on__gte=models.F("effective_on")),
                name="pm_policy_ends_no_earlier_than_it_starts",
                violation_error_message=ENDS_BEFORE_IT_STARTS,
            ),
            ONE_POLICY_PER_RANK,
        ]

    def __str__(self) -> str:
        number = self.policy_number or "no policy number yet"
        return f"{self.patient} – {self.get_rank_display().lower()}, {number}"

    @property
    def in_short(self) -> str:
        """What tells it from the patient's others: Primary from 01/01/2027 · W123 456."""
        rank, today = self.get_rank_display(), localdate()
        if not self.is_active:
            rank += ", inactive"
        elif self.begins_after(today):
            rank += f" from {localize(self.effective_on)}"
        elif self.is_over_on(today):
            rank += f" until {localize(self.ends_on)}"
        return f"{rank} · {self.policy_number or 'no policy number yet'}"

    @property
    def as_new(self) -> str:
        """What tells it from others that are typed with it: secondary."""
        return self.get_rank_display().lower()

    def clean(self) -> None:
        super().clean()
        if self.effective_on and self.ends_on and self.ends_on < self.effective_on:
            raise ValidationError({"ends_on": ENDS_BEFORE_IT_STARTS})
        if self.relationship != self.Relationship.SELF:
            insured = ("insured_last_name", "insured_first_name", "insured_date_of_birth")
            why = "Required when the patient isn't the insured."
            if missing := {name: why for name in insured if not getattr(self, name)}:
                raise ValidationError(missing)

    def begins_after(self, day: datetime.date) -> bool:
        """Return whether it is still to come on `day`."""
        return self.effective_on is not None and self.effective_on > day

    def is_over_on(self, day: datetime.date) -> bool:
        """Return whether its last day was before `day`."""
        return self.ends_on is not None and self.ends_on < day

    def covers_twice(self, other: "InsurancePolicy") -> bool:
        """Return whether `other`, of the same patient, has the plan in another rank, on a day."""
        is_same = self.plan_id == other.plan_id and self.rank != other.rank
        return is_same and self._is_in_force_with(other)

    def is_rival_of(self, other: "InsurancePolicy") -> bool:
        """Return whether `other`, of the same patient, has the rank, on a day."""
        return self.rank == other.rank and self._is_in_force_with(other)

    def _is_in_force_with(self, other: "InsurancePolicy") -> bool:
        if not (self.is_active and other.is_active):
            return False
        first, last = datetime.date.min, datetime.date.max
        return (self.effective_on or first) <= (other.ends_on or last) and (
            other.effective_on or first
        ) <= (self.ends_on or last)

    @classmethod
    def refuse(cls, records: Sequence[Any]) -> None:
        """Allow one active policy per rank, where the database can't: see OnePolicyPerRank."""
        super().refuse(records)
        for policy in records:
            if policy.is_active and cls._default_manager.overlapping(policy).exists():
                raise Refused(ONE_POLICY_PER_RANK.get_violation_error_message())
