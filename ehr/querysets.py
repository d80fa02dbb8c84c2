"""Questions about the EHR's records, in clinical staff's words."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from kareo.records import RecordQuerySet

if TYPE_CHECKING:  # named as strings in the base classes, where ruff doesn't see them
    from ehr.models import Insurance, Patient  # noqa: F401  # in strings


class InsuranceQuerySet(RecordQuerySet["Insurance"]):
    def at_zip(self, zip_code: str) -> Self:
        """Return the insurances whose address has this ZIP, with or without its last four."""
        return self.filter(zip_code__startswith=zip_code[:5])


class PatientQuerySet(RecordQuerySet["Patient"]):
    def using_insurance(self, *insurances: "Insurance | int") -> Self:
        """Return the patients who have one of `insurances` as their primary or secondary."""
        return self.filter(
            Q(primary_insurance__in=insurances) | Q(secondary_insurance__in=insurances)
        )
