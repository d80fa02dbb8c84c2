"""`ehr-insurance-added-matched`, `…-unmatched` and `ehr-insurance-edited`: the EHR tells PM."""

import pytest

from ehr.models import Insurance
from kareo.records.acting import acting
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from tests.editing import edit
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
    anew,
    insurance_of,
    plan_of,
)
from tests.screens import why

pytestmark = pytest.mark.django_db


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", phone="800-555-0111", **AETNA_ADDRESS)


def added_events() -> list[SyncEvent]:
    """Return the events of the newest action, oldest first."""
    batch = SyncEvent.objects.latest("pk").batch
    return list(SyncEvent.objects.filter(batch=batch).order_by("pk"))


def test_an_insurance_at_a_companys_address_gets_a_new_plan_under_it(
    aetna: InsuranceCompany,
) -> None:
    insurance = InsuranceFactory(
        company_name="Aetna", plan_name="HMO", phone="800-555-0100", **AETNA_ADDRESS
    )

    plan = InsurancePlan.objects.get()
    assert (plan.company, plan.name, plan.phone) == (aetna, "HMO", "800-555-0100")
    assert plan.street_1 == "111 Academy Drive"
    assert plan.origin == "EHR"
    link = InsuranceLink.objects.get()
    assert (link.plan, link.insurance) == (plan, insurance)
    [event] = added_events()
    assert (event.rule, event.outcome) == ("ehr-insurance-added-matched", "created")
    assert (event.source_id, event.target_id) == (insurance.pk, plan.pk)
    assert why(event) == "Matches PM company Aetna: same street and ZIP."


def test_a_matched_add_leaves_the_company_untouched(aetna: InsuranceCompany) -> None:
    InsuranceFactory(company_name="AETNA", phone="800-555-0100", **AETNA_ADDRESS)

    company = InsuranceCompany.objects.get()
    assert (company.version, company.name, company.phone) == (1, "Aetna", "800-555-0111")
    assert company.updated_at == aetna.updated_at


def test_a_matched_add_takes_the_pm_companys_name_and_shows_it_in_the_drop_down(
    aetna: InsuranceCompany,
) -> None:
    insurance = InsuranceFactory(company_name="AETNA inc", plan_name="HMO", **AETNA_ADDRESS)

    [event] = added_events()
    assert event.source_changes == {"company_name": ["AETNA inc", "Aetna"]}
    stored = anew(insurance)
    assert stored.company_name == insurance.company_name == "Aetna"
    assert stored.name == insurance.name == "Aetna – HMO – 111 Academy Drive, 92617"
    assert stored.version == insurance.version
    edit(insurance, phone="800-555-0100")  # the same copy isn't stale


def test_a_matched_add_under_the_companys_own_name_is_written_once(aetna: InsuranceCompany) -> None:
    insurance = InsuranceFactory(company_name="Aetna", **AETNA_ADDRESS)

    assert anew(insurance).version == 1


@pytest.mark.parametrize(
    "spelling",
    [
        {"street_1": "111 ACADEMY  DRIVE"},
        {"street_1": "111 Academy Drive,"},
        {"zip_code": "92617-1234"},
        {"zip_code": "926171234"},
        {"city": "IRVINE"},
    ],
)
def test_another_spelling_of_the_address_matches(
    aetna: InsuranceCompany, spelling: dict[str, str]
) -> None:
    insurance = InsuranceFactory(**{**AETNA_ADDRESS, **spelling})

    assert plan_of(insurance).company == aetna


@pytest.mark.parametrize(
    "address", [{"street_1": "112 Academy Drive"}, {"street_2": "Suite 4"}, {"zip_code": "92618"}]
)
def test_another_address_makes_a_company_with_that_address_and_a_plan(
    aetna: InsuranceCompany, address: dict[str, str]
) -> None:
    insurance = InsuranceFactory(
        company_name="Aetna", plan_name="HMO", phone="800-555-0100", **{**AETNA_ADDRESS, **address}
    )

    plan = plan_of(insurance)
    assert plan.company != aetna
    assert plan.company.name == "Aetna"
    for field in InsuranceCompany.address_fields:
        assert getattr(plan.company, field) == getattr(insurance, field), field
    assert plan.company.address_key == insurance.address_key
    assert (plan.company.origin, plan.company.phone, plan.phone) == ("EHR", "", "800-555-0100")
    company_event, plan_event = added_events()
    for event in (company_event, plan_event):
        assert (event.rule, event.outcome) == ("ehr-insurance-added-unmatched", "created")
        assert why(event).startswith("No PM company has this address.")
        assert (event.source_model, event.source_id) == ("ehr.Insurance", insurance.pk)
    assert (company_event.target_model, company_event.target_id) == (
        "pm.InsuranceCompany",
        plan.company_id,
    )
    assert (plan_event.target_model, plan_event.target_id) == ("pm.InsurancePlan", plan.pk)


