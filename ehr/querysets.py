"""Questions about the EHR's records, in clinical staff's words."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from kareo.records import RecordQuerySet

if TYPE_CHECKING:
    from ehr.models import Insurance, Patient  # noqa: F401  # in strings


class PatientQuerySet(RecordQuerySet["Patient"]):
    def using_insurance(self, *insurances: "Insurance | int") -> Self:
        """Return the patients who have one of `insurances` as their primary or secondary."""
        either = Q(primary_insurance__in=insurances) | Q(secondary_insurance__in=insurances)
        return self.filter(either)
