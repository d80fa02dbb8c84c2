"""The records that hostile requests are about: one in each state, with markup in their texts."""

from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.db.models import Model

from kareo.people.models import AccessEvent, note
from sync.models import SyncEvent
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
)
from tests.soak.hostile.values import MARKER, TYPEABLE

TEXT = f"{TYPEABLE} {MARKER}"
PASSWORD = "Zq7-correct-horse"
ROLES = ("Front desk", "Billing", "Clinical staff")

Records = dict[str, list[Any]]  # by the label of their model


def plant() -> Records:
    """Store them as the program does, so that each has its link and its events."""
    place = AETNA_ADDRESS | {"street_2": TEXT[:60]}
    company = CompanyFactory(name=TYPEABLE, notes=TYPEABLE, payer_id="ZQ7", **AETNA_ADDRESS)
    alike = CompanyFactory(name=TEXT, notes=TEXT, contact_name=TEXT, payer_id="ZQ8", **place)
    plan = PlanFactory(company=company, name=TYPEABLE, notes=TYPEABLE, **AETNA_ADDRESS)
    spare = PlanFactory(company=alike, name=TEXT, notes=TEXT, **place)
    policy = PolicyFactory(plan=plan, patient__last_name=TYPEABLE)
    marked = PolicyFactory(plan=spare, patient__last_name=TEXT, policy_number=TEXT[:30])
    edit(company, name=f"{TYPEABLE} now")  # leaves a stale name
    edit(alike, name=f"{TEXT} now")
    treated = EHRPatientFactory(
        chart_number=policy.patient.chart_number,
        primary_insurance=insurance_of(plan),
        secondary_insurance=insurance_of(spare),
    )
    unused = InsuranceFactory(company_name=TEXT, plan_name=TEXT, notes=TEXT)
    lone, alone = orphan_plan(company=alike, name="Lone"), orphan_insurance(company_name=TEXT)
    named: dict[str, Any] = {"first_name": TEXT[:60], "is_staff": True}
    note(AccessEvent.What.LOGGED_IN, actor=TEXT[:100], ip_address="10.0.0.7")
    return {
        "pm.InsuranceCompany": [company, alike],
        "pm.InsurancePlan": [plan, spare, lone],
        "pm.Patient": [policy.patient, marked.patient, PMPatientFactory()],
        "pm.InsurancePolicy": [policy, marked],
        "ehr.Insurance": [insurance_of(plan), unused, alone],
        "ehr.Patient": [treated, EHRPatientFactory(last_name=TEXT)],
        "auth.User": [
            User.objects.create_user("kim", is_staff=True),
            User.objects.create_user(f"staff {MARKER}", **named),
        ],
        "auth.Group": [Group.objects.get(name="Billing"), Group.objects.create(name=TEXT)],
        "axes.AccessAttempt": [
            AccessAttempt.objects.create(
                username=TEXT, ip_address="10.0.0.7", user_agent=TEXT, failures_since_start=9
            )
        ],
        "people.AccessEvent": [*AccessEvent.objects.all()],
        "sync.SyncEvent": [*SyncEvent.objects.order_by("pk")],
    }


def users() -> dict[str, User]:
    """Return who sends: a superuser, and one of each role."""
    made = {"superuser": User.objects.create_superuser(f"root {MARKER}", password=PASSWORD)}
    for role in ROLES:
        made[role] = User.objects.create_user(role, password=PASSWORD, is_staff=True)
        made[role].groups.add(Group.objects.get(name=role))
    return made


def keys_of(records: Records) -> list[str]:
    """Return the keys of all, and what refers to some."""
    found: list[Model] = [each for rows in records.values() for each in rows]
    return sorted({str(each.pk) for each in found}) + [
        f"{label}:{rows[-1].pk}" for label, rows in records.items()
    ]
