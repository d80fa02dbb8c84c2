"""How many still have a plan or an insurance, which is told when it is deactivated."""

import pytest

from sync.pairs.sides import EHR, PM
from sync.pairs.usage import Usage, usage_of
from tests.conftest import Statements
from tests.factories import (
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
    insurance_of,
)

pytestmark = pytest.mark.django_db


def test_users_are_counted_on_both_sides_each_patient_once() -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)
    EHRPatientFactory(primary_insurance=insurance, secondary_insurance=insurance)
    EHRPatientFactory(primary_insurance=insurance)
    EHRPatientFactory(primary_insurance=InsuranceFactory(), secondary_insurance=insurance)
    EHRPatientFactory()
    PolicyFactory(plan=plan)
    PolicyFactory(plan=plan, is_active=False)

    for side, record in ((PM, plan), (EHR, insurance)):
        usage = usage_of(side.links_of([record.pk]))
        assert usage == {record.pk: Usage(patients=3, policies=1)}


def test_users_of_several_are_counted_apart() -> None:
    plans = PlanFactory.create_batch(2)
    EHRPatientFactory(secondary_insurance=insurance_of(plans[0]))
    PolicyFactory.create_batch(2, plan=plans[1])

    usage = usage_of(PM.links_of(plan.pk for plan in plans))

    assert usage == {plans[0].pk: Usage(1, 0), plans[1].pk: Usage(0, 2)}


def test_of_no_pair_nobody_is_asked(statements: Statements) -> None:
    with statements() as sent:
        assert usage_of({}) == {}

    assert sent == []
