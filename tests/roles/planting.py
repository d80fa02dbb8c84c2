"""Stored records of every model, with the words of `secrets` in all their texts."""

import datetime
from itertools import count
from typing import Any
from uuid import uuid4

from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateField, Model, QuerySet, TextField
from django.utils import timezone

from kareo.pages.sending.models import SentPage
from kareo.people.models import AccessEvent
from kareo.records import Record
from kareo.records.fields import PhoneField
from pm.models import InsuranceCompany, InsurancePolicy, OtherName
from sync.models import DriftReport, InsuranceLink, SyncEvent
from sync.rules.reasons import imported
from sync.screens.wording.records import field_of
from tests.editing import edit
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
    plan_of,
)
from tests.roles.kinds import MODELS
from tests.roles.secrets import DETAILS, NAMES, name_of

Records = dict[str, list[Any]]  # by the letter of their model; the first is used, the last isn't

CHART = "C-0001"  # of both patients, who are one person
LETTERS = {label: letter for letter, label in MODELS.items()}
# Left as they are: chart numbers lead from one list to the other, and cities are all the same.
PLAIN = {"chart_number", "city", "state", "zip_code"}
ADDRESS = {"street_1", "street_2"}
# What a record is called by; all texts where there is no other secret of it.
CALLED = {
    "C": {"name", "other_names", "payer_id"},
    "P": {"name", *ADDRESS},
    "I": {"company_name", "plan_name", *ADDRESS},
}
WITHOUT = {"C": ADDRESS}  # where insurances are matched


def plant() -> Records:
    """Return the planted records. All is written as raw SQL would, so that nothing crosses over."""
    added = InsuranceFactory(**AETNA_ADDRESS)  # in the EHR, which makes its plan and company
    plan, company = plan_of(added), plan_of(added).company
    used, unused = PlanFactory(company=company), PlanFactory(company=company)
    edit(company, name="Renamed", phone="800-555-0100")
    policy = PolicyFactory(
        plan=plan, patient__chart_number=CHART, rank="secondary", relationship="spouse"
    )
    treated = EHRPatientFactory(
        chart_number=CHART,
        primary_insurance=insurance_of(used),
        secondary_insurance=insurance_of(used),
    )
    lone, alone = orphan_plan(company=company), orphan_insurance()
    PMPatientFactory().delete()
    waiting = PolicyFactory(plan=plan, policy_number="")
    records: Records = {
        "C": [company, CompanyFactory(**AETNA_ADDRESS)],
        "P": [plan, unused, lone],
        "T": [policy.patient, waiting.patient, PMPatientFactory()],
        "Y": [policy],
        "I": [insurance_of(used), insurance_of(unused), alone],
        "E": [treated, EHRPatientFactory()],
    }
    for letter, (first, *_others) in records.items():
        for record in type(first).objects.all():
            _mark(record, letter)
    QuerySet(InsurancePolicy).filter(pk=waiting.pk).update(policy_number="")
    InsuranceLink.objects.update(stale_name=True, differs=True)
    records |= _people()
    for event in SyncEvent.objects.all():
        _mark_event(event)
    records["S"] = list(SyncEvent.objects.order_by("pk"))
    _beside(records)
    return records


def _mark(record: Record, letter: str) -> None:
    for field in record.entered_fields():
        if isinstance(field, DateField):
            date = [word for word in NAMES[letter].words if "/" in word]
            setattr(record, field.name, datetime.datetime.strptime(date[0], "%m/%d/%Y").date())
        elif _is_text(field) and field.name not in PLAIN | WITHOUT.get(letter, set()):
            setattr(record, field.name, _text(field, letter, record.pk))
    details = DETAILS.get(letter, NAMES[letter])
    record.created_by = record.updated_by = details.words[0]
    record.derive()
    columns = [field for field in record._meta.concrete_fields if not field.primary_key]
    values = {field.name: getattr(record, field.attname) for field in columns}
    QuerySet(type(record)).filter(pk=record.pk).update(**values)
    if isinstance(record, InsuranceCompany):
        OtherName.objects.follow([record])


