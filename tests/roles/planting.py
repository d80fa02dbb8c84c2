"""One of each record, with a word in its texts that only its readers may find anywhere."""

from dataclasses import dataclass
from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.db.models import CharField, Model, QuerySet, TextField

from kareo.records import Record
from kareo.records.fields import PhoneField
from pm.models import InsuranceCompany, OtherName
from sync.models import InsuranceLink, SyncEvent
from sync.screens.wording.records import field_of
from tests.editing import edit
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.roles.kinds import Kind

CHART = "C-0001"  # of both patients, who are one person


@dataclass(frozen=True)
class Secret:
    """A word, and the models of which whoever may see one may read it."""

    word: str
    shown_with: tuple[tuple[str, ...], ...]

    def may_be_read(self, kind: Kind) -> bool:
        return any(all(map(kind.may_see, labels)) for labels in self.shown_with)


COMPANY, PLAN, INSURANCE = "pm.InsuranceCompany", "pm.InsurancePlan", "ehr.Insurance"
POLICY = ("pm.InsurancePolicy", "pm.Patient")
# A record has in it what another is called that it refers to, as a policy has its plan; but none of
# what else there is to read of that one.
NAMES: dict[str, Secret] = {
    COMPANY: Secret("Qzcarrier", ((COMPANY,), (PLAN,), POLICY)),
    PLAN: Secret("Qzbenefit", ((PLAN,), POLICY)),
    INSURANCE: Secret("Qzdropdown", ((INSURANCE,), ("ehr.Patient",))),
}
SECRETS: dict[str, Secret] = {
    COMPANY: Secret("Qzcompany", ((COMPANY,),)),
    PLAN: Secret("Qzplan", ((PLAN,),)),
    "pm.Patient": Secret("Qzbilled", (("pm.Patient",),)),
    "pm.InsurancePolicy": Secret("Qzpolicy", (POLICY,)),
    INSURANCE: Secret("Qzinsurance", ((INSURANCE,),)),
    "ehr.Patient": Secret("Qztreated", (("ehr.Patient",),)),
    "auth.User": Secret("Qzuser", (("auth.User",),)),
    "auth.Group": Secret("Qzrole", (("auth.Group",), ("auth.User",))),
    "axes.AccessAttempt": Secret("Qzattempt", (("axes.AccessAttempt",),)),
}
ALL = (*NAMES.values(), *SECRETS.values())
PHONES = {label: f"800-555-01{number}" for number, label in enumerate(SECRETS, 10)}
# What saving or repairing an insurance may give it, which is its own then.
GIVEN = {NAMES[COMPANY].word, NAMES[PLAN].word, SECRETS[PLAN].word, PHONES[PLAN]}
PLAIN = {"chart_number", "city", "state", "zip_code"}  # they lead to each other's records
ADDRESS = ("street_1", "street_2")
# What a record is called by, where its names are told.
CALLED = {
    COMPANY: {"name", "other_names", "payer_id"},
    PLAN: {"name", *ADDRESS},
    INSURANCE: {"company_name", "plan_name", *ADDRESS},
}
WITHOUT = {COMPANY: {*ADDRESS}}  # where insurances are matched


def name_of(label: str) -> str:
    return NAMES.get(label, SECRETS[label]).word


def unreadable(kind: Kind) -> list[str]:
    """Return the words that no answer to a user of this kind may have in it."""
    words = [each.word for each in ALL if not each.may_be_read(kind)]
    return words + [
        phone for label, phone in PHONES.items() if not SECRETS[label].may_be_read(kind)
    ]


def plant() -> dict[str, list[Any]]:
    """Return stored records by the label of their model, each with its model's secret in it."""
    company = CompanyFactory(**AETNA_ADDRESS, origin="EHR")
    twin = CompanyFactory(**AETNA_ADDRESS)
    plan, spare = PlanFactory(company=company), PlanFactory(company=company)
    policy = PolicyFactory(plan=plan, patient__chart_number=CHART, rank="secondary")
    edit(company, name="Renamed", phone="800-555-0100")
    insured = EHRPatientFactory(
        chart_number=CHART,
        primary_insurance=insurance_of(spare),
        secondary_insurance=insurance_of(spare),
    )
    lone, alone = orphan_plan(company=company), orphan_insurance()
    gone = PMPatientFactory()
    gone.delete()
    records: dict[str, list[Any]] = {
        COMPANY: [company, twin],
        PLAN: [plan, spare, lone],
        "pm.Patient": [policy.patient],
        "pm.InsurancePolicy": [policy],
        INSURANCE: [insurance_of(plan), insurance_of(spare), alone],
        "ehr.Patient": [insured],
        "auth.User": [User.objects.create_user("other", is_staff=True, first_name="Qzuser")],
        "auth.Group": [Group.objects.create(name="Qzrole")],
        "axes.AccessAttempt": [
            AccessAttempt.objects.create(username="Qzattempt", failures_since_start=1)
        ],
    }
    for label, rows in records.items():
        for record in rows:
            if isinstance(record, Record):
                _mark(type(record)._base_manager.get(pk=record.pk), label)
    InsuranceLink.objects.update(stale_name=True, differs=True)
    for event in SyncEvent.objects.all():
        _mark_event(event)
    records["sync.SyncEvent"] = list(SyncEvent.objects.all())
    return records


def _mark(record: Any, label: str) -> None:
    """Write the secret as raw SQL does: what crosses over has another one on the other side."""
    for field in record.entered_fields():
        is_text = isinstance(field, CharField | TextField) and not field.choices
        if is_text and field.name not in PLAIN | WITHOUT.get(label, set()):
            setattr(record, field.name, _text(field, label, record.pk))
    record.derive()
    columns = [field for field in record._meta.concrete_fields if not field.primary_key]
    values = {field.name: getattr(record, field.attname) for field in columns}
    QuerySet(type(record)).filter(pk=record.pk).update(**values)
    if isinstance(record, InsuranceCompany):
        OtherName.objects.follow([record])


def _text(field: Any, label: str, key: int) -> str:
    if isinstance(field, PhoneField):
        return PHONES[label]
    is_called = field.name in CALLED.get(label, ())
    word = name_of(label) if is_called else SECRETS[label].word
    return f"{key} {word} Street" if field.name == "street_1" else word


def _mark_event(event: SyncEvent) -> None:
    event.source_text = name_of(event.source_model)
    event.source_changes = _marked(event.source_changes, event.source_model)
    if event.target_model:
        event.target_text = name_of(event.target_model)
        event.changes = _marked(event.changes, event.target_model)
    if "company" in event.reason:
        event.reason["company"]["text"] = name_of(COMPANY)
    event.save()


def _marked(changes: dict[str, list[Any]], label: str) -> dict[str, list[Any]]:
    return {name: [_value(each, label, name) for each in both] for name, both in changes.items()}


def _value(value: Any, label: str, name: str) -> Any:
    if isinstance(value, dict):
        model: type[Model] = field_of(label, name).related_model
        return value | {"text": name_of(model._meta.label)}
    if not isinstance(value, str) or name in PLAIN or not value:
        return value
    field: Any = field_of(label, name)
    is_text = isinstance(field, CharField | TextField) and not field.choices
    return _text(field, label, 1) if is_text else value
