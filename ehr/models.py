"""The EHR's own records. They know nothing of PM."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.db import models

from ehr.querysets import PatientQuerySet
from kareo.records import InsuranceEntry, Origin, Person
from kareo.records.asking.answers import Question
from kareo.records.fields import LineField, LinesField, PhoneField, normal_zip
from kareo.records.searched import TrigramIndex


def drop_down_name(
    company_name: str, plan_name: str, street_1: str, street_2: str, zip_code: str
) -> str:
    """Return an insurance as the EHR's drop-down shows it: `company – plan – street, ZIP`.

    >>> drop_down_name("Aetna", "Aetna HMO", "111 Academy Drive", "", "92617")
    'Aetna – Aetna HMO – 111 Academy Drive, 92617'
    """
    street = " ".join(filter(None, [street_1, street_2]))
    return f"{company_name} – {plan_name} – {street}, {zip_code}"


class Insurance(InsuranceEntry):
    """One entry of the Insurance drop-down."""

    home = Origin.EHR
    derived_fields: ClassVar[tuple[str, ...]] = (*InsuranceEntry.derived_fields, "name")
    name_fields = ("company_name", "plan_name")
    searched_fields = ("name", "city")
    carried_by_claims: ClassVar[Mapping[str, int]] = {
        "company_name": 60,
        "street_1": 55,
        "street_2": 55,
    }

    company_name = LineField("company name", max_length=150)
    plan_name = LineField("plan name", max_length=150)
    phone = PhoneField()
    fax = PhoneField()
    notes = LinesField()
    # As long as all its parts together, with what stands between them.
    name = models.CharField("insurance", max_length=520, editable=False)

    class Meta:
        ordering = ("name", "pk")
        indexes = [
            *InsuranceEntry.Meta.indexes,
            # the drop-down, in its order
            models.Index(fields=["name"], name="ehr_insurance_by_name"),
            # the list, narrowed
            models.Index(fields=["origin", "name", "id"], name="ehr_insurance_by_origin"),
            models.Index(
                fields=["name", "id"],
                condition=models.Q(is_active=False),
                name="ehr_insurance_inactive",
            ),
            TrigramIndex(fields=["search_text"], name="ehr_insurance_by_words"),
            # look-alikes: the same insurance entered twice
            # with all that finding those among all insurances takes
            models.Index(
                fields=["name_key", "near_key", "is_active", "id"], name="ehr_insurance_look_alikes"
            ),
            # the counterpart of an orphan
            models.Index(fields=["near_key"], name="ehr_insurance_by_building"),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        zip_code = normal_zip(self.zip_code)
        self.name = drop_down_name(
            self.company_name, self.plan_name, self.street_1, self.street_2, zip_code
        )
        super().derive()


class Patient(Person):
    """A person treated. The chart number is how PM knows the same person."""

    home = Origin.EHR
    chosen_while_active = ("primary_insurance", "secondary_insurance")

    primary_insurance = models.ForeignKey(
        Insurance, models.PROTECT, null=True, blank=True, related_name="primary_patients"
    )
    secondary_insurance = models.ForeignKey(
        Insurance, models.PROTECT, null=True, blank=True, related_name="secondary_patients"
    )

    objects: ClassVar[PatientQuerySet] = PatientQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta(Person.Meta):
        verbose_name = "EHR patient"

    def questions(self, edited: Collection[str]) -> list[Question]:
        """Ask also about one insurance that is both primary and secondary."""
        asked = super().questions(edited)
        primary = self.primary_insurance
        if (
            primary
            and self.primary_insurance_id == self.secondary_insurance_id
            and not {"primary_insurance", "secondary_insurance"}.isdisjoint(edited)
        ):
            text = (
                "is both primary and secondary. Choose another for one of them, or save again to"
                " keep both."
            )
            asked.append(Question(f"twice:{primary.pk}", text, primary))
        return asked
