"""`pm-plan-added` and `pm-plan-edited`: PM tells the EHR."""

import pytest

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from tests.editing import edit
from tests.factories import (
    AETNA_ADDRESS,
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
def plan() -> InsurancePlan:
    return PlanFactory(company=CompanyFactory(name="Aetna"), name="Aetna HMO", **AETNA_ADDRESS)


def test_adding_a_plan_makes_its_insurance_under_the_articles_name(plan: InsurancePlan) -> None:
    insurance = Insurance.objects.get()

    assert insurance.name == "Aetna – Aetna HMO – 111 Academy Drive, 92617"
    link = InsuranceLink.objects.get()
    assert (link.plan, link.insurance) == (plan, insurance)
    event = SyncEvent.objects.latest("pk")
    assert (event.rule, event.outcome) == ("pm-plan-added", "created")
    assert (event.source_model, event.source_id) == ("pm.InsurancePlan", plan.pk)
    assert (event.target_model, event.target_id) == ("ehr.Insurance", insurance.pk)
    assert event.target_text == insurance.name


def test_adding_a_plan_gives_its_insurance_all_that_crosses_and_nothing_else() -> None:
    plan = PlanFactory(
        company__name="Aetna",
        name="HMO",
        street_1="PO Box 40417",
        street_2="Suite 2",
        city="El Paso",
        state="TX",
        zip_code="799980417",
        phone="800-555-0100",
        fax="800-555-0101",
        contact_name="Kim",
        notes="ask for Kim",
        is_active=False,
    )

    insurance = insurance_of(plan)
    assert insurance.name == "Aetna – HMO – PO Box 40417 Suite 2, 79998-0417"
    for field in ("street_1", "street_2", "city", "state", "zip_code", "phone", "fax", "is_active"):
        assert getattr(insurance, field) == getattr(plan, field), field
    assert (insurance.company_name, insurance.plan_name) == ("Aetna", "HMO")
    assert insurance.notes == ""
    assert insurance.origin == "PM"
    assert insurance.address_key == anew(plan).address_key != ""


def test_adding_a_plan_at_another_companys_address_stays_under_its_own_company() -> None:
    CompanyFactory(name="Cigna", **AETNA_ADDRESS)

    plan = PlanFactory(company=CompanyFactory(name="Aetna"), **AETNA_ADDRESS)

    assert insurance_of(plan).company_name == "Aetna"
    assert InsuranceCompany.objects.count() == 2


def test_one_save_never_makes_two_insurances_or_two_plans(plan: InsurancePlan) -> None:
    plan.save()
    anew(plan).save()

    assert Insurance.objects.count() == InsurancePlan.objects.count() == 1


def test_editing_a_plan_brings_its_insurance_up_to_date(plan: InsurancePlan) -> None:
    event = edit(plan, name="Aetna PPO", phone="800-555-0100", street_1="PO Box 7")

    insurance = insurance_of(plan)
    assert insurance.name == "Aetna – Aetna PPO – PO Box 7, 92617"
    assert insurance.phone == "800-555-0100"
    assert insurance.version == 2
    assert insurance.address_key == anew(plan).address_key
    assert (event.rule, event.outcome) == ("pm-plan-edited", "updated")
    assert event.changes == {
        "plan_name": ["Aetna HMO", "Aetna PPO"],
        "phone": ["", "800-555-0100"],
        "street_1": ["111 Academy Drive", "PO Box 7"],
    }
    assert event.source_changes["name"] == ["Aetna HMO", "Aetna PPO"]


def test_saving_a_plan_unchanged_is_an_edit_that_writes_nothing_over_there(
    plan: InsurancePlan,
) -> None:
    event = edit(plan)

    assert (event.rule, event.outcome) == ("pm-plan-edited", "unchanged")
    assert event.changes == event.source_changes == {}
    assert insurance_of(plan).version == 1
    assert anew(plan).version == 2


@pytest.mark.parametrize(("field", "value"), [("contact_name", "Kim"), ("notes", "ask for Kim")])
def test_editing_what_stays_in_pm_writes_nothing_over_there(
    plan: InsurancePlan, field: str, value: str
) -> None:
    event = edit(plan, **{field: value})

    assert event.outcome == "unchanged"
    assert event.source_changes == {field: ["", value]}
    assert insurance_of(plan).version == 1


def test_saving_a_plan_leaves_what_is_the_ehrs_own(plan: InsurancePlan) -> None:
    edit(insurance_of(plan), notes="call first")

    edit(plan := anew(plan), name="Aetna PPO")

    assert insurance_of(plan).notes == "call first"


def test_saving_a_plan_cures_its_stale_name_and_no_other(plan: InsurancePlan) -> None:
    second = PlanFactory(company=plan.company)
    edit(plan.company, name="Aetna Inc")

    event = edit(anew(plan))

    assert insurance_of(plan).name == "Aetna Inc – Aetna HMO – 111 Academy Drive, 92617"
    assert event.outcome == "updated"
    assert event.changes == {"company_name": ["Aetna", "Aetna Inc"]}
    assert insurance_of(second).company_name == "Aetna"


def test_a_plan_uses_its_companys_stored_name_not_one_in_memory(plan: InsurancePlan) -> None:
    edit(anew(plan.company), name="Aetna Inc")

    edit(plan)

    assert plan.company.name == "Aetna Inc"
    assert insurance_of(plan).company_name == "Aetna Inc"


def test_moving_a_plan_to_another_company_renames_its_insurance(plan: InsurancePlan) -> None:
    aetna, cigna = plan.company, CompanyFactory(name="Cigna")

    event = edit(plan, company=cigna)

    assert insurance_of(plan).name == "Cigna – Aetna HMO – 111 Academy Drive, 92617"
    assert event.source_changes == {
        "company": [{"id": aetna.pk, "text": "Aetna"}, {"id": cigna.pk, "text": "Cigna"}]
    }


def test_editing_a_plan_never_touches_its_company(plan: InsurancePlan) -> None:
    edit(plan, street_1="PO Box 7", phone="800-555-0100", is_active=False)

    assert anew(plan.company).version == 1


def test_deactivating_a_plan_deactivates_its_insurance_and_counts_who_has_it(
    plan: InsurancePlan,
) -> None:
    insurance = insurance_of(plan)
    EHRPatientFactory(primary_insurance=insurance)
    EHRPatientFactory(primary_insurance=insurance, secondary_insurance=insurance)
    PolicyFactory(plan=plan)
    PolicyFactory(plan=plan, is_active=False)

    event = edit(plan, is_active=False)

    assert not insurance_of(plan).is_active
    assert why(event) == (
        "No longer offered in either system. 2 EHR patients and 1 PM policy still have it."
    )


def test_activating_a_plan_again_activates_its_insurance_without_a_count(
    plan: InsurancePlan,
) -> None:
    edit(plan, is_active=False)

    event = edit(plan, is_active=True)

    assert insurance_of(plan).is_active
    assert (event.changes, why(event)) == ({"is_active": [False, True]}, "")


def test_an_inactive_plan_saved_again_is_not_counted_again(plan: InsurancePlan) -> None:
    edit(plan, is_active=False)

    assert why(edit(plan, notes="-")) == ""


def test_saving_a_plan_puts_back_what_was_changed_behind_the_rules(plan: InsurancePlan) -> None:
    Insurance.objects.update(phone="999-555-0000")

    event = edit(plan)

    assert insurance_of(plan).phone == ""
    assert event.changes == {"phone": ["999-555-0000", ""]}