def test_a_plans_address_is_not_its_companys_and_matches_nothing() -> None:
    PlanFactory(**AETNA_ADDRESS)

    insurance = InsuranceFactory(company_name="Aetna", **AETNA_ADDRESS)

    assert plan_of(insurance).company.name == "Aetna"
    assert InsuranceCompany.objects.count() == 2


def test_companies_without_an_address_are_never_matched_by_a_blank_one() -> None:
    CompanyFactory(name="Aetna", street_1="", city="", state="", zip_code="")

    insurance = InsuranceFactory(company_name="Aetna", street_1="", city="", state="", zip_code="")

    assert InsuranceCompany.objects.count() == 2
    assert plan_of(insurance).company.address == ""
    assert why(added_events()[0]) == "The address is incomplete, so it can't be matched."


def test_an_inactive_company_does_not_match_and_the_user_is_told_why(
    aetna: InsuranceCompany,
) -> None:
    edit(aetna, is_active=False)

    insurance = InsuranceFactory(company_name="Aetna", **AETNA_ADDRESS)

    assert plan_of(insurance).company != aetna
    for event in added_events():
        assert event.rule == "ehr-insurance-added-unmatched"
        assert "Aetna has this address but is inactive" in why(event)


def test_an_add_from_the_ehr_makes_one_plan_and_no_second_insurance(
    aetna: InsuranceCompany,
) -> None:
    insurance = InsuranceFactory(**AETNA_ADDRESS)
    anew(insurance).save()

    assert Insurance.objects.count() == InsurancePlan.objects.count() == 1


def test_two_adds_of_one_new_address_share_the_company_that_the_first_made() -> None:
    with acting("kim"):
        first, second = InsuranceFactory.create_batch(2, **AETNA_ADDRESS)

    assert plan_of(first).company == plan_of(second).company
    assert anew(second).company_name == first.company_name
    assert SyncEvent.objects.values("batch").distinct().count() == 1


def test_editing_an_insurance_updates_its_plan_and_never_the_company(
    aetna: InsuranceCompany,
) -> None:
    insurance = InsuranceFactory(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)

    event = edit(insurance, plan_name="PPO", street_1="PO Box 7", fax="800-555-0101")

    plan = plan_of(insurance)
    assert (plan.name, plan.street_1, plan.fax) == ("PPO", "PO Box 7", "800-555-0101")
    assert plan.address_key == insurance.address_key
    assert plan.version == 2
    assert (event.rule, event.outcome) == ("ehr-insurance-edited", "updated")
    assert event.changes == {
        "name": ["HMO", "PPO"],
        "street_1": ["111 Academy Drive", "PO Box 7"],
        "fax": ["", "800-555-0101"],
    }
    assert insurance.name == "Aetna – PPO – PO Box 7, 92617"
    assert anew(aetna).version == 1


def test_an_edit_never_looks_for_another_company(aetna: InsuranceCompany) -> None:
    insurance = insurance_of(PlanFactory(company=CompanyFactory(name="Cigna")))

    edit(insurance, **AETNA_ADDRESS)

    plan = plan_of(insurance)
    assert plan.company.name == "Cigna"
    assert plan.street_1 == "111 Academy Drive"
    assert InsuranceCompany.objects.count() == 2


def test_an_edit_does_not_cure_or_spread_a_stale_name(aetna: InsuranceCompany) -> None:
    insurance = InsuranceFactory(company_name="Aetna", **AETNA_ADDRESS)
    edit(aetna, name="Aetna Inc")

    event = edit(insurance, phone="800-555-0100")

    assert anew(insurance).company_name == "Aetna"
    assert anew(aetna).name == "Aetna Inc"
    assert list(event.changes) == ["phone"]


@pytest.mark.parametrize("notes", ["", "call first"])
def test_an_edit_of_nothing_or_of_what_stays_here_writes_nothing_in_pm(notes: str) -> None:
    insurance = InsuranceFactory()

    event = edit(insurance, notes=notes)

    assert (event.rule, event.outcome, event.changes) == ("ehr-insurance-edited", "unchanged", {})
    assert plan_of(insurance).version == 1


def test_an_edit_leaves_what_is_pms_own() -> None:
    insurance = InsuranceFactory()
    edit(plan_of(insurance), contact_name="Kim", notes="ask for Kim")

    edit(insurance := anew(insurance), plan_name="PPO")

    plan = plan_of(insurance)
    assert (plan.contact_name, plan.notes) == ("Kim", "ask for Kim")


def test_deactivating_an_insurance_deactivates_its_plan_and_counts_who_has_it() -> None:
    insurance = InsuranceFactory()
    EHRPatientFactory(secondary_insurance=insurance)
    PolicyFactory.create_batch(2, plan=plan_of(insurance))

    event = edit(insurance, is_active=False)

    plan = plan_of(insurance)
    assert not plan.is_active
    assert plan.company.is_active
    assert why(event) == (
        "No longer offered in either system. 1 EHR patient and 2 PM policies still have it."
    )
