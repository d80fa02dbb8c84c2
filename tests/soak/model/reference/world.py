"""All that is stored at one moment, and the few ways in which it is written."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, cast

from tests.soak.model.reference.rows import (
    COMPANY,
    INSURANCE,
    KINDS,
    PLAN,
    Changes,
    Company,
    EHRPatient,
    Event,
    Insurance,
    Link,
    Person,
    Plan,
    Policy,
    Ref,
    Row,
)

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
NOT_PROPAGATED = "not_propagated"


class Refusal(Exception):
    """What was asked for is not done: nothing of it."""


class World:
    """The tables, the links, and what was logged since `begin`."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[int, Row]] = {label: {} for label in KINDS}
        self.links: list[Link] = []
        self.log: list[Event] = []
        self.actor = ""
        self.batch = 0
        self.last_key = 0

    def begin(self, actor: str = "") -> None:
        """Begin another action: what is logged from here on is one batch."""
        self.actor = actor
        self.batch += 1

    def all(self, label: str) -> list[Any]:
        """Return the rows of a model, the oldest first."""
        return [self.tables[label][key] for key in sorted(self.tables[label])]

    def get(self, label: str, key: int | None) -> Any:
        return self.tables[label].get(cast(int, key))

    @property
    def companies(self) -> list[Company]:
        return self.all(COMPANY)

    def company_of(self, plan: Plan) -> Company:
        return cast(Company, self.tables[COMPANY][plan.company])

    def link_of(self, row: Row) -> Link | None:
        name = "plan" if row.label == PLAN else "insurance"
        return next((link for link in self.links if getattr(link, name) == row.key), None)

    def counterpart(self, row: Row) -> Any:
        """Return what `row` is linked with, None of an orphan."""
        if (link := self.link_of(row)) is None:
            return None
        is_plan = row.label == PLAN
        return self.get(INSURANCE, link.insurance) if is_plan else self.get(PLAN, link.plan)

    def orphans(self, label: str) -> list[Any]:
        return [row for row in self.all(label) if self.link_of(row) is None]

    def policies_of(self, plan: int) -> list[Policy]:
        return [policy for policy in self.all("pm.InsurancePolicy") if policy.plan == plan]

    def patients_of(self, insurance: int) -> list[EHRPatient]:
        return [
            patient
            for patient in self.all("ehr.Patient")
            if insurance in (patient.primary_insurance, patient.secondary_insurance)
        ]

    # What is written

    def insert(self, row: Row) -> None:
        """Store a new row, with who made it and what derives from it."""
        self.last_key += 1
        row.key, row.origin = self.last_key, row.origin or row.home
        row.created_by = row.updated_by = self.actor
        row.derive()
        self.tables[row.label][row.key] = row

    def write(self, row: Row, values: Mapping[str, Any]) -> tuple[Row, Changes]:
        """Store these values of a row, which is an edit even of none.

        Return the row as it was before, and what changed.
        """
        before = copy(row)
        for name, value in values.items():
            setattr(row, name, value)
        if isinstance(row, Company) and isinstance(before, Company) and before.name != row.name:
            row.other_names = f"{row.other_names}\n{before.name}"
        row.derive()
        row.version, row.updated_by = row.version + 1, self.actor
        return before, self.changes(row, before)

    def delete(self, row: Row) -> None:
        del self.tables[row.label][row.key]

    def tell(
        self,
        rule: str,
        outcome: str,
        source: Row,
        target: Row | None = None,
        link: Link | None = None,
        **more: Any,
    ) -> Event:
        """Log what a rule decided for `source`."""
        event = Event(
            rule,
            outcome,
            source.ref,
            self.text(source),
            target.ref if target else None,
            self.text(target) if target else "",
            link=(link.plan, link.insurance) if link else None,
            actor=self.actor,
            batch=self.batch,
            **more,
        )
        self.log.append(event)
        return event

    # What is said of it

    def text(self, row: Row) -> str:
        """Return what a row is called in the log."""
        match row:
            case Company() | Insurance():
                return row.name
            case Plan():
                company = self.company_of(row)
                return f"{company.name} – {row.name} ({row.street_1}, {row.zip_code})"
            case Policy():
                number = row.policy_number or "no policy number yet"
                return f"{self.text(self.get('pm.Patient', row.patient))} – {row.rank}, {number}"
            case Person():
                return f"{row.last_name}, {row.first_name} ({row.chart_number})"
        raise TypeError(row)

    def named(self, ref: Ref) -> dict[str, Any]:
        label, key = ref
        return {"id": key, "text": self.text(self.get(label, key))}

    def changes(self, now: Row, before: Row | None) -> Changes:
        """Return {field: [before, now]} of what differs; without `before`, of what is filled in."""
        found: Changes = {}
        for name in now.entered:
            was, value = getattr(before, name, None), getattr(now, name)
            if was == value or (before is None and value in ("", False)):
                continue
            found[name] = [self._value(now, name, was), self._value(now, name, value)]
        return found

    def _value(self, row: Row, name: str, value: Any) -> Any:
        if name in row.relations and value is not None:
            return self.named((row.relations[name], value))
        return value


def emptied(changes: Changes) -> Changes:
    """Return what the deletion of a row with these values changes."""
    return {name: [now, None] for name, (_, now) in changes.items()}


def by_key(rows: Iterable[Row]) -> dict[int, Any]:
    return {row.key: row for row in rows}
