"""Questions about PM's records, in billing's words."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from kareo.records import RecordQuerySet

if TYPE_CHECKING:  # named as strings in the base classes, where ruff doesn't see them
    from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy  # noqa: F401


class InsuranceCompanyQuerySet(RecordQuerySet["InsuranceCompany"]):
    def at_address(self, *keys: str) -> Self:
        """Return the companies at addresses with these keys; an empty key matches nothing."""
        return self.filter(address_key__in=[key for key in keys if key])


class InsurancePlanQuerySet(RecordQuerySet["InsurancePlan"]):
    def at_zip(self, zip_code: str) -> Self:
        """Return the plans whose claims address has this ZIP, with or without its last four."""
        return self.filter(zip_code__startswith=zip_code[:5])


class InsurancePolicyQuerySet(RecordQuerySet["InsurancePolicy"]):
    def overlapping(self, policy: "InsurancePolicy") -> Self:
        """Return the other active policies of the patient that hold `policy`'s rank on its days."""
        days = Q()
        if policy.effective_on:
            days &= Q(ends_on__isnull=True) | Q(ends_on__gte=policy.effective_on)
        if policy.ends_on:
            days &= Q(effective_on__isnull=True) | Q(effective_on__lte=policy.ends_on)
        return (
            self.active()
            .filter(days, patient_id=policy.patient_id, rank=policy.rank)
            .exclude(pk=policy.pk)
        )
