"""What a plan and an insurance say to each other: which field is which, and where they differ."""

from collections.abc import Mapping
from typing import Any

from kareo.records import Record
from pm.models import InsurancePlan
from sync.pairs.sides import side_of

# The fields that cross over, by the EHR's names. Contact, notes, program and payer ID stay where
# they are; the company's name goes from PM to the EHR only.
SHARED = (
    *("plan_name", "street_1", "street_2", "city", "state", "zip_code"),
    *("phone", "fax", "is_active"),
)

# {field: [before, after]}
Changes = dict[str, list[Any]]


def given_by(record: Record) -> dict[str, Any]:
    """Return the values that a plan or insurance gives its counterpart, by the other's names."""
    here = side_of(record)
    values = {here.other.field(name): getattr(record, here.field(name)) for name in SHARED}
    if isinstance(record, InsurancePlan):
        return {"company_name": record.company.name, **values}
    return values


def differences(record: Record, values: Mapping[str, Any]) -> Changes:
    """Return what writing `values` would change on `record`."""
    return {
        name: [getattr(record, name), value]
        for name, value in values.items()
        if getattr(record, name) != value
    }
