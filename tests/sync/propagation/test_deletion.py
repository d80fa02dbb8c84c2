"""`pm-plan-deleted` and `ehr-insurance-deleted`: what is unused can go, what is used can't."""

import re
from collections.abc import Callable

import pytest
from django.db.models import ProtectedError

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.sides import EHR, PM
from tests.conftest import Statements
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
    plan_of,
)
from tests.screens import why

pytestmark = pytest.mark.django_db


def one_by_one(*records: Record) -> None:
    for record in records:
        record.delete()


def as_a_set(*records: Record) -> None:
    type(records[0]).objects.filter(pk__in=[record.pk for record in records]).delete()


both_ways = pytest.mark.parametrize("delete", [one_by_one, as_a_set])


@both_ways
def test_an_unused_plan_goes_its_link_ends_and_its_insurance_is_an_orphan(
    delete: Callable[..., None],
) -> None:
    plan = PlanFactory()
    key, text, insurance = plan.pk, str(plan), insurance_of(plan)

    delete(plan)

    assert not InsurancePlan.objects.exists()
    assert not InsuranceLink.objects.exists()
    assert list(EHR.orphans()) == [insurance]
    assert EHR.orphans().get().version == 1
    event = SyncEvent.objects.latest("pk")
    assert (event.rule, event.outcome) == ("pm-plan-deleted", "not_propagated")
    assert (event.source_id, event.source_text) == (key, text)
    assert (event.target_model, event.target_id) == ("ehr.Insurance", insurance.pk)
    assert event.source_changes["street_1"] == [plan.street_1, None]
    assert "notes" not in event.source_changes  # it was blank


@both_ways
def test_an_unused_insurance_goes_its_link_ends_and_its_plan_is_an_orphan(
    delete: Callable[..., None],
) -> None:
    insurance = InsuranceFactory()
    key, plan = insurance.pk, plan_of(insurance)

    delete(insurance)

    assert not Insurance.objects.exists()
    assert not InsuranceLink.objects.exists()
    assert list(PM.orphans()) == [plan]
    event = SyncEvent.objects.latest("pk")
    assert (event.rule, event.outcome) == ("ehr-insurance-deleted", "not_propagated")
    assert (event.source_id, event.target_id) == (key, plan.pk)


def test_deleting_an_orphan_says_that_it_had_no_counterpart() -> None:
    plan, insurance = orphan_plan(), orphan_insurance()

    plan.delete()
    insurance.delete()

    by_insurance, by_plan = SyncEvent.objects.all()[:2]
    assert by_plan.rule == "pm-plan-deleted"
    assert by_insurance.rule == "ehr-insurance-deleted"
    assert why(by_plan) == "It had no insurance in the EHR."
    assert why(by_insurance) == "It had no plan in PM."
    assert by_plan.target_model == by_insurance.target_model == ""


@both_ways
@pytest.mark.parametrize("field", ["primary_insurance", "secondary_insurance"])
def test_a_plan_whose_insurance_an_ehr_patient_uses_stays(
    delete: Callable[..., None], field: str
) -> None:
    unused, plan = PlanFactory(), PlanFactory()
    patient = EHRPatientFactory(**{field: insurance_of(plan)})

    with pytest.raises(ProtectedError) as refused:
        delete(plan)

    assert refused.value.protected_objects == {patient}
    assert InsurancePlan.objects.count() == InsuranceLink.objects.count() == 2
    assert not SyncEvent.objects.filter(rule="pm-plan-deleted").exists()
    delete(unused)


@both_ways
def test_an_insurance_whose_plan_a_pm_policy_uses_stays(delete: Callable[..., None]) -> None:
    policy = PolicyFactory()
    insurance = insurance_of(policy.plan)

    with pytest.raises(ProtectedError) as refused:
        delete(insurance)

    assert refused.value.protected_objects == {policy}
    assert InsuranceLink.objects.count() == 1
    assert not SyncEvent.objects.filter(rule="ehr-insurance-deleted").exists()


