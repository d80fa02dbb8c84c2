"""Locks are taken in one order, whatever order they are asked for in."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Self

import pytest
from django.db import connection

from kareo.records.asking.answers import Answers
from kareo.records.asking.charts import alike_keys
from pm.models import InsuranceCompany, Patient
from sync.models import InsuranceLink
from sync.pairs.sides import EHR, PM
from sync.propagation import locks
from sync.propagation.receivers import pm_patients_saving
from tests.conftest import AtOnce, Statements
from tests.factories import CompanyFactory, PlanFactory

ADDRESSES = [f"92617||{number} EXAMPLE ST|" for number in range(20)]


class Recorder:
    """A PostgreSQL connection that notes what is executed."""

    vendor = "postgresql"

    def __init__(self) -> None:
        self.executed: list[list[Any]] = []

    def cursor(self) -> AbstractContextManager[Self]:
        return nullcontext(self)

    def execute(self, sql: str, parameters: list[Any]) -> None:
        self.executed.append(parameters)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(locks, "connections", {"default": recorder})
    return recorder


@pytest.mark.parametrize("order", [1, -1])
def test_addresses_are_locked_sorted_by_their_numbers(recorder: Recorder, order: int) -> None:
    locks.lock_addresses("default", [*ADDRESSES[::order], ADDRESSES[0]])

    [[_import_lock, numbers]] = recorder.executed
    assert numbers == sorted(set(map(locks.lock_number, ADDRESSES)))


def test_no_address_is_no_lock_of_one_but_keeps_an_import_out(recorder: Recorder) -> None:
    locks.lock_addresses("default", [""])
    locks.lock_addresses("default", [])

    assert recorder.executed == [[locks.lock_number(locks.IMPORT_LOCK), []]]


@pytest.mark.parametrize("number", ["N77", "--"])
def test_a_typed_patient_is_locked_by_each_key_that_others_may_have(
    recorder: Recorder, number: str
) -> None:
    patient = Patient(chart_number=number, last_name="Doe", date_of_birth="1980-05-17")
    patient.answers = Answers(user=object())

    pm_patients_saving([patient], "default")

    keys = [f"pm.Patient {kind} {key}" for kind, key in alike_keys(patient).items() if key]
    assert len(keys) == (1 if number == "--" else 2)
    assert recorder.executed == [[sorted(map(locks.lock_number, keys))]]


def test_an_import_keeps_out_whoever_shares_its_lock(recorder: Recorder) -> None:
    locks.lock_import("default")

    assert recorder.executed == [[locks.lock_number(locks.IMPORT_LOCK)]]


@pytest.mark.django_db
def test_links_are_locked_sorted_by_key_and_none_without_keys(statements: Statements) -> None:
    plans = PlanFactory.create_batch(3)
    expected = list(InsuranceLink.objects.order_by("pk"))

    with statements() as sent:
        assert locks.lock_links("default", PM, [plan.pk for plan in reversed(plans)]) == expected
        assert locks.lock_links("default", EHR, [None]) == []

    assert len(sent) == 1
    assert 'ORDER BY "sync_insurancelink"."id" ASC' in sent[0]
    assert ("FOR NO KEY UPDATE" in sent[0]) == (connection.vendor == "postgresql")


@pytest.mark.django_db(transaction=True)
def test_sets_saved_in_opposite_order_do_not_deadlock(at_once: AtOnce) -> None:
    for number in range(30):
        CompanyFactory(street_1=f"{number} Example Road")

    def change(order: str, notes: str) -> None:
        for _ in range(5):
            InsuranceCompany.objects.order_by(order).change(notes=notes)

    at_once(*(lambda o=order: change(o, o) for order in ("pk", "-pk", "street_1", "-street_1")))

    assert {company.version for company in InsuranceCompany.objects.all()} == {21}
