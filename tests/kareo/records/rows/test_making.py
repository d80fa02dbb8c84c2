"""Records made without Django's constructor: the same as those made with it."""

from typing import Any

import pytest
from django.db.models import Model

from ehr.models import Insurance
from kareo.records.rows.making import made_of_row, make
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from tests.conftest import Statements
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory, insurance_of

CASES: list[tuple[type[Model], dict[str, Any]]] = [
    (InsuranceCompany, {}),
    (InsuranceCompany, {"name": "Aetna", "is_active": False, **AETNA_ADDRESS}),
    (InsurancePlan, {"name": "HMO", "company": InsuranceCompany(pk=5, name="Aetna")}),
    (InsurancePlan, {"name": "HMO", "company_id": 5}),
    (SyncEvent, {"rule": "pm-plan-added", "changes": {"name": ["", "HMO"]}}),
]


@pytest.mark.parametrize(("model", "values"), CASES)
def test_a_record_is_as_the_constructor_makes_it(
    model: type[Model], values: dict[str, Any]
) -> None:
    made, constructed = make(model, **values), model(**values)

    states = [record.__dict__.pop("_state") for record in (made, constructed)]
    assert states[0].fields_cache == states[1].fields_cache
    assert states[0].adding
    assert made.__dict__ == constructed.__dict__
    assert made.pk is None


def test_defaults_are_made_anew_for_each() -> None:
    first, second = make(SyncEvent), make(SyncEvent)

    first.changes["name"] = ["", "HMO"]

    assert second.changes == {}


def test_a_value_that_no_field_takes_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        make(InsurancePlan, name="HMO", colour="red")


@pytest.mark.django_db
def test_what_it_refers_to_is_not_read_and_knows_it(statements: Statements) -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)

    with statements() as sent:
        link = make(InsuranceLink, plan=plan, insurance=insurance)
        assert (link.plan, link.insurance, link.plan_id) == (plan, insurance, plan.pk)
        assert plan.link is insurance.link is link

    assert sent == []
    assert link._state.adding


@pytest.mark.django_db
def test_a_stored_row_is_a_stored_record() -> None:
    company = CompanyFactory()
    names = [field.attname for field in InsuranceCompany._meta.concrete_fields]

    found = made_of_row(InsuranceCompany, names, [getattr(company, n) for n in names], "default")

    assert found == company
    assert (found._state.adding, found._state.db) == (False, "default")
    found.save()
    assert not Insurance.objects.exists()
