"""What a plan and an insurance say to each other: which field is which, and where they differ."""

from collections.abc import Mapping
from typing import Any

from ehr.models import Insurance
from kareo.records import Record
from pm.models import InsurancePlan

# Contact, notes, program and payer ID stay where they are.
PLAN_TO_INSURANCE = {
    "name": "plan_name",
    "street_1": "street_1",
    "street_2": "street_2",
    "city": "city",
    "state": "state",
    "zip_code": "zip_code",
    "phone": "phone",
    "fax": "fax",
    "is_active": "is_active",
}

# {field: [before, after]}
Changes = dict[str, list[Any]]


def as_insurance(plan: InsurancePlan, company_name: str) -> dict[str, Any]:
    """Return the values that `plan` gives its insurance, by the insurance's field names."""
    values = {theirs: getattr(plan, ours) for ours, theirs in PLAN_TO_INSURANCE.items()}
    return {"company_name": company_name, **values}


def as_plan(insurance: Insurance) -> dict[str, Any]:
    """Return the values that `insurance` gives its plan, by the plan's field names."""
    return {ours: getattr(insurance, theirs) for ours, theirs in PLAN_TO_INSURANCE.items()}


def differences(record: Record, values: Mapping[str, Any]) -> Changes:
    """Return what writing `values` would change on `record`."""
    return {
        name: [getattr(record, name), value]
        for name, value in values.items()
        if getattr(record, name) != value
    }