@both_ways
def test_a_plan_that_a_policy_uses_stays(delete: Callable[..., None]) -> None:
    policy = PolicyFactory(is_active=False)

    with pytest.raises(ProtectedError) as refused:
        delete(policy.plan)

    assert refused.value.protected_objects == {policy}


@both_ways
@pytest.mark.parametrize("field", ["primary_insurance", "secondary_insurance"])
def test_an_insurance_that_an_ehr_patient_uses_stays(
    delete: Callable[..., None], field: str
) -> None:
    patient = EHRPatientFactory(**{field: InsuranceFactory()})

    with pytest.raises(ProtectedError) as refused:
        delete(getattr(patient, field))

    assert refused.value.protected_objects == {patient}


@both_ways
def test_a_company_with_plans_stays(delete: Callable[..., None]) -> None:
    plan = PlanFactory()

    with pytest.raises(ProtectedError) as refused:
        delete(plan.company)

    assert refused.value.protected_objects == {plan}


@both_ways
def test_a_company_without_plans_goes_and_is_logged(delete: Callable[..., None]) -> None:
    company = CompanyFactory(name="Aetna")
    company.save()  # leaves a `before`

    delete(company)

    assert not InsuranceCompany.objects.exists()
    event = SyncEvent.objects.latest("pk")
    assert (event.rule, event.outcome, why(event)) == ("", "not_propagated", "Deleted.")
    assert event.source_changes["name"] == ["Aetna", None]


def test_in_a_set_with_one_that_is_used_none_goes() -> None:
    used, unused = PlanFactory(), PlanFactory()
    EHRPatientFactory(primary_insurance=insurance_of(used))

    with pytest.raises(ProtectedError):
        as_a_set(unused, used)

    assert InsurancePlan.objects.count() == 2


def test_a_plan_can_go_once_its_last_user_has_left() -> None:
    plan = PlanFactory()
    patient = EHRPatientFactory(secondary_insurance=insurance_of(plan))
    patient.secondary_insurance = None
    patient.save()

    plan.delete()

    assert EHRPatient.objects.exists()
    assert not InsurancePlan.objects.exists()


def test_deleting_what_is_gone_or_an_empty_set_changes_nothing() -> None:
    plan = PlanFactory()
    copy = InsurancePlan.objects.get()
    plan.delete()
    events = SyncEvent.objects.count()

    InsurancePlan.objects.none().delete()
    InsurancePlan.objects.all().delete()

    assert SyncEvent.objects.count() == events
    assert copy.delete()[0] == 0


def test_a_record_deleted_is_gone_from_the_log_of_no_one() -> None:
    plan = PlanFactory()
    history = SyncEvent.objects.about(plan)
    assert history.count() == 1
    insurance = insurance_of(plan)

    plan.delete()

    assert history.count() == 2
    assert {event.rule for event in SyncEvent.objects.about(insurance)} == {
        "pm-plan-added",
        "pm-plan-deleted",
    }


def test_a_record_that_is_gone_already_is_not_logged_as_deleted_again() -> None:
    plan = PlanFactory()
    copy = InsurancePlan.objects.get(pk=plan.pk)
    plan.delete()

    assert copy.delete() == (0, {})
    assert SyncEvent.objects.filter(rule="pm-plan-deleted").count() == 1


def test_a_set_is_decided_and_logged_as_one(statements: Statements) -> None:
    def logged(count: int) -> list[str]:
        plans = [PlanFactory().pk for _ in range(count)]
        with statements() as sent:
            InsurancePlan.objects.filter(pk__in=plans).delete()
        return [sql for sql in sent if re.search('(INSERT INTO|COPY) "sync_syncevent"', sql)]

    assert len(logged(2)) == len(logged(6)) == 1
    assert SyncEvent.objects.filter(rule="pm-plan-deleted").count() == 8
