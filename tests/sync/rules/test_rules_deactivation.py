"""A company is deactivated, and its plans with it only where that is said."""

import pytest

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.pairs.flags import stale_names
from sync.rules import dry_run
from sync.rules.decision import fingerprint
from tests.conftest import Statements
from tests.editing import edit, typed
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PolicyFactory,
    anew,
    insurance_of,
)
from tests.screens import why

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> InsuranceCompany:
    """Return a company of two plans in use, one that is inactive, and one that is an orphan."""
    plan = PlanFactory(company__name="Aetna", name="HMO")
    orphan = PlanFactory(company=plan.company, name="PPO")
    insurance_of(orphan).delete()
    PlanFactory(company=plan.company, name="Old", is_active=False)
    PlanFactory(name="Another company's")
    PolicyFactory(plan=plan)
    EHRPatientFactory(primary_insurance=insurance_of(plan))
    SyncEvent.objects.all().delete()
    return anew(plan.company)


def active() -> set[str]:
    return set(InsurancePlan.objects.active().values_list("name", flat=True))


def test_plans_that_stay_are_counted(company: InsuranceCompany) -> None:
    event = edit(company, is_active=False)

    assert why(event) == ("Its 2 active plans stay in PM's picker, and 1 insurance in the EHR's.")
    assert active() == {"HMO", "PPO", "Another company's"}
    assert Insurance.objects.active().count() == 2


def test_one_without_an_insurance_stays_in_pm(company: InsuranceCompany) -> None:
    plan = InsurancePlan.objects.get(name="HMO")
    plan.is_active = False
    plan.save()

    assert why(edit(company, is_active=False)) == "Its 1 active plan stays in PM's picker."


def test_one_without_an_insurance_goes_from_pm(company: InsuranceCompany) -> None:
    plan = InsurancePlan.objects.get(name="HMO")
    plan.is_active = False
    plan.save()
    company.is_active, company.plans_too = False, True
    company.save()

    event = SyncEvent.objects.get(rule="pm-company-edited")
    assert why(event) == "Its 1 active plan is deactivated in PM."


def test_one_that_stays_is_one(company: InsuranceCompany) -> None:
    InsurancePlan.objects.get(name="PPO").delete()

    assert why(edit(company, is_active=False)) == "Its 1 active plan stays in both pickers."


def test_a_rename_at_once_counts_stale_names_as_well(company: InsuranceCompany) -> None:
    said = why(edit(company, is_active=False, name="Aetna Inc"))

    assert said.startswith("2 EHR names still show")
    assert said.endswith("Its 2 active plans stay in PM's picker, and 1 insurance in the EHR's.")


def test_of_a_company_without_active_plans_nothing_is_said() -> None:
    company = PlanFactory(is_active=False).company

    assert why(edit(company, is_active=False, plans_too=True)) == ""


def test_plans_stay_as_they_are_where_the_company_does(company: InsuranceCompany) -> None:
    assert why(edit(anew(company), phone="800-555-0100", plans_too=True)) == ""
    assert "HMO" in active()


def test_plans_that_stayed_go_later(company: InsuranceCompany) -> None:
    InsuranceCompany.objects.filter(pk=company.pk).update(is_active=False)

    edit(anew(company), plans_too=True)

    event = SyncEvent.objects.get(rule="pm-company-edited")
    assert (event.source_changes, event.reason) == (
        {},
        {"code": "plans_too", "count": 2, "orphans": 1},
    )
    assert active() == {"Another company's"}


def test_plans_go_with_it_in_the_same_batch(company: InsuranceCompany) -> None:
    company.is_active, company.plans_too = False, True
    company.save()

    assert active() == {"Another company's"}
    assert set(Insurance.objects.active().values_list("plan_name", flat=True)) == {
        "Another company's"
    }
    first, *others = events = list(SyncEvent.objects.order_by("pk"))
    assert len(events) == 3
    assert len({event.batch for event in events}) == 1
    assert why(first) == "Its 2 active plans are deactivated in PM, and 1 insurance in the EHR."
    told = {event.source_text.split(" – ")[1].split(" ")[0]: event for event in others}
    assert why(told["HMO"]) == (
        "No longer offered in either system. 1 EHR patient and 1 PM policy still have it."
    )
    assert told["HMO"].changes == {"is_active": [True, False]}
    assert told["PPO"].outcome == "not_propagated"
    for event in others:
        assert event.rule == "pm-plan-edited"
        assert event.source_changes == {"is_active": [True, False]}
    assert InsurancePlan.objects.get(name="HMO").version == 2


def test_with_a_new_name_the_plans_take_it_to_the_ehr(company: InsuranceCompany) -> None:
    renamed = typed(company, name="Aetna Inc", is_active=False)
    renamed.plans_too = True
    said = dry_run([renamed]).fingerprint

    company.name, company.is_active, company.plans_too = "Aetna Inc", False, True
    company.save()

    insurance = insurance_of(InsurancePlan.objects.get(name="HMO"))
    assert insurance.company_name == "Aetna Inc"
    assert [link.plan.name for link in stale_names()] == ["Old"]
    assert fingerprint(SyncEvent.objects.all()) == said


def test_a_dry_run_writes_nothing_and_says_the_same(
    company: InsuranceCompany, statements: Statements
) -> None:
    dropped = typed(company, is_active=False)
    dropped.plans_too = True
    with statements() as sent:
        decision = dry_run([dropped])

    assert all(sql.startswith("SELECT") for sql in sent)
    assert len(decision.outcomes) == 3
    assert "HMO" in active()


def test_many_companies_and_their_plans_in_few_statements(statements: Statements) -> None:
    def deactivate(count: int) -> int:
        companies = CompanyFactory.create_batch(count)
        for company in companies:
            PlanFactory.create_batch(2, company=company)
        with statements() as sent:
            InsuranceCompany.objects.filter(pk__in=[c.pk for c in companies]).change(
                is_active=False, plans_too=True
            )
        assert not InsurancePlan.objects.active().filter(company__in=companies).exists()
        return len(sent)

    assert deactivate(4) == deactivate(2)
