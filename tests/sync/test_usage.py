"""Who still has a plan or an insurance, said when it is deactivated."""

import pytest

from sync import usage
from tests.factories import (
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
    insurance_of,
    plan_of,
)

pytestmark = pytest.mark.django_db


def test_users_are_counted_on_both_sides_each_patient_once():
    plan = PlanFactory()
    insurance = insurance_of(plan)
    EHRPatientFactory(primary_insurance=insurance, secondary_insurance=insurance)
    EHRPatientFactory(primary_insurance=insurance)
    EHRPatientFactory(primary_insurance=InsuranceFactory(), secondary_insurance=insurance)
    EHRPatientFactory()
    PolicyFactory(plan=plan)
    PolicyFactory(plan=plan, is_active=False)

    said = "No longer offered in either system. 3 EHR patients and 1 PM policy still have it."
    assert usage.users_in_words([plan.pk], {plan.pk: insurance}) == {plan.pk: said}
    assert usage.users_in_words([insurance.pk], {insurance.pk: plan}) == {insurance.pk: said}


def test_users_of_several_are_counted_apart():
    plans = PlanFactory.create_batch(2)
    insurances = {plan.pk: insurance_of(plan) for plan in plans}
    EHRPatientFactory(secondary_insurance=insurances[plans[0].pk])
    PolicyFactory.create_batch(2, plan=plans[1])

    words = usage.users_in_words([plan.pk for plan in plans], insurances)

    assert "1 EHR patient and 0 PM policies" in words[plans[0].pk]
    assert "0 EHR patients and 2 PM policies" in words[plans[1].pk]


def test_a_record_without_a_counterpart_is_left_out_and_nobody_is_asked(statements):
    insurance = InsuranceFactory()
    counterparts = {insurance.pk: plan_of(insurance)}

    with statements() as sent:
        assert usage.users_in_words([404], counterparts) == {}
        assert usage.users_in_words([], {}) == {}

    assert sent == []
