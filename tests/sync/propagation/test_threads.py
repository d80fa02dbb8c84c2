"""People who save at the same moment. The same tests run on PostgreSQL and SQLite."""

import itertools
from collections import Counter
from typing import Any

import pytest

from ehr.models import Insurance
from kareo.records import StaleRecord
from kareo.records.acting import acting
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.propagation import repair
from tests.conftest import AtOnce
from tests.editing import edit_until_done
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    RecordFactory,
    anew,
    insurance_of,
    orphan_insurance,
)

pytestmark = pytest.mark.django_db(transaction=True)


def both_sides_equal(plan: InsurancePlan) -> bool:
    plan, insurance = anew(plan), insurance_of(plan)
    return (plan.name, plan.phone, plan.is_active) == (
        insurance.plan_name,
        insurance.phone,
        insurance.is_active,
    )


def test_sixteen_adds_of_one_new_address_make_one_company(at_once: AtOnce) -> None:
    def add(number: int) -> None:
        Insurance.objects.create(company_name="Aetna", plan_name=f"Plan {number}", **AETNA_ADDRESS)

    at_once(*(lambda number=number: add(number) for number in range(16)))

    assert InsuranceCompany.objects.count() == 1
    assert InsurancePlan.objects.count() == Insurance.objects.count() == 16
    assert InsuranceLink.objects.count() == 16
    events = Counter(SyncEvent.objects.values_list("rule", "target_model"))
    assert events == {
        ("ehr-insurance-added-unmatched", "pm.InsuranceCompany"): 1,
        ("ehr-insurance-added-unmatched", "pm.InsurancePlan"): 1,
        ("ehr-insurance-added-matched", "pm.InsurancePlan"): 15,
    }


def test_a_company_and_an_insurance_added_at_once_meet_or_the_insurance_came_first(
    at_once: AtOnce,
) -> None:
    def add_company() -> None:
        CompanyFactory(name="Aetna", **AETNA_ADDRESS)

    def add_insurance() -> None:
        InsuranceFactory(company_name="Aetna", **AETNA_ADDRESS)

    at_once(add_company, *[add_insurance] * 7)

    # Without the lock each insurance that misses the others' company makes one of its own.
    assert InsuranceCompany.objects.count() <= 2
    assert InsurancePlan.objects.values("company").distinct().count() <= 2


def test_eight_editors_of_both_sides_of_one_pair_lose_nothing(at_once: AtOnce) -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)
    SyncEvent.objects.all().delete()
    numbers = itertools.count()

    def edit_plan() -> None:
        for _ in range(25):
            edit_until_done(InsurancePlan, plan.pk, phone=f"714-555-{next(numbers):04}")

    def edit_insurance() -> None:
        for _ in range(25):
            edit_until_done(Insurance, insurance.pk, plan_name=f"Name {next(numbers)}")

    at_once(*[edit_plan, edit_insurance] * 4)

    assert both_sides_equal(plan)
    events = SyncEvent.objects.order_by("pk")
    assert Counter(events.values_list("rule", "outcome")) == {
        ("pm-plan-edited", "updated"): 100,
        ("ehr-insurance-edited", "updated"): 100,
    }
    # Each edit started from what the one before it left: no edit was overwritten unseen.
    assert anew(plan).version == anew(insurance).version == 201
    assert events.values("batch").distinct().count() == 200
    for field in ("phone", "plan_name"):
        edits = [e.source_changes[field] for e in events if field in e.source_changes]
        assert [before for before, _ in edits[1:]] == [after for _, after in edits[:-1]]


def test_eight_writers_of_different_records_never_find_the_database_locked(at_once: AtOnce) -> None:
    company = CompanyFactory()

    def write(number: int) -> None:
        with acting(f"user {number}"):
            for step in range(10):
                plan = PlanFactory(company=company, name=f"Plan {number}.{step}")
                insurance = insurance_of(plan)
                insurance.phone = "800-555-0100"
                insurance.save()

    at_once(*(lambda number=number: write(number) for number in range(8)))

    assert InsurancePlan.objects.filter(phone="800-555-0100").count() == 80
    actors = Counter(SyncEvent.objects.exclude(actor="").values_list("actor", flat=True))
    assert actors == {f"user {number}": 20 for number in range(8)}