def _is_text(field: Any) -> bool:
    return isinstance(field, CharField | TextField) and not field.choices


def _text(field: Any, letter: str, key: int) -> str:
    secret = DETAILS.get(letter, NAMES[letter])
    if isinstance(field, PhoneField):
        return secret.words[1]
    word = name_of(letter) if field.name in CALLED.get(letter, ()) else secret.words[0]
    return f"{key} {word} Street" if field.name == "street_1" else word


def _mark_event(event: SyncEvent) -> None:
    event.actor, event.undo = "Qzactor", event.undo | {"kept": "Qzundo"}
    event.source_text = name_of(LETTERS[event.source_model])
    event.source_changes = _marked(event.source_changes, event.source_model)
    if event.target_model:
        event.target_text = name_of(LETTERS[event.target_model])
        event.changes = _marked(event.changes, event.target_model)
    if "company" in event.reason:
        event.reason["company"]["text"] = name_of("C")
    event.reason = imported(event.reason, "Qzfile", [1])
    QuerySet(SyncEvent).filter(pk=event.pk).update(
        **{field.name: getattr(event, field.name) for field in event._meta.concrete_fields[1:]}
    )


def _marked(changes: dict[str, list[Any]], label: str) -> dict[str, list[Any]]:
    return {name: [_value(each, label, name) for each in both] for name, both in changes.items()}


def _value(value: Any, label: str, name: str) -> Any:
    field: Any = field_of(label, name)
    if isinstance(value, dict):
        model: type[Model] = field.related_model
        return value | {"text": name_of(LETTERS[model._meta.label])}
    if not isinstance(value, str) or name in PLAIN or not value or not _is_text(field):
        return value
    return _text(field, LETTERS[label], 1)


def _people() -> Records:
    """Store users and a role, of whom and of what they did all logs speak."""
    role = Group.objects.create(name="Qzrole")
    other, chief = (
        User.objects.create(
            username=f"{NAMES[letter].words[0]}-1",
            **dict.fromkeys(("first_name", "last_name"), DETAILS[letter].words[0]),
            email=f"{DETAILS[letter].words[0]}@example.org",
            password=f"md5$Qzhash${'0' * 32}",
            is_staff=True,
            is_superuser=letter == "R",
        )
        for letter in "UR"
    )
    other.groups.add(role)
    Session.objects.create(
        session_key="qzsession0123456789",
        session_data="qzsession",
        expire_date=timezone.now() + datetime.timedelta(days=1),
    )
    return {"U": [other], "R": [chief], "G": [role]}


def _beside(records: Records) -> None:
    """Store what isn't of the two lists, and what no page shows."""
    other, numbers = records["U"][0], count(1)
    attempt = {
        "username": "Qzattempt",
        "user_agent": "Qzattempt",
        "ip_address": "10.9.8.7",
        "path_info": "Qzmistyped",
        "http_accept": "Qzmistyped",
    }
    AccessFailureLog.objects.create(**attempt)
    records["X"] = [
        AccessAttempt.objects.create(
            **attempt, get_data="Qzmistyped", post_data="Qzmistyped", failures_since_start=1
        )
    ]
    records["A"] = [
        AccessEvent.objects.create(
            what=AccessEvent.What.CHANGED,
            actor="Qzaccess",
            about_model=label,
            about_id=records[letter][0].pk,
            about_text="Qzaccess",
            changes={field: ["Qzaccess", f"Qzaccess {next(numbers)}"]},
        )
        for label, letter, field in [("auth.User", "U", "username"), ("auth.Group", "G", "name")]
    ]
    for record in (other, records["R"][0], records["G"][0]):
        LogEntry.objects.create(
            user=other,
            content_type=ContentType.objects.get_for_model(record),
            object_id=str(record.pk),
            object_repr="Qzchanged",
            action_flag=CHANGE,
            change_message='[{"changed": {"fields": ["Qzchanged"]}}]',
        )
    SentPage.objects.create(
        page=uuid4(), typed="", batch=uuid4(), location="/admin/?Qzsent", content="Qzsent"
    )
    DriftReport.objects.create(created_at=timezone.now(), counts={"stale-names": 1})
