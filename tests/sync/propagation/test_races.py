"""Two people whose saves meet half-way, each step in a known order."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models import ProtectedError, Q

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Refused
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from tests.factories import (
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

HALF_WAY = 0.5  # seconds for the second one to finish, unless a lock rightly makes it wait


def meet(first: Callable[[], Any], second: Callable[[], Any]) -> dict[str, Exception]:
    """Run `second` while the transaction of `first` is open, and return what each raised."""
    raised: dict[str, Exception] = {}
    written, done = Event(), Event()

    def run(name: str, function: Callable[[], Any]) -> None:
        try:
            function()
        except (Refused, ProtectedError, IntegrityError) as error:
            raised[name] = error
        finally:
            connections.close_all()

    def begin() -> None:
        try:
            with transaction.atomic():
                first()
                written.set()
                done.wait(HALF_WAY)
        finally:
            written.set()

    def follow() -> None:
        written.wait()
        second()
        done.set()

    threads = [Thread(target=run, args=args) for args in (("first", begin), ("second", follow))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def orphans_in_use() -> list[EHRPatient | InsurancePolicy]:
    """Return whatever a patient uses although its counterpart is gone."""
    patients = EHRPatient.objects.filter(
        Q(primary_insurance__isnull=False, primary_insurance__link=None)
        | Q(secondary_insurance__isnull=False, secondary_insurance__link=None)
    )
    return [*patients, *InsurancePolicy.objects.filter(plan__link=None)]


@pytest.mark.parametrize("field", ["primary_insurance", "secondary_insurance"])
def test_a_plan_is_not_deleted_while_a_new_ehr_patient_takes_its_insurance(field: str) -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)

    raised = meet(lambda: EHRPatientFactory(**{field: insurance}), plan.delete)

    assert orphans_in_use() == []
    assert len(raised) == 1


def test_a_plan_is_not_deleted_while_an_ehr_patient_changes_to_its_insurance() -> None:
    plan, patient = PlanFactory(), EHRPatientFactory()
    patient.secondary_insurance = insurance_of(plan)

    raised = meet(patient.save, InsurancePlan.objects.filter(pk=plan.pk).delete)

    assert orphans_in_use() == []
    assert len(raised) == 1


def test_an_insurance_is_not_deleted_while_a_policy_takes_its_plan() -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)

    raised = meet(lambda: PolicyFactory(plan=plan), insurance.delete)

    assert orphans_in_use() == []
    assert len(raised) == 1


def test_a_patient_who_comes_second_does_not_take_a_deleted_insurance() -> None:
    insurance = insurance_of(PlanFactory())
    key = insurance.pk

    raised = meet(insurance.delete, lambda: EHRPatientFactory(primary_insurance_id=key))

    assert not Insurance.objects.exists()
    assert not EHRPatient.objects.exists()
    assert list(raised) == ["second"]


def test_a_company_is_not_deleted_while_a_plan_is_added_to_it() -> None:
    plan = PlanFactory.build(company=PlanFactory().company)
    company = plan.company
    InsurancePlan.objects.all().delete()

    raised = meet(plan.save, company.delete)

    assert len(raised) == 1
    assert InsurancePlan.objects.count() == InsuranceCompany.objects.count()


def test_two_policies_of_one_rank_that_both_looked_before_either_wrote_do_not_both_stand() -> None:
    patient, plan = PMPatientFactory(), PlanFactory()

    raised = meet(
        lambda: PolicyFactory(patient=patient, plan=plan),
        lambda: PolicyFactory(patient=patient, plan=plan),
    )

    assert list(raised) == ["second"]
    assert InsurancePolicy.objects.count() == 1
