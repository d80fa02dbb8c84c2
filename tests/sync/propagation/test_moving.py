"""Plans are moved to another company, many at once: `plans-moved`."""

import pytest

from ehr.models import Insurance
from kareo.records import Refused
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.propagation import NotAsShown, move, moving
from sync.rules.decision import NOT_PROPAGATED, UNCHANGED, UPDATED
from tests.conftest import AtOnce, Statements
from tests.factories import CompanyFactory, PlanFactory, insurance_of, orphan_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna")


@pytest.fixture
def cigna() -> InsuranceCompany:
    return CompanyFactory(name="Cigna")


def shown(plans: list[InsurancePlan], to: InsuranceCompany) -> str:
    stored = InsurancePlan.objects.filter(pk__in=[plan.pk for plan in plans])
    return moving(list(stored.select_related("company")), to).fingerprint


def moved(plans: list[InsurancePlan], to: InsuranceCompany) -> list[SyncEvent]:
    return move([plan.pk for plan in plans], to.pk, shown(plans, to))


def test_plans_move_in_pm_and_their_insurances_take_the_companys_name(
    aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plans = [PlanFactory(company=aetna, name=name) for name in ("HMO", "PPO")]
    insurances = [insurance_of(plan) for plan in plans]

    events = moved(plans, cigna)

    assert {plan.company_id for plan in InsurancePlan.objects.all()} == {cigna.pk}
    for plan, insurance in zip(plans, insurances, strict=True):
        stored = Insurance.objects.get(pk=insurance.pk)
        assert (stored.company_name, stored.plan_name) == ("Cigna", plan.name)
        assert stored.name.startswith(f"Cigna – {plan.name} – ")
        assert stored.version == insurance.version + 1
        assert InsurancePlan.objects.get(pk=plan.pk).version == plan.version + 1
    assert [(e.rule, e.outcome, e.source_id) for e in events] == [
        ("plans-moved", UPDATED, plan.pk) for plan in plans
    ]
    company = {"id": aetna.pk, "text": "Aetna"}, {"id": cigna.pk, "text": "Cigna"}
    assert {name: [*change] for name, change in events[0].source_changes.items()} == {
        "company": [*company]
    }
    assert events[0].changes == {"company_name": ["Aetna", "Cigna"]}
    assert events[0].source_text.startswith("Cigna – HMO")
    assert len({event.batch for event in events}) == 1
    assert SyncEvent.objects.filter(rule="plans-moved").count() == 2


def test_what_moving_shows_is_what_it_does_and_it_writes_nothing(
    aetna: InsuranceCompany, cigna: InsuranceCompany, statements: Statements
) -> None:
    plans = [PlanFactory(company=aetna), orphan_plan(company=aetna)]
    with statements() as sent:
        decision = moving(list(InsurancePlan.objects.select_related("company")), cigna)
        before = [event.as_dict() for event in decision.events]

    assert not [sql for sql in sent if not sql.startswith("SELECT")]
    assert before == [event.as_dict() for event in moved(plans, cigna)]


def test_a_stale_name_is_cured_and_its_flag_taken_back(
    aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plan = PlanFactory(company=aetna)
    aetna.name = "Aetna Inc"
    aetna.save()
    assert InsuranceLink.objects.get().stale_name

    moved([plan], cigna)

    assert not InsuranceLink.objects.get().stale_name
    assert Insurance.objects.get().company_name == "Cigna"


def test_an_orphan_moves_in_pm_only(aetna: InsuranceCompany, cigna: InsuranceCompany) -> None:
    plan = orphan_plan(company=aetna)

    [event] = moved([plan], cigna)

    assert (event.rule, event.outcome) == ("plans-moved", NOT_PROPAGATED)
    assert event.reason["code"] == "no_counterpart"
    assert InsurancePlan.objects.get().company == cigna
    assert not Insurance.objects.exists()


def test_to_a_company_of_the_same_name_the_ehr_needs_no_change(aetna: InsuranceCompany) -> None:
    plan, other = PlanFactory(company=aetna), CompanyFactory(name="Aetna")

    [event] = moved([plan], other)

    assert event.outcome == UNCHANGED
    assert InsurancePlan.objects.get().company == other


def test_plans_that_are_there_already_are_left_as_they_are(
    aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    stays, goes = PlanFactory(company=cigna), PlanFactory(company=aetna)

    [event] = moved([stays, goes], cigna)

    assert event.source_id == goes.pk
    assert InsurancePlan.objects.get(pk=stays.pk).version == stays.version


@pytest.mark.parametrize("gone", ["inactive", "deleted"])
def test_nothing_moves_to_a_company_that_is_gone(
    aetna: InsuranceCompany, cigna: InsuranceCompany, gone: str
) -> None:
    plan = PlanFactory(company=aetna)
    said = shown([plan], cigna)
    companies = InsuranceCompany.objects.filter(pk=cigna.pk)
    companies.change(is_active=False) if gone == "inactive" else companies.delete()

    with pytest.raises(Refused, match="deleted or deactivated meanwhile"):
        move([plan.pk], cigna.pk, said)

    assert InsurancePlan.objects.get().company == aetna


@pytest.mark.parametrize("what", ["renamed", "edited", "deleted", "moved"])
def test_nothing_moves_where_it_is_not_what_was_shown(
    aetna: InsuranceCompany, cigna: InsuranceCompany, what: str
) -> None:
    plans = [PlanFactory(company=aetna), PlanFactory(company=aetna)]
    said = shown(plans, cigna)
    if what == "renamed":
        cigna.name = "Cigna Healthcare"
        cigna.save()
    elif what == "edited":
        plans[0].name = "EPO"
        plans[0].save()
    elif what == "deleted":
        Insurance.objects.filter(link__plan=plans[0]).delete()
    else:
        InsurancePlan.objects.filter(pk=plans[0].pk).change(company=CompanyFactory())
    versions = [*InsurancePlan.objects.values_list("version", "company")]

    with pytest.raises(NotAsShown, match="It now shows what it does"):
        move([plan.pk for plan in plans], cigna.pk, said)

    assert [*InsurancePlan.objects.values_list("version", "company")] == versions
    assert not SyncEvent.objects.filter(rule="plans-moved").exists()


def test_it_asks_no_more_for_many(
    aetna: InsuranceCompany, cigna: InsuranceCompany, statements: Statements
) -> None:
    sizes = []
    for count in (5, 25):
        plans = [PlanFactory(company=aetna) for _ in range(count)]
        said = shown(plans, cigna)
        with statements() as sent:
            move([plan.pk for plan in plans], cigna.pk, said)
        sizes.append(len(sent))

    assert sizes[0] == sizes[1]


@pytest.mark.django_db(transaction=True)
def test_two_who_move_the_same_plans_at_once_end_in_one_place(
    aetna: InsuranceCompany, cigna: InsuranceCompany, at_once: AtOnce
) -> None:
    plans = [PlanFactory(company=aetna) for _ in range(4)]
    keys, other = [plan.pk for plan in plans], CompanyFactory(name="Humana")
    said = {to.pk: shown(plans, to) for to in (cigna, other)}

    def go(to: int) -> bool:
        try:
            move(keys, to, said[to])
        except NotAsShown:
            return False
        return True

    done = at_once(lambda: go(cigna.pk), lambda: go(other.pk))

    assert sorted(done) == [False, True]
    [company] = {plan.company for plan in InsurancePlan.objects.select_related("company")}
    assert set(Insurance.objects.values_list("company_name", flat=True)) == {company.name}
    assert SyncEvent.objects.filter(rule="plans-moved").count() == len(plans)
