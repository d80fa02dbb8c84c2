"""What is stored, as plain rows. A relation holds the key of the other row."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from tests.soak.model.reference.vocabulary import (
    ADDRESS,
    NAMES,
    STORED_PAYER_IDS,
    STORED_PHONES,
    STORED_ZIPS,
    where,
)

Ref = tuple[str, int]  # the label of a model, the key of a row
Changes = dict[str, list[Any]]  # {field: [before, after]}, another row as {"id", "text"}

COMPANY, PLAN, INSURANCE = "pm.InsuranceCompany", "pm.InsurancePlan", "ehr.Insurance"
PM_PATIENT, POLICY, EHR_PATIENT = "pm.Patient", "pm.InsurancePolicy", "ehr.Patient"


@dataclass
class Row:
    """What all rows have. `derived` is what the derived fields were made of, when that was done."""

    label: ClassVar[str]
    home: ClassVar[str]
    entered: ClassVar[tuple[str, ...]]
    relations: ClassVar[dict[str, str]] = {}
    derives_from: ClassVar[tuple[str, ...]] = ()

    key: int = 0
    is_active: bool = True
    origin: str = ""
    version: int = 1
    created_by: str = ""
    updated_by: str = ""
    derived: tuple[Any, ...] = ()

    @property
    def ref(self) -> Ref:
        return self.label, self.key

    def derive(self) -> None:
        self.derived = self.sources()

    def sources(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.derives_from)


@dataclass
class Entry(Row):
    """An entry of an insurance list: it stands somewhere and has a name, or two."""

    names: ClassVar[tuple[str, ...]] = ("name",)

    street_1: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    phone: str = ""
    fax: str = ""
    notes: str = ""
    spot: int = 0
    building: int = 0
    named: tuple[int, ...] = ()

    @property
    def address(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in ADDRESS)

    @property
    def street(self) -> str:
        return f"{self.street_1} {self.street_2}".strip()

    def derive(self) -> None:
        self.zip_code = STORED_ZIPS.get(self.zip_code, self.zip_code)
        self.phone = STORED_PHONES.get(self.phone, self.phone)
        self.fax = STORED_PHONES.get(self.fax, self.fax)
        self.spot, self.building = where(self.address)
        self.named = tuple(NAMES[getattr(self, name)] for name in self.names)
        super().derive()


@dataclass
class Company(Entry):
    label = COMPANY
    home = "PM"
    entered = (
        *("is_active", "name", "other_names", *ADDRESS, "program", "payer_id"),
        *("phone", "fax", "contact_name", "notes"),
    )
    derives_from = ("name", "other_names", *ADDRESS, "payer_id", "phone")

    name: str = ""
    other_names: str = ""
    program: str = "commercial"
    payer_id: str = ""
    contact_name: str = ""

    @property
    def others(self) -> dict[int, str]:
        """The other names, {which name it is: its first spelling}."""
        found: dict[int, str] = {}
        for line in self.other_names.split("\n"):
            if line:
                found.setdefault(NAMES[line], line)
        return found

    def derive(self) -> None:
        self.payer_id = STORED_PAYER_IDS.get(self.payer_id, self.payer_id)
        others = self.others
        others.pop(NAMES[self.name], None)
        self.other_names = "\n".join(others.values())
        super().derive()


@dataclass
class Plan(Entry):
    label = PLAN
    home = "PM"
    entered = ("is_active", "company", "name", *ADDRESS, "phone", "fax", "contact_name", "notes")
    relations = {"company": COMPANY}
    derives_from = ("name", *ADDRESS, "phone")

    company: int = 0
    name: str = ""
    contact_name: str = ""


@dataclass
class Insurance(Entry):
    label = INSURANCE
    home = "EHR"
    entered = ("is_active", "company_name", "plan_name", *ADDRESS, "phone", "fax", "notes")
    names = ("company_name", "plan_name")
    derives_from = ("company_name", "plan_name", *ADDRESS, "phone")

    company_name: str = ""
    plan_name: str = ""
    name: str = ""

    def derive(self) -> None:
        super().derive()
        self.name = f"{self.company_name} – {self.plan_name} – {self.street}, {self.zip_code}"


PERSON = ("is_active", "chart_number", "last_name", "first_name", "date_of_birth")


@dataclass
class Person(Row):
    derives_from = PERSON[1:]

    chart_number: str = ""
    last_name: str = ""
    first_name: str = ""
    date_of_birth: date | None = None


@dataclass
class PMPatient(Person):
    label = PM_PATIENT
    home = "PM"
    entered = PERSON


@dataclass
class EHRPatient(Person):
    label = EHR_PATIENT
    home = "EHR"
    entered = (*PERSON, "primary_insurance", "secondary_insurance")
    relations = dict.fromkeys(("primary_insurance", "secondary_insurance"), INSURANCE)

    primary_insurance: int | None = None
    secondary_insurance: int | None = None


@dataclass
class Policy(Row):
    label = POLICY
    home = "PM"
    entered = (
        *("is_active", "patient", "plan", "rank", "policy_number", "relationship"),
        *("effective_on", "ends_on"),
    )
    relations = {"patient": PM_PATIENT, "plan": PLAN}

    patient: int = 0
    plan: int = 0
    rank: str = "primary"
    policy_number: str = ""
    relationship: str = "self"
    effective_on: date | None = None
    ends_on: date | None = None


KINDS: dict[str, type[Row]] = {
    kind.label: kind for kind in (Company, Plan, Insurance, PMPatient, Policy, EHRPatient)
}


@dataclass
class Link:
    plan: int
    insurance: int
    stale_name: bool = False
    differs: bool = False


@dataclass
class Event:
    """An entry of the log. `created` and `link` are what it says of undoing it."""

    rule: str
    outcome: str
    source: Ref
    source_text: str
    target: Ref | None = None
    target_text: str = ""
    source_changes: Changes = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)
    reason: dict[str, Any] = field(default_factory=dict)
    created: list[Ref] = field(default_factory=list)
    link: tuple[int, int] | None = None
    deleted: bool = False
    actor: str = ""
    batch: int = 0
