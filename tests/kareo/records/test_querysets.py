"""Sets of records: written like one record, refused like one, in as few statements."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Never

import pytest
from django.db import DatabaseError, IntegrityError, NotSupportedError, transaction

from ehr.models import Insurance
from kareo.records import Refused, StaleRecord, saved, saving
from kareo.records.acting import acting
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync.models import InsuranceLink, SyncEvent
from sync.propagation.writing import PropagationFailed
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    anew,
    insurance_of,
)
from tests.screens import why

pytestmark = pytest.mark.django_db


@pytest.fixture
def signals() -> Iterator[list[tuple[str, list[int]]]]:
    """Return (signal, records) for each signal that is sent around saves, in order."""
    seen = []

    def on_saving(records: list[Record], **kwargs: Any) -> None:
        seen.append(("saving", [record.pk for record in records]))

    def on_saved(records: list[Record], **kwargs: Any) -> None:
        seen.append(("saved", [record.pk for record in records]))

    saving.connect(on_saving)
    saved.connect(on_saved)
    yield seen
    saving.disconnect(on_saving)
    saved.disconnect(on_saved)


def test_a_bulk_create_derives_stamps_and_sends_no_signals(
    signals: list[tuple[str, list[int]]],
) -> None:
    companies = [CompanyFactory.build(name=f"Aetna {n}", **AETNA_ADDRESS) for n in range(3)]

    with acting("kim"):
        InsuranceCompany.objects.bulk_create(companies)

    for company in InsuranceCompany.objects.all():
        assert company.address_key
        assert company.name_key.startswith("aetna")
        assert (company.origin, company.created_by, company.version) == ("PM", "kim", 1)
        assert company.created_at
    assert all(company.pk and company.before is None for company in companies)
    assert not SyncEvent.objects.exists()
    assert signals == []


def test_a_bulk_create_of_insurances_derives_the_drop_down_name() -> None:
    Insurance.objects.bulk_create(
        InsuranceFactory.build(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)
        for _ in range(2)
    )

    names = set(Insurance.objects.values_list("name", flat=True))
    assert names == {"Aetna – HMO – 111 Academy Drive, 92617"}
    assert not InsuranceLink.objects.exists()


def test_a_set_write_derives_raises_versions_and_sends_no_signals(
    signals: list[tuple[str, list[int]]],
) -> None:
    insurances = [insurance_of(plan) for plan in PlanFactory.create_batch(3)]
    events = SyncEvent.objects.count()
    signals.clear()
    for insurance in insurances:
        insurance.plan_name, insurance.phone = "PPO", "not written"

    with acting("kim"):
        Insurance.objects.write(insurances, ["plan_name"])

    for insurance in Insurance.objects.all():
        assert " – PPO – " in insurance.name
        assert (insurance.version, insurance.updated_by, insurance.phone) == (2, "kim", "")
    assert [insurance.version for insurance in insurances] == [2, 2, 2]
    assert SyncEvent.objects.count() == events
    assert signals == []


def test_a_set_write_is_one_statement_a_record_at_most(statements: Statements) -> None:
    insurances = [insurance_of(plan) for plan in PlanFactory.create_batch(5)]

    with statements() as sent:
        Insurance.objects.write(insurances, ["phone"])

    assert all(sql.startswith(("UPDATE", "5 times: UPDATE")) for sql in sent)
    assert len(sent) == 1
    with statements() as sent:
        Insurance.objects.write([], ["phone"])
    assert sent == []


@pytest.mark.parametrize("others", [0, 3])
def test_a_set_write_of_a_stale_record_is_refused_whole(others: int) -> None:
    plans = PlanFactory.create_batch(others + 1)
    insurances = [insurance_of(plan) for plan in plans]
    plans[-1].save()
    plans[-1].phone = "800-555-0100"
    plans[-1].save()
    for insurance in insurances:
        insurance.plan_name = "PPO"

    with pytest.raises(StaleRecord, match="Some insurances were changed by someone else meanwhile"):
        Insurance.objects.write(insurances, ["plan_name"])


def test_records_are_locked_and_read_sorted_in_any_given_order() -> None:
    first, second = CompanyFactory.create_batch(2)

    assert InsuranceCompany.objects.lock_and_read([second.pk, first.pk]) == [first, second]


def test_change_saves_a_set_with_locks_first_and_one_event_a_record(
    signals: list[tuple[str, list[int]]],
) -> None:
    plans = PlanFactory.create_batch(3)
    keys = [plan.pk for plan in plans]
    signals.clear()

    with acting("kim") as action:
        changed = (
            InsurancePlan.objects.filter(pk__in=keys).order_by("pk").change(phone="800-555-0100")
        )

    assert signals == [("saving", keys), ("saved", keys)]
    assert [plan.pk for plan in changed] == keys
    assert [(plan.before and plan.before.phone, plan.phone) for plan in changed] == [
        ("", "800-555-0100")
    ] * 3
    for plan in plans:
        assert insurance_of(plan).phone == "800-555-0100"
        assert anew(plan).version == insurance_of(plan).version == 2
    events = SyncEvent.objects.filter(batch=action.batch)
    assert {event.source_id for event in events} == set(keys)
    assert {(event.rule, event.outcome) for event in events} == {("pm-plan-edited", "updated")}


def test_change_leaves_records_outside_the_set_alone() -> None:
    inside, outside = PlanFactory.create_batch(2)

    InsurancePlan.objects.filter(pk=inside.pk).change(is_active=False)

    assert anew(outside).is_active
    assert insurance_of(outside).is_active
    assert not insurance_of(inside).is_active


def test_change_of_an_empty_set_does_nothing() -> None:
    assert InsurancePlan.objects.none().change(phone="800-555-0100") == []
    assert not SyncEvent.objects.exists()


def test_change_tells_how_many_have_each_record_that_is_deactivated() -> None:
    plans = PlanFactory.create_batch(2)
    EHRPatientFactory(primary_insurance=insurance_of(plans[0]))

    InsurancePlan.objects.order_by("pk").change(is_active=False)

    events = SyncEvent.objects.order_by("pk").filter(rule="pm-plan-edited")
    told = ["1 EHR patient still has it" in why(event) for event in events]
    assert told == [True, False]


def test_where_propagating_a_change_fails_no_record_is_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plans = PlanFactory.create_batch(2)

    def fail(*args: Any, **kwargs: Any) -> Never:
        raise DatabaseError("the log is full")

    monkeypatch.setattr("sync.propagation.writing.insert", fail)
    with pytest.raises(PropagationFailed):
        InsurancePlan.objects.all().change(phone="800-555-0100")

    for plan in plans:
        assert (anew(plan).phone, anew(plan).version) == ("", 1)
        assert insurance_of(plan).phone == ""


def test_change_cannot_rename_the_company_of_linked_insurances() -> None:
    insurance = InsuranceFactory(company_name="Aetna")

    with pytest.raises(Refused):
        Insurance.objects.all().change(company_name="Cigna")

    assert anew(insurance).company_name == "Aetna"


def test_change_cannot_activate_two_policies_of_one_rank() -> None:
    first = PolicyFactory()
    PolicyFactory(patient=first.patient, is_active=False)

    with pytest.raises((Refused, IntegrityError)), transaction.atomic():
        InsurancePolicy.objects.all().change(is_active=True)

    assert InsurancePolicy.objects.active().count() == 1


def test_change_cannot_activate_together_two_policies_of_one_rank() -> None:
    """Each could be active by itself: only once both are written they stand in each other's way."""
    first = PolicyFactory(is_active=False)
    PolicyFactory(patient=first.patient, is_active=False)

    with pytest.raises((Refused, IntegrityError)), transaction.atomic():
        InsurancePolicy.objects.all().change(is_active=True)

    assert not InsurancePolicy.objects.active().exists()


