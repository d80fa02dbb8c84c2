"""The coverage worklist in a narrow window: a card a patient."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ON_A_DESK, PHONE, Visit, box_of
from tests.browser.wcag import violations
from tests.factories import EHRPatientFactory, PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_patient_is_a_card_that_can_be_read(
    visit: Visit, demo_practice: None, theme: str
) -> None:
    page = visit("frontdesk", theme=theme, width=390)
    page.goto("/sync/coverage/")
    card = page.locator(".worklist tbody").filter(has_text="Okafor")

    expect(card).to_contain_text("Differs: company, plan and address")
    for cell in card.locator("td[data-label]").all():
        assert box_of(cell)["width"] > 250
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page, "coverage worklist, 390") == []


@pytest.mark.parametrize("width", [ON_A_DESK["width"], PHONE])
def test_what_only_pm_has_is_filled_in_in_the_ehr_with_the_focus_and_in_sight(
    visit: Visit, width: int
) -> None:
    policy = PolicyFactory(rank="secondary")
    EHRPatientFactory(chart_number=policy.patient.chart_number)
    page = visit("frontdesk", width=width)
    page.goto("/sync/coverage/")
    page.get_by_role("link", name="Enter in the EHR").click()

    picker = page.get_by_role("combobox", name="Secondary insurance")
    expect(picker).to_contain_text(policy.plan.link.insurance.name)
    expect(picker).to_be_focused()
    expect(picker).to_be_in_viewport(ratio=1)


def test_what_only_the_ehr_has_is_begun_in_pm_with_the_focus_and_in_sight(
    visit: Visit, demo_practice: None
) -> None:
    page = visit("frontdesk")
    page.set_viewport_size(ON_A_DESK)
    page.goto("/sync/coverage/?q=Marchetti")
    page.get_by_role("link", name="Enter in PM").click()

    row = page.locator("#policies-1")
    expect(row.locator("#id_policies-1-policy_number")).to_be_focused()
    expect(row.locator("#id_policies-1-rank")).to_have_value("secondary")
    expect(row.get_by_role("combobox", name="Plan")).to_contain_text("Cigna Vision Exam")
    expect(row.get_by_role("checkbox", name="Active")).to_be_in_viewport(ratio=1)
    page.keyboard.type("V123")
    page.keyboard.press("Enter")

    expect(page.locator(".messagelist")).to_contain_text("The EHR has the same.")
    expect(page.locator(".worklist")).to_contain_text("No patient found for “Marchetti”")
