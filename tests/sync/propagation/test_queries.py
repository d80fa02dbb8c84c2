"""How many queries a save asks, savepoints aside, and that sets ask no more for many records."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ehr.models import Insurance
from kareo.records import Record
from kareo.records.rows.writing import FEW_INSERTED
from pm.models import InsurancePlan, InsurancePolicy
from sync.propagation.writing import propagate
from sync.rules import Cause, decide
from tests.conftest import Statements
from tests.editing import typed
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

pytestmark = pytest.mark.django_db

FEW, MANY = FEW_INSERTED + 1, 9  # fewer take a statement less


@pytest.fixture
def asks(statements: Statements) -> Callable[..., None]:
    """Return a function that saves and holds how many queries that took.

    Locks of addresses, which are asked for on PostgreSQL only, are left out.
    """

    def check(count: int, save: Callable[..., Any]) -> None:
        with statements() as sent:
            save()
        sent = [sql for sql in sent if "pg_advisory_xact_lock" not in sql]
        assert len(sent) == count, "\n".join(sent)

    return check


def test_a_plan_add_asks_five(asks: Callable[..., None]) -> None:
    plan = PlanFactory.build(company=CompanyFactory())

    asks(5, plan.save)


@pytest.mark.parametrize(
    ("values", "count"),
    [({}, 4), ({"name": "PPO"}, 5), ({"phone": "800-555-0100", "street_1": "PO Box 7"}, 5)],
)
def test_a_plan_edit_asks_five_and_one_less_where_nothing_changed(
    asks: Callable[..., None], values: dict[str, str], count: int
) -> None:
    plan = anew(PlanFactory())
    for name, value in values.items():
        setattr(plan, name, value)

    asks(count, plan.save)


@pytest.mark.parametrize(("company_name", "count"), [("Aetna", 5), ("Aetna Inc", 6)])
def test_a_matched_ehr_add_asks_five_and_one_more_where_it_takes_the_companys_name(
    asks: Callable[..., None], company_name: str, count: int
) -> None:
    CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    insurance = InsuranceFactory.build(company_name=company_name, **AETNA_ADDRESS)

    asks(count, insurance.save)


def test_an_ehr_add_by_another_name_asks_once_whose_that_is(asks: Callable[..., None]) -> None:
    """Only where a company at the address has it: no other company may have it, too."""
    CompanyFactory(name="Aetna", other_names="CVS\nAetna Better Health", **AETNA_ADDRESS)

    asks(7, InsuranceFactory.build(company_name="CVS", **AETNA_ADDRESS).save)


def test_an_unmatched_ehr_add_asks_six(asks: Callable[..., None]) -> None:
    asks(6, InsuranceFactory.build(**AETNA_ADDRESS).save)


def test_an_ehr_edit_asks_as_many_as_a_plan_edit(asks: Callable[..., None]) -> None:
    insurance = anew(InsuranceFactory())
    insurance.plan_name = "PPO"

    asks(5, insurance.save)


@pytest.mark.parametrize(("values", "count"), [({"phone": "800-555-0100"}, 4), ({"name": "A"}, 9)])
def test_a_company_edit_asks_four_and_a_rename_keeps_the_name_locks_counts_and_flags_its_links(
    asks: Callable[..., None], values: dict[str, str], count: int
) -> None:
    company = anew(PlanFactory().company)
    company.assign(values)

    asks(count, company.save)


def edited(records: Sequence[Record], **values: Any) -> list[Record]:
    """Return the records as stored, each with `before`, and edited."""
    return [typed(record, **values) for record in records]


def new_plans(count: int) -> list[InsurancePlan]:
    company = CompanyFactory()
    plans = PlanFactory.build_batch(count, company=company)
    for plan in plans:
        plan.derive()
    return plans


def new_insurances(count: int) -> list[Insurance]:
    insurances = InsuranceFactory.build_batch(count)
    for insurance in insurances:
        insurance.derive()
    return insurances


def policies(count: int) -> list[InsurancePolicy]:
    return [PolicyFactory(patient=patient) for patient in PMPatientFactory.create_batch(count)]


SETS: dict[str, Callable[[int], Sequence[Record]]] = {
    "plans added": new_plans,
    "plans edited": lambda n: edited(PlanFactory.create_batch(n), name="PPO"),
    "plans deactivated": lambda n: edited(PlanFactory.create_batch(n), is_active=False),
    "plans moved": lambda n: edited(PlanFactory.create_batch(n), company=CompanyFactory()),
    "insurances added": new_insurances,
    "insurances edited": lambda n: edited(InsuranceFactory.create_batch(n), plan_name="PPO"),
    "insurances deactivated": lambda n: edited(InsuranceFactory.create_batch(n), is_active=False),
    "companies renamed": lambda n: edited(
        [plan.company for plan in PlanFactory.create_batch(n)], name="Aetna Inc"
    ),
    "patients' secondary": lambda n: edited(
        EHRPatientFactory.create_batch(n), secondary_insurance=InsuranceFactory()
    ),
    "patients' secondary moved": lambda n: edited(
        [EHRPatientFactory(secondary_insurance=i) for i in InsuranceFactory.create_batch(n)],
        secondary_insurance=InsuranceFactory(),
    ),
    "policies edited": lambda n: edited(policies(n), policy_number="W1"),
    "policies moved": lambda n: edited(policies(n), plan=PlanFactory()),
}


@pytest.mark.parametrize("kind", SETS)
def test_deciding_for_many_asks_no_more_than_for_few(kind: str, statements: Statements) -> None:
    asked = []
    for count in (FEW, MANY):
        records = SETS[kind](count)
        with statements() as sent:
            decide(records)
        asked.append(len(sent))

    assert asked[0] == asked[1]


@pytest.mark.parametrize("model", [InsurancePlan, InsurancePolicy])
def test_deciding_for_many_deleted_asks_no_more_than_for_few(
    model: type[Record], statements: Statements
) -> None:
    asked = []
    for count in (FEW, MANY):
        made = PlanFactory.create_batch(count) if model is InsurancePlan else policies(count)
        records = list(model.objects.filter(pk__in=[record.pk for record in made]))
        with statements() as sent:
            decide(records, Cause.DELETED)
        asked.append(len(sent))

    assert asked[0] == asked[1]


@pytest.mark.parametrize("kind", ["plans edited", "insurances edited", "policies edited"])
def test_propagating_many_asks_no_more_than_for_few(kind: str, statements: Statements) -> None:
    asked = []
    for count in (FEW, MANY):
        records = SETS[kind](count)
        with statements() as sent:
            propagate(records)
        asked.append(len(sent))

    assert asked[0] == asked[1]


def test_changing_many_plans_asks_no_more_than_few(statements: Statements) -> None:
    asked = []
    for count in (FEW, MANY):
        keys = [plan.pk for plan in PlanFactory.create_batch(count)]
        with statements() as sent:
            InsurancePlan.objects.filter(pk__in=keys).change(phone="800-555-0100")
        asked.append(len(sent))
        assert all(insurance_of(p).phone for p in InsurancePlan.objects.filter(pk__in=keys))

    assert asked[0] == asked[1]