def test_bulk_changes_racing_with_edits_of_both_sides_do_not_deadlock(at_once: AtOnce) -> None:
    plans = PlanFactory.create_batch(6)
    insurances = [insurance_of(plan) for plan in plans]
    SyncEvent.objects.all().delete()

    def change_plans() -> None:
        for number in range(5):
            InsurancePlan.objects.order_by("-pk").all().change(phone=f"714-555-{number:04}")

    def change_insurances() -> None:
        for number in range(5):
            Insurance.objects.order_by("name").all().change(fax=f"714-556-{number:04}")

    def edit_plans() -> None:
        for plan in plans:
            edit_until_done(InsurancePlan, plan.pk, is_active=False)

    def edit_insurances() -> None:
        for insurance in reversed(insurances):
            edit_until_done(Insurance, insurance.pk, plan_name=f"Name {insurance.pk}")

    at_once(change_plans, change_insurances, edit_plans, edit_insurances, edit_plans)

    assert SyncEvent.objects.count() == 30 + 30 + 6 + 6 + 6
    for plan in plans:
        assert both_sides_equal(plan)
        assert anew(plan).fax == insurance_of(plan).fax == "714-556-0004"


def test_update_or_create_racing_with_edits_of_the_other_side_does_not_deadlock(
    at_once: AtOnce,
) -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)
    numbers = itertools.count()

    def update() -> None:
        for _ in range(15):
            InsurancePlan.objects.update_or_create(
                pk=plan.pk, defaults={"phone": f"714-555-{next(numbers):04}"}
            )

    def edit() -> None:
        for _ in range(15):
            edit_until_done(Insurance, insurance.pk, plan_name=f"Name {next(numbers)}")

    at_once(*[update, edit] * 3)

    assert both_sides_equal(plan)


@pytest.mark.parametrize(
    ("factory", "field"),
    [(PlanFactory, "phone"), (CompanyFactory, "phone"), (PMPatientFactory, "last_name")],
)
def test_of_eight_saves_of_one_version_one_is_done_and_seven_refused(
    at_once: AtOnce, factory: type[RecordFactory[Any]], field: str
) -> None:
    record = factory()
    copies = [anew(record) for _ in range(8)]

    def save(copy: Record, number: int) -> bool:
        setattr(copy, field, f"714-555-{number:04}")
        try:
            copy.save()
        except StaleRecord:
            return False
        return True

    saved = at_once(*(lambda copy=copy, n=n: save(copy, n) for n, copy in enumerate(copies)))

    assert saved.count(True) == 1
    assert getattr(anew(record), field) == f"714-555-{saved.index(True):04}"
    assert anew(record).version == 2


def test_repairs_of_orphans_at_one_new_address_make_one_company(at_once: AtOnce) -> None:
    orphans = [orphan_insurance(**AETNA_ADDRESS) for _ in range(8)]
    InsuranceCompany.objects.all().delete()

    at_once(*(lambda o=orphan: repair(Insurance, [o.pk]) for orphan in orphans))

    assert InsurancePlan.objects.count() == InsuranceLink.objects.count() == 8
    assert InsuranceCompany.objects.count() == 1


def test_one_orphan_repaired_twice_at_once_gets_one_counterpart(at_once: AtOnce) -> None:
    orphan = orphan_insurance()

    at_once(*[lambda: repair(Insurance, [orphan.pk])] * 4)

    assert InsurancePlan.objects.count() == InsuranceLink.objects.count() == 1
    events = SyncEvent.objects.filter(rule="pair-repaired")
    # The three that came second found a pair in sync and compared from PM's side.
    assert Counter(events.values_list("target_model", "outcome")) == {
        ("pm.InsurancePlan", "created"): 1,
        ("ehr.Insurance", "unchanged"): 3,
    }


def test_companies_are_deactivated_with_their_plans_while_others_save_these(
    at_once: AtOnce,
) -> None:
    companies = CompanyFactory.create_batch(2)
    plans = [plan for c in companies for plan in PlanFactory.create_batch(4, company=c)]
    insurances = [insurance_of(plan) for plan in plans]

    def deactivate(pk: int) -> None:
        edit_until_done(InsuranceCompany, pk, is_active=False, plans_too=True)

    def deactivate_all() -> None:
        InsuranceCompany.objects.order_by("-pk").change(is_active=False, plans_too=True)

    at_once(
        *(lambda pk=company.pk: deactivate(pk) for company in companies),
        deactivate_all,
        *(
            lambda pk=plan.pk: edit_until_done(InsurancePlan, pk, phone="800-555-0100")
            for plan in plans[::2]
        ),
        *(
            lambda pk=each.pk: edit_until_done(Insurance, pk, fax="800-555-0199")
            for each in insurances[1::2]
        ),
    )

    assert not InsurancePlan.objects.active().exists()
    assert all(both_sides_equal(plan) for plan in plans)
    assert InsurancePlan.objects.filter(phone="800-555-0100").count() == 4
    assert InsurancePlan.objects.filter(fax="800-555-0199").count() == 4
