"""What is decided for plans: saved, typed, deleted or repaired, and nothing is written."""

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
    PlanFactory,
    insurance_of,
    is_stored,
    orphan_plan,
)
from tests.screens import rule_of, why

pytestmark = pytest.mark.django_db


def typed(plan: InsurancePlan | None = None, /, **values: Any) -> InsurancePlan:
    """Return `plan` (or a new one) as typed in a form and not saved, as the preview has it."""
    return editing.typed(plan or PlanFactory.build(company=CompanyFactory(name="Aetna")), **values)


def test_a_typed_plan_would_make_an_insurance() -> None:
    plan = typed(name="HMO", **AETNA_ADDRESS)

    [outcome] = decide([plan]).outcomes

    assert (rule_of(outcome), outcome.kind) == ("pm-plan-added", CREATED)
    assert outcome.source is plan
    assert isinstance(outcome.target, Insurance)
    assert not is_stored(outcome.target)
    assert not is_stored(plan)
    assert outcome.target.name == "Aetna – HMO – 111 Academy Drive, 92617"
    assert outcome.source_changes == outcome.changes == outcome.corrections == {}


def test_a_typed_edit_would_update_its_insurance_and_says_how() -> None:
    plan = PlanFactory(name="HMO")

    [outcome] = decide([typed(plan, name="PPO", phone="800-555-0100")]).outcomes

    assert (rule_of(outcome), outcome.kind) == ("pm-plan-edited", UPDATED)
    assert outcome.changes == {"plan_name": ["HMO", "PPO"], "phone": ["", "800-555-0100"]}
    assert outcome.source_changes == {"name": ["HMO", "PPO"], "phone": ["", "800-555-0100"]}
    assert outcome.target == insurance_of(plan)
    assert outcome.target.plan_name == "HMO"


def test_deciding_writes_nothing_and_sends_reads_only(statements: Statements) -> None:
    plans = [typed(PlanFactory(), name="PPO"), typed(orphan_plan()), typed()]
    counted = InsuranceCompany, InsurancePlan, Insurance, SyncEvent
    before = [model.objects.count() for model in counted]

    with statements() as sent:
        decide(plans)
        decide(plans, Cause.REPAIRED)
        decide(plans[:2], Cause.DELETED)

    assert sent
    assert all(sql.startswith("SELECT") for sql in sent)
    assert not any("FOR UPDATE" in sql for sql in sent)
    assert [model.objects.count() for model in counted] == before


def test_what_is_decided_is_what_a_save_does() -> None:
    plan = PlanFactory(name="HMO")
    [outcome] = decide([typed(plan, name="PPO", is_active=False)]).outcomes

    plan.name, plan.is_active = "PPO", False
    plan.save()

    event = SyncEvent.objects.latest("pk")
    assert event.rule == rule_of(outcome)
    assert event.outcome == outcome.kind
    assert event.changes == outcome.changes
    assert event.source_changes == outcome.source_changes
    assert why(event) == why(outcome) != ""


def test_an_unchanged_plan_would_change_nothing() -> None:
    [outcome] = decide([typed(PlanFactory())]).outcomes

    assert (outcome.kind, outcome.changes, why(outcome)) == (UNCHANGED, {}, "")


def test_an_orphan_crosses_nothing_when_saved_and_makes_an_insurance_when_repaired() -> None:
    plan = typed(orphan_plan(), name="PPO")

    [saved], [repaired] = (
        decide([plan], cause).outcomes for cause in (Cause.SAVED, Cause.REPAIRED)
    )

    assert (saved.kind, saved.target) == (NOT_PROPAGATED, None)
    assert (rule_of(repaired), repaired.kind) == ("pair-repaired", CREATED)


def test_a_plan_from_an_import_makes_an_insurance_from_an_import() -> None:
    [outcome] = decide([typed(origin="import")]).outcomes

    assert outcome.target is not None
    assert outcome.target.origin == "import"


def test_plans_of_several_kinds_are_decided_together_in_their_order() -> None:
    pair, orphan, new = typed(PlanFactory(), name="PPO"), typed(orphan_plan()), typed()

    outcomes = decide([pair, orphan, new]).outcomes

    assert [outcome.source for outcome in outcomes] == [pair, orphan, new]
    assert [outcome.kind for outcome in outcomes] == [UPDATED, NOT_PROPAGATED, CREATED]


def test_a_plan_whose_company_is_gone_is_decided_as_it_stands() -> None:
    plan = editing.typed(PlanFactory.build(company=CompanyFactory(name="Aetna")))
    InsuranceCompany.objects.get().delete()

    [outcome] = decide([plan]).outcomes

    assert outcome.target is not None
    assert outcome.target.value_of(Insurance._meta.get_field("company_name")) == "Aetna"
