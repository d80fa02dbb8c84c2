"""PM's own records. They know nothing of the EHR."""

from pm.models.patients import InsurancePolicy, Patient
from pm.models.payers import InsuranceCompany, InsurancePlan, OtherName

__all__ = ["InsuranceCompany", "InsurancePlan", "InsurancePolicy", "OtherName", "Patient"]
