"""Saving one record: what is noted and derived, in which order, by every way of saving."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from ehr.models import Insurance
from kareo.records import Origin, saving
from kareo.records.acting import acting
from pm.models import InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from tests.editing import edit
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    anew,
    insurance_of,
    plan_of,
)

pytestmark = pytest.mark.django_db


def test_a_new_record_says_where_it_comes_from_who_made_it_and_when() -> None:
    with acting("kim"):
        plan = PlanFactory()

    plan = anew(plan)
    assert (plan.origin, plan.created_by, plan.updated_by) == (Origin.PM, "kim", "kim")
    assert plan.version == 1
    assert timezone.now() - plan.created_at < datetime.timedelta(minutes=1)
    insurance = insurance_of(plan)
    assert (insurance.origin, insurance.created_by) == (Origin.PM, "kim")
    assert InsuranceFactory().origin == Origin.EHR


def test_an_edit_notes_who_changed_it_and_keeps_who_made_it() -> None:
    with acting("kim"):
        plan = PlanFactory()
    created_at, updated_at = plan.created_at, plan.updated_at

    with acting("lee"):
        edit(plan, phone="800-555-0100")

    plan = anew(plan)
    assert (plan.created_by, plan.updated_by) == ("kim", "lee")
    assert plan.created_at == created_at
    assert plan.updated_at > updated_at
    assert insurance_of(plan).updated_by == "lee"


def test_an_origin_that_was_given_stays() -> None:
    assert anew(CompanyFactory(origin=Origin.IMPORT)).origin == "import"


def test_before_is_none_on_a_new_record_and_the_stored_state_after() -> None:
    plan = PlanFactory(name="HMO")
    before = plan.before
    assert before is None

    edit(plan, name="PPO")

    before = plan.before
    assert before is not None
    assert (before.name, before.version) == ("HMO", 1)
    assert (plan.name, plan.version) == ("PPO", 2)


def test_before_is_what_is_stored_not_what_was_read() -> None:
    plan = PlanFactory(name="HMO")
    InsurancePlan.objects.update(name="Changed behind the rules")

    edit(plan, name="PPO")

    assert plan.before is not None
    assert plan.before.name == "Changed behind the rules"


def test_locks_are_taken_before_the_stored_row_is_read() -> None:
    plan = PlanFactory(name="HMO")

    def rename_meanwhile(records: list[InsurancePlan], **kwargs: Any) -> None:
        InsurancePlan.objects.update(name="Renamed while we waited for the lock")

    saving.connect(rename_meanwhile, InsurancePlan)
    try:
        edit(plan, phone="800-555-0100")
    finally:
        saving.disconnect(rename_meanwhile, InsurancePlan)

    assert plan.before is not None
    assert plan.before.name == "Renamed while we waited for the lock"


def test_fields_are_derived_whatever_was_typed() -> None:
    company = CompanyFactory(name="Blue-Cross, Inc.", **{**AETNA_ADDRESS, "zip_code": "926171234"})

    company = anew(company)
    assert company.zip_code == "92617-1234"
    assert company.name_key == "bluecross"
    assert company.address_key
    assert company.address_key_version > 0
    assert company.name_key_version > 0


def test_a_new_record_may_bring_its_own_key() -> None:
    company = CompanyFactory(pk=4711)

    assert anew(company).version == 1
    assert company.before is None


def test_update_fields_writes_what_derives_and_leaves_the_rest_as_stored() -> None:
    insurance = InsuranceFactory(plan_name="HMO", phone="800-555-0100")
    insurance.plan_name, insurance.phone = "PPO", "999-555-0000"

    insurance.save(update_fields=["plan_name"])

    stored = anew(insurance)
    assert stored.name == insurance.name
    assert " – PPO – " in stored.name
    assert stored.phone == insurance.phone == "800-555-0100"
    assert stored.version == insurance.version == 2
    plan = plan_of(insurance)
    assert (plan.name, plan.phone) == ("PPO", "800-555-0100")


def test_update_fields_takes_the_name_of_a_relation_or_of_its_column() -> None:
    plan, cigna, humana = PlanFactory(), CompanyFactory(name="Cigna"), CompanyFactory(name="Humana")

    plan.company = cigna
    plan.save(update_fields=["company"])
    assert insurance_of(plan).company_name == "Cigna"

    plan.company = humana
    plan.save(update_fields=["company_id"])
    assert insurance_of(plan).company_name == "Humana"


def test_update_fields_does_not_mind_a_fixed_field_that_it_does_not_write() -> None:
    insurance = InsuranceFactory(company_name="Aetna")
    insurance.company_name, insurance.phone = "Cigna", "800-555-0100"

    insurance.save(update_fields=["phone"])

    assert (insurance.company_name, anew(insurance).phone) == ("Aetna", "800-555-0100")


def test_every_way_of_saving_one_record_propagates() -> None:
    company = CompanyFactory()
    values = {"company": company, **AETNA_ADDRESS}
    created = InsurancePlan.objects.create(name="A", **values)
    got, made = InsurancePlan.objects.get_or_create(name="B", defaults=values)
    assert made
    again, made = InsurancePlan.objects.get_or_create(name="B", defaults=values)
    assert (again, made) == (got, False)
    updated, made = InsurancePlan.objects.update_or_create(name="C", defaults=values)
    assert made
    _, made = InsurancePlan.objects.update_or_create(name="C", defaults={"phone": "800-555-0100"})
    assert not made

    assert [insurance_of(plan).plan_name for plan in (created, got, updated)] == ["A", "B", "C"]
    assert insurance_of(updated).phone == "800-555-0100"
    assert InsuranceLink.objects.count() == 3
    edits = SyncEvent.objects.filter(rule="pm-plan-edited")
    assert edits.get().source_changes == {"phone": ["", "800-555-0100"]}


def test_a_copy_without_a_key_is_inserted() -> None:
    plan = PlanFactory()
    copy = InsurancePlan.objects.get(pk=plan.pk)
    copy.pk = None

    copy.save()

    assert InsurancePlan.objects.count() == Insurance.objects.count() == 2
    assert copy.pk not in (None, plan.pk)
