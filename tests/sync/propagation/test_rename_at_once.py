"""A rename and what comes under the company at the same moment count each other."""

from collections.abc import Callable

import pytest

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from tests.conftest import AtOnce
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12  # without the lock, one of the first eight went wrong


def add_plan(company: InsuranceCompany, number: int) -> None:
    InsurancePlan(company=company, name=f"New {number}", **AETNA_ADDRESS).save()


def add_insurance(company: InsuranceCompany, number: int) -> None:
    Insurance(company_name="Aetna", plan_name=f"New {number}", **AETNA_ADDRESS).save()


def move_plan(company: InsuranceCompany, number: int) -> None:
    plan = InsurancePlan.objects.get(company__name="Elsewhere")
    plan.company = InsuranceCompany.objects.get(pk=company.pk)
    plan.save()


@pytest.mark.parametrize("come", [add_plan, add_insurance, move_plan])
def test_the_number_of_stale_names_is_right_after_both(
    at_once: AtOnce, come: Callable[[InsuranceCompany, int], None]
) -> None:
    company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    PlanFactory(company=company)
    elsewhere = CompanyFactory(name="Elsewhere")
    for number in range(ROUNDS):
        PlanFactory(company=elsewhere)
        mine = InsuranceCompany.objects.get(pk=company.pk)
        seen = InsuranceCompany.objects.get(pk=company.pk)
        mine.name = f"Aetna {number}"

        at_once(mine.save, lambda seen=seen, number=number: come(seen, number))

        events = SyncEvent.objects.filter(source_changes__has_key="name", source_id=mine.pk)
        renamed = events.filter(source_model="pm.InsuranceCompany").latest("pk")
        shown = InsuranceLink.objects.filter(plan__company=company)
        stale = shown.exclude(insurance__company_name=mine.name).count()
        assert renamed.reason.get("count", 0) == stale, number
        InsurancePlan.objects.filter(company=elsewhere).delete()
