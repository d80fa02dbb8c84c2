"""`pm-company-added` and `pm-company-edited`: a company is PM's alone."""

import pytest

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.flags import stale_names
from tests.editing import edit
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory, anew, insurance_of
from tests.screens import why

pytestmark = pytest.mark.django_db


def test_adding_a_company_makes_nothing_in_the_ehr() -> None:
    company = CompanyFactory(name="Aetna")

    assert not Insurance.objects.exists()
    assert not InsuranceLink.objects.exists()
    event = SyncEvent.objects.get()
    assert (event.rule, event.outcome) == ("pm-company-added", "not_propagated")
    assert (event.source_model, event.source_id) == ("pm.InsuranceCompany", company.pk)
    assert (event.source_text, event.target_model, event.target_id) == ("Aetna", "", None)
    assert event.changes == {}


def test_adding_a_company_at_an_insurances_address_takes_no_plan_over() -> None:
    plan = PlanFactory(company=CompanyFactory(name="Aetna"), **AETNA_ADDRESS)

    other = CompanyFactory(name="Cigna", **AETNA_ADDRESS)

    assert not other.plans.exists()
    assert insurance_of(plan).company_name == "Aetna"


def test_renaming_a_company_leaves_ehr_names_alone() -> None:
    plan = PlanFactory(company=CompanyFactory(name="Aetna"), name="HMO", **AETNA_ADDRESS)
    before = insurance_of(plan)

    edit(plan.company, name="Aetna Inc")

    insurance = insurance_of(plan)
    assert insurance.name == "Aetna – HMO – 111 Academy Drive, 92617"
    assert insurance.version == before.version
    assert anew(plan).version == 1


def test_renaming_a_company_is_logged_and_counts_its_stale_names() -> None:
    company = CompanyFactory(name="Aetna")
    PlanFactory.create_batch(3, company=company)
    PlanFactory()

    event = edit(company, name="Aetna Life")

    assert (event.rule, event.outcome) == ("pm-company-edited", "not_propagated")
    assert event.source_changes == {"name": ["Aetna", "Aetna Life"], "other_names": ["", "Aetna"]}
    assert why(event).startswith("3 EHR names still show an old company name.")
    assert stale_names().count() == 3


def test_one_stale_name_is_counted_in_the_singular() -> None:
    event = edit(PlanFactory().company, name="Aetna Inc")

    assert why(event).startswith("1 EHR name still shows an old company name.")


def test_renaming_a_company_back_leaves_no_stale_names_and_no_note() -> None:
    company = PlanFactory(company__name="Aetna").company
    edit(company, name="Aetna Inc")

    assert why(edit(company, name="Aetna")) == ""
    assert not stale_names().exists()


def test_a_company_without_plans_is_renamed_without_a_word_on_stale_names() -> None:
    assert why(edit(CompanyFactory(), name="Aetna Inc")) == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [("street_1", "1 New Road"), ("phone", "800-555-0199"), ("payer_id", "60054"), ("notes", "-")],
)
def test_editing_anything_else_on_a_company_crosses_nothing(field: str, value: str) -> None:
    plan = PlanFactory()
    setattr(plan.company, field, value)

    plan.company.save()

    event = SyncEvent.objects.latest("pk")
    assert (event.rule, event.outcome, why(event)) == ("pm-company-edited", "not_propagated", "")
    assert list(event.source_changes) == [field]
    assert insurance_of(plan).version == 1
    assert anew(plan).version == 1


def test_deactivating_a_company_touches_no_plan() -> None:
    plan = PlanFactory()
    plan.company.is_active = False

    plan.company.save()

    assert anew(plan).is_active
    assert insurance_of(plan).is_active
    assert SyncEvent.objects.latest("pk").source_changes == {"is_active": [True, False]}


def test_a_company_saved_unchanged_is_an_edit_of_nothing() -> None:
    company = CompanyFactory()

    company.save()

    event = SyncEvent.objects.latest("pk")
    assert (event.rule, event.source_changes) == ("pm-company-edited", {})
    assert InsuranceCompany.objects.get().version == 2
    assert not InsurancePlan.objects.exists()


def test_an_edit_that_is_no_rename_does_not_count_the_stale_names_again() -> None:
    company = PlanFactory().company
    edit(company, name="Aetna Inc")
    company.phone = "800-555-0100"

    company.save()

    assert why(SyncEvent.objects.first()) == ""
    assert stale_names().count() == 1
