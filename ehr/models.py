"""The EHR's own records. They know nothing of PM."""

from typing import ClassVar

from django.db import models

from ehr.querysets import InsuranceQuerySet, PatientQuerySet
from kareo.records import Origin, PostalAddress, Record
from kareo.records.fields import LineField, LinesField, PhoneField
from kareo.records.names import name_key
from kareo.records.people import Person


class EHRRecord(Record):
    home = Origin.EHR

    class Meta:
        abstract = True


def drop_down_name(
    company_name: str, plan_name: str, street_1: str, street_2: str, zip_code: str
) -> str:
    """Return an insurance as the EHR's drop-down shows it: `company – plan – street, ZIP`.

    >>> drop_down_name("Aetna", "Aetna HMO", "111 Academy Drive", "", "92617")
    'Aetna – Aetna HMO – 111 Academy Drive, 92617'
    """
    street = " ".join(filter(None, [street_1, street_2]))
    return f"{company_name} – {plan_name} – {street}, {zip_code}"


class Insurance(PostalAddress, EHRRecord):
    """One entry of the Insurance drop-down."""

    derived_fields = (*PostalAddress.derived_fields, "name", "name_key")

    company_name = LineField("company name", max_length=150)
    plan_name = LineField("plan name", max_length=150)
    phone = PhoneField()
    fax = PhoneField()
    notes = LinesField()

    # The longest of all its parts, with what stands between them.
    name = models.CharField("insurance", max_length=520, editable=False)
    name_key = models.CharField(max_length=255, editable=False)  # of company and plan

    objects: ClassVar[InsuranceQuerySet] = InsuranceQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        ordering = ("name", "pk")
        indexes = [
            # the drop-down, in its order
            models.Index(fields=["name"], name="ehr_insurance_by_name"),
            # look-alikes: the same insurance entered twice
            models.Index(fields=["name_key"], name="ehr_insurance_by_name_key"),
            # the counterpart of an orphan
            models.Index(fields=["near_key"], name="ehr_insurance_by_building"),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        super().derive()
        self.name_key = name_key(f"{self.company_name} {self.plan_name}")
        self.name = drop_down_name(
            self.company_name, self.plan_name, self.street_1, self.street_2, self.zip_code
        )


class Patient(Person, EHRRecord):
    """A person treated. The chart number is how PM knows the same person."""

    primary_insurance = models.ForeignKey(
        Insurance, on_delete=models.PROTECT, null=True, blank=True, related_name="primary_patients"
    )
    secondary_insurance = models.ForeignKey(
        Insurance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="secondary_patients",
    )

    objects: ClassVar[PatientQuerySet] = PatientQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta(Person.Meta):
        verbose_name = "EHR patient"
