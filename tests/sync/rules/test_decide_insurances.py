"""What is decided for insurances: saved, typed, deleted or repaired, and nothing is written."""

from typing import Any

import pytest

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.rules import Cause, decide
from sync.rules.decision import CREATED, NOT_PROPAGATED, UNCHANGED, UPDATED
from tests import editing
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    orphan_insurance,
    plan_of,
)
from tests.screens import rule_of, why

pytestmark = pytest.mark.django_db


def typed(insurance: Insurance | None = None, /, **values: Any) -> Insurance:
    """Return `insurance` (or a new one) as typed in a form and not saved."""
    return editing.typed(insurance or InsuranceFactory.build(), **values)


def test_a_typed_insurance_would_make_a_plan_under_the_company_there() -> None:
    aetna = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    insurance = typed(company_name="AETNA", plan_name="HMO", **AETNA_ADDRESS)

    [outcome] = decide([insurance]).outcomes

    assert (rule_of(outcome), outcome.kind) == ("ehr-insurance-added-matched", CREATED)
    assert isinstance(outcome.target, InsurancePlan)
    assert (outcome.target.company, outcome.target.name) == (aetna, "HMO")
    assert outcome.target.address_key == insurance.address_key
    assert outcome.corrections == {"company_name": ["AETNA", "Aetna"]}
    assert insurance.company_name == "AETNA"


def test_a_typed_insurance_at_a_new_address_would_make_company_and_plan() -> None:
    insurance = typed(company_name="Aetna", **AETNA_ADDRESS)

    company, plan = decide([insurance]).outcomes

    assert isinstance(company.target, InsuranceCompany)
    assert isinstance(plan.target, InsurancePlan)
    assert plan.target.company is company.target
    assert (company.target.name, company.target.address_key) == ("Aetna", insurance.address_key)
    for outcome in (company, plan):
        assert (rule_of(outcome), outcome.kind) == ("ehr-insurance-added-unmatched", CREATED)
        assert outcome.corrections == {}
        assert outcome.target is not None
        assert outcome.target.origin == "EHR"


def test_two_typed_insurances_at_one_new_address_would_share_one_new_company() -> None:
    first, second = (typed(company_name=name, **AETNA_ADDRESS) for name in ("Aetna", "Cigna"))

    company, first_plan, second_plan = decide([first, second]).outcomes

    assert isinstance(first_plan.target, InsurancePlan)
    assert isinstance(second_plan.target, InsurancePlan)
    assert first_plan.target.company is second_plan.target.company is company.target
    assert rule_of(second_plan) == "ehr-insurance-added-matched"
    assert second_plan.corrections == {"company_name": ["Cigna", "Aetna"]}


def test_two_typed_insurances_without_an_address_would_each_make_a_company() -> None:
    blank = dict.fromkeys(AETNA_ADDRESS, "")

    outcomes = decide([typed(**blank), typed(**blank)]).outcomes

    assert [type(outcome.target) for outcome in outcomes] == [InsuranceCompany, InsurancePlan] * 2


def test_a_typed_edit_would_update_its_plan_only() -> None:
    insurance = InsuranceFactory(plan_name="HMO")

    [outcome] = decide([typed(insurance, plan_name="PPO", **AETNA_ADDRESS)]).outcomes

    assert (rule_of(outcome), outcome.kind) == ("ehr-insurance-edited", UPDATED)
    assert outcome.target == plan_of(insurance)
    assert outcome.changes["name"] == ["HMO", "PPO"]
    assert "company_name" not in outcome.changes


def test_deciding_writes_nothing_and_sends_reads_only(statements: Statements) -> None:
    CompanyFactory(**AETNA_ADDRESS)
    records = [
        typed(InsuranceFactory(), plan_name="PPO"),
        typed(orphan_insurance()),
        typed(**AETNA_ADDRESS),
        typed(),
    ]
    counted = InsuranceCompany, InsurancePlan, Insurance, SyncEvent
    before = [model.objects.count() for model in counted]

    with statements() as sent:
        decide(records)
        decide(records[:2], Cause.REPAIRED)
        decide(records[:2], Cause.DELETED)

    assert sent
    assert all(sql.startswith("SELECT") for sql in sent)
    assert [model.objects.count() for model in counted] == before


@pytest.mark.parametrize("matched", [True, False])
def test_what_is_decided_is_what_a_save_does(matched: bool) -> None:
    if matched:
        CompanyFactory(name="VSP", **AETNA_ADDRESS)
    insurance = typed(company_name="Cigna Vision", **AETNA_ADDRESS)
    outcomes = decide([insurance]).outcomes
    newest = SyncEvent.objects.first()

    insurance.save()

    events = SyncEvent.objects.filter(pk__gt=newest.pk if newest else 0).order_by("pk")
    assert [(event.rule, event.outcome, why(event)) for event in events] == [
        (rule_of(outcome), outcome.kind, why(outcome)) for outcome in outcomes
    ]


def test_an_orphan_crosses_nothing_when_saved_and_is_an_add_when_repaired() -> None:
    insurance = typed(orphan_insurance(**AETNA_ADDRESS), plan_name="PPO")
    InsuranceCompany.objects.all().delete()

    [saved] = decide([insurance]).outcomes
    repaired = decide([insurance], Cause.REPAIRED).outcomes

    assert (saved.kind, saved.target) == (NOT_PROPAGATED, None)
    assert [(rule_of(o), o.kind) for o in repaired] == [("pair-repaired", CREATED)] * 2


def test_insurances_of_several_kinds_are_decided_together_in_their_order() -> None:
    pair, orphan, new = typed(InsuranceFactory()), typed(orphan_insurance()), typed()

    outcomes = decide([pair, orphan, new]).outcomes

    assert [outcome.source for outcome in outcomes] == [pair, orphan, new, new]
    assert [outcome.kind for outcome in outcomes[:2]] == [UNCHANGED, NOT_PROPAGATED]
