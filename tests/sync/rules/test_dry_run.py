"""What a preview says is what the save then does and logs, for every kind of save."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

from ehr.models import Insurance
from kareo.records import Refused
from kareo.records.asking.answers import Answers, record_key
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.rules import dry_run
from sync.rules.decision import fingerprint
from tests.conftest import Statements
from tests.editing import R
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
    RecordFactory,
    anew,
    insurance_of,
    is_stored,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db

ELSEWHERE: dict[str, Any] = {
    "street_1": "PO Box 40417",
    "street_2": "",
    "city": "El Paso",
    "state": "TX",
    "zip_code": "79998-0417",
}
TOO_THIN = {**AETNA_ADDRESS, "street_1": "Main"}
NEXT_SUITE = {**AETNA_ADDRESS, "street_2": "Suite 4"}
CONTACT: dict[str, Any] = {"phone": "800-555-0100", "fax": "800-555-0101"}
Typed = Callable[[], Sequence[Record]]  # what is typed anew each time

COUNTED = (InsuranceCompany, InsurancePlan, Insurance, InsuranceLink, SyncEvent)


def edited(record: R, **values: Any) -> Callable[[], list[R]]:
    """Return how to type `values` into `record`, as often as it is asked."""

    def make() -> list[R]:
        typed = anew(record)
        typed.before = anew(record)
        for name, value in values.items():
            setattr(typed, name, value)
        return [typed]

    return make


def added(
    factory: type[RecordFactory[Any]], chosen: str = "", **values: Any
) -> Callable[[], list[Any]]:
    """Return how to type a new record."""
    blank = factory.build(**values, **({"company": None} if factory is PlanFactory else {}))
    entered = {field.attname: getattr(blank, field.attname) for field in blank.entered_fields()}

    def make() -> list[Any]:
        record = type(blank)(**entered)
        record.answers = Answers(choice=chosen)
        return [record]

    return make


def plan_added(chosen: str = "", **values: Any) -> Callable[[], list[InsurancePlan]]:
    company = CompanyFactory(name="Aetna")
    make = added(PlanFactory, chosen, **{"name": "HMO", **AETNA_ADDRESS, **values})

    def with_company() -> list[InsurancePlan]:
        [plan] = make()
        plan.company = anew(company)
        return [plan]

    return with_company


def insurance_added(chosen: str = "", **values: Any) -> Callable[[], list[Insurance]]:
    typed = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS, **values}
    return added(InsuranceFactory, chosen, **typed)


def company_with_first_plan(**values: Any) -> Typed:
    def make() -> list[Record]:
        company = InsuranceCompany(name="Aetna", **AETNA_ADDRESS)
        return [company, InsurancePlan(company=company, name="HMO", **AETNA_ADDRESS, **values)]

    return make


def company_with_stale_names() -> Typed:
    plan = PlanFactory(company__name="Aetna")
    PlanFactory(company=plan.company)
    return edited(plan.company, name="Aetna Health")


def stale_plan(**values: Any) -> Callable[[], list[InsurancePlan]]:
    plan = PlanFactory(company__name="Aetna")
    InsuranceCompany.objects.filter(pk=plan.company_id).update(name="Aetna Health")
    return edited(plan, **values)


def used_plan() -> InsurancePlan:
    policy = PolicyFactory()
    EHRPatientFactory(secondary_insurance=insurance_of(policy.plan))
    return policy.plan


def at_the_address(*names: str, **values: Any) -> list[InsuranceCompany]:
    return [CompanyFactory(name=name, **{**AETNA_ADDRESS, **values}) for name in names]


def insurance_where(
    *names: str, typed: dict[str, str] | None = None, chosen: int | None = None, **values: Any
) -> Typed:
    companies = at_the_address(*names, **values)
    token = "" if chosen is None else record_key(companies[chosen])
    return insurance_added(token, **(typed or {}))


def insurance_for_orphan(typed: dict[str, str] | None = None, **values: Any) -> Typed:
    stored = {"company__name": "Aetna", "name": "HMO", **AETNA_ADDRESS, **values}
    orphan = orphan_plan(**stored)
    return insurance_added(record_key(orphan), **(typed or {}))


def plan_for_orphan(
    typed: dict[str, str] | None = None, **values: Any
) -> Callable[[], list[InsurancePlan]]:
    stored = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS, **values}
    return plan_added(record_key(orphan_insurance(**stored)), **(typed or {}))


def insurance_moved_to_a_company() -> Typed:
    at_the_address("Aetna")
    return edited(InsuranceFactory(), **AETNA_ADDRESS)


def taken(model: type[Record]) -> str:
    plan = PlanFactory()
    return record_key(plan if model is InsurancePlan else insurance_of(plan))


SAVES: dict[str, Callable[[], Typed]] = {
    "company added": lambda: added(CompanyFactory, name="Aetna", **AETNA_ADDRESS),
    "company without an address added": lambda: added(
        CompanyFactory, name="Aetna", street_1="", city="", state="", zip_code=""
    ),
    "company renamed": company_with_stale_names,
    "company of no plans renamed": lambda: edited(CompanyFactory(), name="Aetna Health"),
    "company renamed back": lambda: edited(stale_plan()()[0].company, name="Aetna"),
    "company moved": lambda: edited(PlanFactory().company, **ELSEWHERE),
    "company deactivated": lambda: edited(PlanFactory().company, is_active=False),
    "company saved unchanged": lambda: edited(PlanFactory().company),
    "company and first plan": company_with_first_plan,
    "company and inactive first plan": lambda: company_with_first_plan(is_active=False),
    "plan added": plan_added,
    "plan added with all that crosses": lambda: plan_added(
        **CONTACT, street_2="Suite 2", zip_code="926171234", notes="Ask for Kim"
    ),
    "inactive plan added": lambda: plan_added(is_active=False),
    "plan edited": lambda: edited(PlanFactory(), name="PPO", **CONTACT, **ELSEWHERE),
    "plan edited where nothing crosses": lambda: edited(PlanFactory(), notes="Ask for Kim"),
    "plan saved unchanged": lambda: edited(PlanFactory()),
    "stale plan edited": lambda: stale_plan(name="PPO"),
    "stale plan saved unchanged": stale_plan,
    "plan moved to another company": lambda: edited(PlanFactory(), company=CompanyFactory()),
    "plan deactivated": lambda: edited(PlanFactory(), is_active=False),
    "plan with patients deactivated": lambda: edited(used_plan(), is_active=False),
    "plan activated": lambda: edited(PlanFactory(is_active=False), is_active=True),
    "orphan plan edited": lambda: edited(orphan_plan(), name="PPO"),
    "orphan plan deactivated": lambda: edited(orphan_plan(), is_active=False),
    "plan added for a chosen orphan": plan_for_orphan,
    "plan added for a chosen orphan that differs": lambda: plan_for_orphan(
        plan_name="Aetna HMO", **ELSEWHERE, is_active=False
    ),
    "plan added for a chosen orphan with a phone": lambda: plan_for_orphan(**CONTACT),
    "plan added with a phone for a chosen orphan": lambda: plan_for_orphan(typed=CONTACT),
    "plan added for a chosen one that is taken": lambda: plan_added(taken(Insurance)),
    "plan added for a chosen one of the wrong kind": lambda: plan_added(taken(InsurancePlan)),
    "insurance added where there is no company": insurance_added,
    "inactive insurance added": lambda: insurance_added(is_active=False),
    "insurance added at its company's address": lambda: insurance_where("Aetna"),
    "insurance added, name spelled differently": lambda: insurance_where("AETNA, Inc"),
    "insurance added at another company's address": lambda: insurance_where("VSP"),
    "insurance added where there are several, one of its name": lambda: insurance_where(
        "VSP", "aetna", "Cigna"
    ),
    "insurance added where there are several, none of its name": lambda: insurance_where(
        "VSP", "Cigna"
    ),
    "insurance added under a chosen company": lambda: insurance_where("VSP", "Aetna", chosen=0),
    "insurance added under the preset company": lambda: insurance_where("VSP", "Aetna", chosen=1),
    "insurance added under a chosen company that is elsewhere": lambda: insurance_where(
        "VSP", "Aetna", chosen=0, typed=ELSEWHERE
    ),
    "insurance added at an inactive company's address": lambda: insurance_where(
        "Aetna", is_active=False
    ),
    "insurance added under a chosen inactive company": lambda: insurance_where(
        "Aetna", is_active=False, chosen=0
    ),
    "insurance added next door": lambda: insurance_where("Aetna", typed=NEXT_SUITE),
    "insurance added at a thin address": lambda: insurance_where("Aetna", typed=TOO_THIN),
    "insurance added for a chosen orphan": insurance_for_orphan,
    "insurance added for a chosen orphan that differs": lambda: insurance_for_orphan(
        name="Aetna HMO", company__name="VSP", **ELSEWHERE, is_active=False
    ),
    "insurance added for a chosen orphan with a phone": lambda: insurance_for_orphan(**CONTACT),
    "insurance added with a phone for a chosen orphan": lambda: insurance_for_orphan(typed=CONTACT),
    "insurance added for a chosen one that is taken": lambda: insurance_added(taken(InsurancePlan)),
    "insurance edited": lambda: edited(InsuranceFactory(), plan_name="PPO", **CONTACT, **ELSEWHERE),
    "insurance moved to a company's address": insurance_moved_to_a_company,
    "insurance edited where nothing crosses": lambda: edited(
        InsuranceFactory(), notes="Ask for Kim"
    ),
    "insurance saved unchanged": lambda: edited(InsuranceFactory()),
    "insurance with a stale name edited": lambda: edited(
        insurance_of(stale_plan()()[0]), plan_name="PPO"
    ),
    "insurance deactivated": lambda: edited(insurance_of(used_plan()), is_active=False),
    "orphan insurance edited": lambda: edited(
        orphan_insurance(), company_name="VSP", **AETNA_ADDRESS
    ),
}


def told(event: SyncEvent) -> dict[str, Any]:
    """Return all that an event says but when it was and whose keys it got."""
    return {
        name: getattr(event, name)
        for name in (
            "rule",
            "outcome",
            "source_model",
            "source_text",
            "source_changes",
            "target_model",
            "target_text",
            "changes",
            "reason",
        )
    }


def stored() -> dict[type[Model], list[tuple[Any, ...]]]:
    return {model: list(model.objects.order_by("pk").values_list()) for model in COUNTED}


def newest() -> int:
    return getattr(SyncEvent.objects.first(), "pk", 0)


def save(records: Sequence[Record]) -> None:
    with transaction.atomic():
        for record in records:
            record.save()


def assert_comes_true(make: Typed, statements: Statements) -> list[SyncEvent]:
    """Run it dry, see that nothing was written, save, and compare with what was logged."""
    before, last = stored(), newest()
    with statements() as sent:
        decision = dry_run(make())
        to_come = decision.events
    assert all(sql.startswith("SELECT") for sql in sent)
    assert stored() == before

    if not all(outcome.takes_choice for outcome in decision.outcomes):
        # The page would have offered another choice by now; a save goes nowhere unasked.
        with pytest.raises(Refused, match="what you chose"):
            save(make())
        assert stored() == before
        return to_come
    save(make())

    logged = list(SyncEvent.objects.filter(pk__gt=last).order_by("pk"))
    assert [told(event) for event in to_come] == [told(event) for event in logged]
    assert decision.fingerprint == fingerprint(logged)
    return to_come


@pytest.mark.parametrize("kind", SAVES)
def test_what_a_dry_run_says_is_what_a_save_does(kind: str, statements: Statements) -> None:
    assert assert_comes_true(SAVES[kind](), statements)


WHERE: dict[str, tuple[str, ...]] = {
    "none": (),
    "its own": ("Aetna",),
    "another": ("VSP",),
    "several": ("VSP", "AETNA"),
}
ORPHANS: dict[str, dict[str, Any]] = {
    "none": {},
    "same": {"name": "HMO"},
    "with phone": {"name": "Other", **CONTACT},
}


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("orphan", ORPHANS)
@pytest.mark.parametrize("choice", ["", "company", "orphan", "garbage"])
@pytest.mark.parametrize("typed", [{}, CONTACT, NEXT_SUITE], ids=["", "phone", "next suite"])
def test_an_insurance_is_told_of_wherever_it_may_go(
    where: str, orphan: str, choice: str, typed: dict[str, str], statements: Statements
) -> None:
    companies = at_the_address(*WHERE[where])
    plan = orphan_plan(**AETNA_ADDRESS, **ORPHANS[orphan]) if ORPHANS[orphan] else None
    tokens = {
        "company": record_key(companies[0]) if companies else "pm.InsuranceCompany:999",
        "orphan": record_key(plan) if plan else "pm.InsurancePlan:999",
        "garbage": "ehr.Insurance:1",
    }

    assert_comes_true(insurance_added(tokens.get(choice, ""), **typed), statements)


def test_records_become_in_memory_what_a_save_makes_of_them() -> None:
    [vsp] = at_the_address("VSP")
    [typed] = insurance_added(zip_code="926171234")()

    [outcome] = dry_run([typed]).outcomes

    assert typed.company_name == "VSP"
    assert str(typed) == "VSP – HMO – 111 Academy Drive, 92617-1234"
    assert not is_stored(typed)
    assert typed.origin == "EHR"
    assert isinstance(outcome.target, InsurancePlan)
    assert not is_stored(outcome.target)
    assert outcome.target.company == vsp


def test_the_name_that_is_told_is_the_one_in_the_drop_down() -> None:
    [outcome] = dry_run(plan_added(name="Aetna HMO")()).outcomes

    assert str(outcome.target) == "Aetna – Aetna HMO – 111 Academy Drive, 92617"


def test_what_a_save_refuses_is_refused() -> None:
    [typed] = edited(InsuranceFactory(), company_name="Else")()

    with pytest.raises(Refused, match="comes from PM"):
        dry_run([typed])


class TestFingerprint:
    def events(self, **values: Any) -> list[SyncEvent]:
        event = SyncEvent(rule="pm-plan-edited", outcome="updated", target_model="ehr.Insurance")
        event.target_text = "Aetna – HMO"
        event.changes = {"phone": ["", "800-555-0100"], "city": ["Irvine", "El Paso"]}
        for name, value in values.items():
            setattr(event, name, value)
        return [event]

    def test_is_the_same_in_another_order_of_events_and_fields(self) -> None:
        first, second = self.events(), self.events(target_text="Aetna – PPO")
        turned = self.events(changes=dict(reversed(first[0].changes.items())))

        assert fingerprint(first + second) == fingerprint(second + turned)

    @pytest.mark.parametrize(
        "values",
        [
            {"rule": "pair-repaired"},
            {"outcome": "created"},
            {"target_model": "pm.InsurancePlan"},
            {"target_text": "Cigna – HMO"},
            {"changes": {}},
            {"source_changes": {"company_name": ["Aetna Inc", "Aetna"]}},
            {"reason": {"code": "linked"}},
        ],
    )
    def test_is_another_where_something_else_was_done(self, values: dict[str, Any]) -> None:
        assert fingerprint(self.events()) != fingerprint(self.events(**values))

    def test_is_the_same_whoever_did_it_and_whichever_key_a_new_record_got(self) -> None:
        new = {"outcome": "created"}
        done = self.events(**new, target_id=7, source_id=8, actor="kim", undo={"created": [7]})

        assert fingerprint(self.events(**new)) == fingerprint(done)

    def test_is_another_where_another_record_was_written(self) -> None:
        assert fingerprint(self.events(target_id=7)) != fingerprint(self.events(target_id=8))

    def test_counts_events(self) -> None:
        assert fingerprint(self.events()) != fingerprint(self.events() * 2)
