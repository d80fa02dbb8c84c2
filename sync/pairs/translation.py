"""What a plan and an insurance say to each other: which field is which, and where they differ."""

from collections.abc import Mapping
from typing import Any

from kareo.records import Record
from pm.models import InsurancePlan
from sync.pairs.sides import side_of

# {field: [before, after]}
Changes = dict[str, list[Any]]


def given_by(record: Record) -> dict[str, Any]:
    """Return the values that a plan or insurance gives its counterpart, by the other's names."""
    here = side_of(record)
    names = zip(here.other.fields, here.fields, strict=True)
    values = {theirs: getattr(record, ours) for theirs, ours in names}
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
