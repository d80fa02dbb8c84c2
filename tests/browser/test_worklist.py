"""The coverage worklist in a narrow window: a card a patient."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, box_of
from tests.browser.wcag import violations

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