def test_a_set_gives_what_is_active() -> None:
    active, inactive = PlanFactory(), PlanFactory(is_active=False)

    assert list(InsurancePlan.objects.active()) == [active]
    assert list(Insurance.objects.active()) == [insurance_of(active)]
    assert inactive not in InsurancePlan.objects.active()


def delete_a_slice() -> None:
    InsurancePlan.objects.order_by("pk")[:1].delete()


def delete_values() -> None:
    InsurancePlan.objects.values("pk").delete()


def delete_a_union() -> None:
    InsurancePlan.objects.all().union(InsurancePlan.objects.all()).delete()


@pytest.mark.parametrize("delete", [delete_a_slice, delete_values, delete_a_union])
def test_what_django_deletes_from_no_set_is_deleted_from_none(delete: Callable[..., None]) -> None:
    PlanFactory.create_batch(2)

    with pytest.raises((TypeError, NotSupportedError)):
        delete()

    assert InsurancePlan.objects.count() == 2


def test_a_set_that_was_read_is_empty_once_it_is_deleted() -> None:
    PlanFactory()
    plans = InsurancePlan.objects.all()
    assert len(plans) == 1

    assert plans.delete()[1]["pm.InsurancePlan"] == 1

    assert list(plans) == []


def test_a_callable_default_is_called_once() -> None:
    plan = PlanFactory()
    numbers = itertools.count(1)

    InsurancePlan.objects.update_or_create({"name": lambda: f"Plan {next(numbers)}"}, pk=plan.pk)

    assert anew(plan).name == "Plan 1"


def test_a_thousand_patients_are_deleted_with_their_policies() -> None:
    plan = PlanFactory()
    people = [PMPatientFactory.build() for _ in range(1100)]
    patients = PMPatient.objects.bulk_create(people)
    InsurancePolicy.objects.bulk_create(
        PolicyFactory.build(patient=patient, plan=plan) for patient in patients
    )

    assert PMPatient.objects.all().delete()[0] == 2200

    assert SyncEvent.objects.filter(source_model="pm.InsurancePolicy").count() == 1100
