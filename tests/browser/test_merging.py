"""Duplicates are made one, and that is taken back, in a real browser."""

import pytest
from playwright.sync_api import expect

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from tests.browser.conftest import Visit
from tests.browser.wcag import violations
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PolicyFactory,
    anew,
    insurance_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = [1366, 800, 390]


@pytest.fixture
def duplicates() -> tuple[InsuranceCompany, InsuranceCompany]:
    """Return two companies that look alike, with ten plans each, of which they share one."""
    keep = CompanyFactory(name="Aetna", payer_id="60054", **AETNA_ADDRESS)
    other = CompanyFactory(name="AETNA", phone="800-555-0100", **AETNA_ADDRESS)
    for company in (keep, other):
        PlanFactory(company=company, name="HMO", **AETNA_ADDRESS)
        for number in range(9):
            PlanFactory(company=company, name=f"Plan {company.pk} {number}")
    gone = other.plans.get(name="HMO")
    PolicyFactory(plan=gone)
    EHRPatientFactory(primary_insurance=insurance_of(gone))
    return keep, other


@pytest.mark.parametrize("width", WIDTHS)
def test_two_duplicate_companies_are_one_in_three_clicks_and_two_again_by_undo(
    visit: Visit, duplicates: tuple[InsuranceCompany, InsuranceCompany], width: int
) -> None:
    keep, other = duplicates
    page = visit("admin", width=width)
    page.goto("/admin/")

    page.get_by_role("link", name="Companies that look alike").click()
    page.wait_for_url("**/sync/alike/look-alike-companies/")
    assert violations(page, f"look-alikes at {width}") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Merge…").click()
    shown = page.get_by_role("region", name="What Merge will do")
    expect(shown).to_contain_text("9 plans move to Aetna")
    expect(shown).to_contain_text("1 policy moves to the plan kept.")
    assert violations(page, f"merging at {width}") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Merge 2 companies").click()

    expect(page.locator(".messagelist")).to_contain_text("was merged into")
    assert anew(other).merged_into == keep
    assert InsurancePlan.objects.active().filter(company=keep).count() == 19
    assert Insurance.objects.active().count() == 19
    expect(page.locator(".why-here")).to_contain_text("Merged into it: AETNA.")
    page.get_by_role("link", name="See the sync log").click()
    page.locator("#result_list tbody th a").last.click()
    page.get_by_role("link", name="Undo this…").click()
    expect(page.get_by_role("region", name="What Undo will do")).to_contain_text("goes back")
    assert violations(page, f"undoing at {width}") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Undo", exact=True).click()

    expect(page.locator(".messagelist")).to_contain_text("changed back")
    assert anew(other).merged_into is None
    assert InsurancePlan.objects.active().filter(company=other).count() == 10


def test_from_a_companys_page_the_other_is_picked_and_another_choice_is_shown_first(
    visit: Visit, duplicates: tuple[InsuranceCompany, InsuranceCompany]
) -> None:
    keep, other = duplicates
    page = visit("admin")
    page.goto(f"/admin/pm/insurancecompany/{other.pk}/change/")
    page.get_by_role("link", name="Same as another…").click()
    page.locator(".select2-selection").click()
    page.keyboard.type("60054")
    page.locator(".select2-results__option", has_text="60054").click()
    expect(page.locator(".select2-selection")).to_contain_text("60054")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(f"**/?key={other.pk}&key={keep.pk}")

    page.locator(f"input[name=keep][value='{other.pk}']").check()
    page.get_by_role("button", name="Merge 2 companies").click()
    expect(page.locator(".messagelist")).to_contain_text("Nothing was merged yet: what you chose")
    page.get_by_role("button", name="Merge 2 companies").click()

    expect(page.locator(".messagelist")).to_contain_text("was merged into")
    assert anew(keep).merged_into == other
    assert (anew(other).payer_id, anew(other).phone) == ("60054", "800-555-0100")
