"""Load the demo practice and its users, each record by the model's own save."""

from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

import ehr.models
import pm.models
from ehr.models import Insurance
from kareo.people.passwords import of_demo
from kareo.records.acting import acting
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.demo import practice


class DemoUser(NamedTuple):
    username: str
    role: str  # a group of sync.roles; none for a superuser
    may: str

    @property
    def password(self) -> str:
        return of_demo(self.username)


USERS = (
    DemoUser("admin", "", "do everything"),
    DemoUser("frontdesk", "Front desk", "enter insurances and patients in PM, change EHR patients"),
    DemoUser("billing", "Billing", "do everything in PM, see the EHR"),
    DemoUser("clinical", "Clinical staff", "enter insurances and patients in the EHR, see PM"),
)
PATIENTS = (pm.models.Patient, ehr.models.Patient)
RECORDS: tuple[Any, ...] = (InsuranceCompany, InsurancePlan, Insurance, *PATIENTS)


def make_users() -> None:
    """Create the demo users that are missing. Whoever is there keeps password and rights."""
    there = set(User.objects.values_list("username", flat=True))
    with transaction.atomic():
        for demo in USERS:
            if demo.username not in there:
                rights: dict[str, Any] = {"is_staff": True, "is_superuser": not demo.role}
                user = User.objects.create_user(demo.username, password=demo.password, **rights)
                user.groups.set(Group.objects.filter(name=demo.role))


def load() -> bool:
    """Load the demo practice, all or nothing, unless a record is there. Return whether it did."""
    with transaction.atomic():
        if any(model.objects.exists() for model in RECORDS):
            return False
        enter_pm_list()
        enter_ehr_additions()
        enter_patients()
        change_some()
    return True


def enter_pm_list() -> None:
    with acting("billing"):
        for name, payer_id, place, phone, program in practice.COMPANIES:
            company = InsuranceCompany(name=name, payer_id=payer_id, program=program, **place)
            company.phone = phone
            company.save()
            for of, plan, claims in practice.PLANS:
                if of == name:
                    InsurancePlan(company=company, name=plan, phone=phone, **claims).save()
        # Before the EHR asks who is at its address.
        InsuranceCompany.objects.filter(name="Coventry Health Care").change(is_active=False)


def enter_ehr_additions() -> None:
    with acting("clinical"):
        for company_name, plan_name, place in practice.EHR_ADDITIONS:
            Insurance(company_name=company_name, plan_name=plan_name, **place).save()


def enter_patients() -> None:
    plans = {plan.name: plan for plan in InsurancePlan.objects.select_related("link__insurance")}
    for number, *values in practice.PATIENTS:
        person: dict[str, Any] = dict(zip(practice.PERSON, (number, *values), strict=True))
        if number in practice.IN_PM:
            with acting("frontdesk"):
                patient = pm.models.Patient(**person)
                patient.save()
                enter_policies(patient, plans)
        if names := practice.IN_EHR.get(number):
            insurances = [plans[name].link.insurance for name in names]
            ranks = ("primary_insurance", "secondary_insurance")
            person |= zip(ranks, insurances, strict=False)
            with acting("clinical"):
                ehr.models.Patient(**person).save()


def enter_policies(patient: pm.models.Patient, plans: dict[str, InsurancePlan]) -> None:
    number, year, ranks = patient.chart_number, timezone.localdate().year, InsurancePolicy.Rank
    this_year: dict[str, Any] = {"effective_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
    this_year |= zip(practice.INSURED_BY, practice.INSURED.get(number, ()), strict=False)
    ranked = zip(ranks, practice.IN_PM[number], strict=False)
    policies = [(f"{number}-{rank[0].upper()}", rank, name, this_year) for rank, name in ranked]
    if later := practice.NEXT_YEAR.get(number):
        next_year = {"effective_on": date(year + 1, 1, 1)}
        policies.append((f"{number}-NEXT", ranks.PRIMARY, later, next_year))
    for policy_number, rank, name, values in policies:
        policy = InsurancePolicy(policy_number=policy_number, rank=rank, plan=plans[name], **values)
        policy.patient = patient
        policy.save()


def change_some() -> None:
    """Bring about the states that take time: stale names, orphans, what was deactivated."""
    plans, insurances = InsurancePlan.objects, Insurance.objects
    with acting("billing"):
        InsuranceCompany.objects.filter(name="Health Net").change(name="Wellcare by Health Net")
        plans.get(name="Wellcare No Premium HMO").save()
        InsuranceCompany.objects.filter(name="UnitedHealthcare").change(other_names="UHC")
        plans.get(name="Cigna Connect HMO").delete()
        plans.filter(name="Coventry National PPO").change(is_active=False)
    with acting("clinical"):
        insurances.get(plan_name="Delta Dental PPO").delete()
        insurances.filter(plan_name="TRICARE Prime").change(phone="800-555-0114")
