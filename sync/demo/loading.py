"""Load the demo practice and its users, each record by the model's own save."""

import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

import ehr.models
import pm.models
from ehr.models import Insurance
from kareo.records.acting import acting
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.demo.practice import EHR_ADDITIONS, INSURED, NEXT_YEAR, PATIENTS, PM_LIST


class DemoUser(NamedTuple):
    username: str
    role: str  # a group of sync.roles; none for a superuser
    may: str

    @property
    def password(self) -> str:
        return f"demo-{self.username}"


USERS = (
    DemoUser("admin", "", "do everything"),
    DemoUser("frontdesk", "Front desk", "enter insurances and patients in PM, change EHR patients"),
    DemoUser("billing", "Billing", "do everything in PM, see the EHR"),
    DemoUser("clinical", "Clinical staff", "enter insurances and patients in the EHR, see PM"),
)


def make_users() -> None:
    """Create the demo users that are missing. Whoever is there keeps password and rights."""
    there = set(User.objects.values_list("username", flat=True))
    with transaction.atomic():
        for demo in USERS:
            if demo.username in there:
                continue
            user = User.objects.create_user(
                demo.username, password=demo.password, is_staff=True, is_superuser=not demo.role
            )
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


RECORDS: tuple[Any, ...] = (
    InsuranceCompany,
    InsurancePlan,
    Insurance,
    pm.models.Patient,
    ehr.models.Patient,
)


def enter_pm_list() -> None:
    with acting("billing"):
        for company_values, plans in PM_LIST:
            company = InsuranceCompany(**company_values)
            company.save()
            for name, place in plans.items():
                InsurancePlan(company=company, name=name, phone=company.phone, **place).save()
        # Before the EHR asks who is at its address.
        InsuranceCompany.objects.filter(name="Coventry Health Care").change(is_active=False)


def enter_ehr_additions() -> None:
    with acting("clinical"):
        for company_name, plan_name, place in EHR_ADDITIONS:
            Insurance(company_name=company_name, plan_name=plan_name, **place).save()


def enter_patients() -> None:
    year = timezone.localdate().year
    new_year, year_end = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    next_year = datetime.date(year + 1, 1, 1)
    plans = {plan.name: plan for plan in InsurancePlan.objects.select_related("link__insurance")}
    for chart_number, last_name, first_name, born, in_pm, in_ehr in PATIENTS:
        person: dict[str, Any] = {
            "chart_number": chart_number,
            "last_name": last_name,
            "first_name": first_name,
            "date_of_birth": born,
        }
        if in_pm is not None:
            with acting("frontdesk"):
                patient = pm.models.Patient(**person)
                patient.save()
                for rank, plan in in_pm.items():
                    InsurancePolicy(
                        patient=patient,
                        plan=plans[plan],
                        rank=rank,
                        policy_number=f"{chart_number}-{rank[0].upper()}",
                        effective_on=new_year,
                        ends_on=year_end,
                        **INSURED.get(chart_number, {}),
                    ).save()
                if chart_number in NEXT_YEAR:
                    InsurancePolicy(
                        patient=patient,
                        plan=plans[NEXT_YEAR[chart_number]],
                        policy_number=f"{chart_number}-NEXT",
                        effective_on=next_year,
                    ).save()
        if in_ehr is not None:
            primary, secondary = (plans[plan].link.insurance if plan else None for plan in in_ehr)
            with acting("clinical"):
                ehr.models.Patient(
                    **person, primary_insurance=primary, secondary_insurance=secondary
                ).save()


def change_some() -> None:
    """Bring about the states that take time: stale names, orphans, what was deactivated."""
    plans, insurances = InsurancePlan.objects, Insurance.objects
    with acting("billing"):
        InsuranceCompany.objects.filter(name="Health Net").change(name="Wellcare by Health Net")
        plans.get(name="Wellcare No Premium HMO").save()
        plans.get(name="Cigna Connect HMO").delete()
        plans.filter(name="Coventry National PPO").change(is_active=False)
    with acting("clinical"):
        insurances.get(plan_name="Delta Dental PPO").delete()
        insurances.filter(plan_name="TRICARE Prime").change(phone="800-555-0114")
