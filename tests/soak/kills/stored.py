"""What stands in the database, read plainly: rows of values, and what the log says of them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.apps import apps

COMPANY, PLAN, INSURANCE = "pm.InsuranceCompany", "pm.InsurancePlan", "ehr.Insurance"
LABELS = (COMPANY, PLAN, INSURANCE, "pm.Patient", "pm.InsurancePolicy", "ehr.Patient")

Row = dict[str, Any]
Key = tuple[str, int]  # of a record: its model's label, and its key


@dataclass
class Stored:
    rows: dict[Key, Row]
    links: dict[int, Row]
    events: list[Row]  # in their order

    def of(self, label: str) -> dict[int, Row]:
        return {key: row for (model, key), row in self.rows.items() if model == label}

    def by_record(self) -> dict[Key, list[Row]]:
        """Return the history of each record that the log names."""
        histories: dict[Key, list[Row]] = defaultdict(list)
        for event in self.events:
            for key in {source(event), target(event)} - {None}:
                histories[key].append(event)  # type: ignore[index]  # None is taken out
        return histories


def read() -> Stored:
    rows = {(label, row["id"]): row for label in LABELS for row in rows_of(label)}
    links = {row["id"]: row for row in rows_of("sync.InsuranceLink")}
    return Stored(rows, links, rows_of("sync.SyncEvent"))


def rows_of(label: str) -> list[Row]:
    """Return all rows of the model `label`, by their keys."""
    return list(apps.get_model(label)._base_manager.order_by("pk").values())


def source(event: Row) -> Key:
    return event["source_model"], event["source_id"]


def target(event: Row) -> Key | None:
    return (event["target_model"], event["target_id"]) if event["target_model"] else None


def written_by(event: Row, record: Key) -> dict[str, list[Any]]:
    """Return {column: [before, after]} of what the event says was written to `record`."""
    changes: dict[str, list[Any]] = {}
    if source(event) == record:
        changes |= event["source_changes"]
    if target(event) == record:
        changes |= event["changes"]
    model = apps.get_model(record[0])
    return {
        model._meta.get_field(name).attname: [plain(before), plain(after)]
        for name, (before, after) in changes.items()
    }


def plain(value: Any) -> Any:
    """Return a value of a row, of the log or of a told line as all three can be compared."""
    if isinstance(value, dict):  # a reference
        return value["id"]
    return value if isinstance(value, str | int | bool | type(None)) else str(value)
