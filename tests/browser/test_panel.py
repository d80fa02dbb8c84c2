"""The preview in a narrow window: it shows that it goes on, and covers nothing that is typed."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, Visit, box_of
from tests.browser.test_journeys import fill_address, preview_of, save
from tests.browser.wcag import violations
from tests.factories import AETNA_ADDRESS, CompanyFactory

pytestmark = pytest.mark.django_db(transaction=True)

ADD_COMPANY = "/admin/pm/insurancecompany/add/"
HEIGHT = 754
CUT_OFF = re.compile("cut-off")
# What is painted at the foot of the panel: nothing says so but its style.
MORE = "panel => getComputedStyle(panel, '::after').content.includes('more')"


def said_beside_save(page: Page) -> Locator:
    return page.locator("[data-preview-said]")


def type_company_that_is_there(page: Page) -> None:
    """Fill in a company that is there already, with a first plan."""
    page.locator("#id_name").fill("Aetna")
    fill_address(page, **AETNA_ADDRESS)
    page.locator("#id_plans-0-name").fill("Aetna HMO")
    page.locator("#id_plans-0-same_address").check()
    expect(preview_of(page)).to_contain_text("Similar records")


@pytest.mark.parametrize("width", [768, 1000, 1199])
def test_what_save_asks_stands_beside_it_where_the_panel_is_cut_off(
    visit: Visit, width: int
) -> None:
    CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    page = visit("billing", width=width)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(ADD_COMPANY)
    type_company_that_is_there(page)
    panel, said = preview_of(page), said_beside_save(page)

    expect(said).to_be_visible()
    expect(said).to_have_text("Will create 2 in PM and 1 in the EHR. Save asks first.")
    assert panel.evaluate(MORE)
    foot = box_of(page.locator(".submit-row"))
    assert box_of(panel)["y"] + box_of(panel)["height"] <= foot["y"] + 2
    assert violations(page, "a panel that is cut off") == []
    save(page)

    expect(said).to_be_visible()
    expect(said).to_have_text("Not saved yet: save again to create 2 in PM and 1 in the EHR.")


def test_what_is_cut_off_is_seen_anew_when_the_window_changes(visit: Visit) -> None:
    CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    page = visit("billing", width=NARROW)
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    page.goto(ADD_COMPANY)
    type_company_that_is_there(page)
    panel, said = preview_of(page), said_beside_save(page)
    expect(said).to_be_visible()

    panel.evaluate("panel => panel.scrollTo(0, panel.scrollHeight)")
    expect(panel).not_to_have_class(re.compile("goes-on"))
    assert not panel.evaluate(MORE)
    expect(said).to_be_visible()  # the panel's beginning is out of sight by now
    page.set_viewport_size({"width": NARROW, "height": 2400})
    expect(panel).not_to_have_class(CUT_OFF)
    expect(said).to_be_hidden()
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    expect(said).to_be_visible()


def test_what_stands_whole_above_save_is_not_said_beside_it(visit: Visit) -> None:
    page = visit("billing", width=NARROW)
    page.goto(ADD_COMPANY)
    page.locator("#id_name").fill("Aetna")
    expect(preview_of(page)).to_contain_text("Insurance company Aetna will be created.")

    expect(preview_of(page)).not_to_have_class(CUT_OFF)
    expect(said_beside_save(page)).to_be_hidden()
    assert not preview_of(page).evaluate(MORE)


def test_the_panel_that_grows_covers_no_field_that_is_typed_in(visit: Visit) -> None:
    CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    page = visit("frontdesk", width=NARROW)
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    page.goto(ADD_COMPANY)
    panel, phone = preview_of(page), page.locator("#id_plans-0-phone")
    expect(panel).to_contain_text("Still needed")
    page.route("**/sync/preview/**", lambda _: None)  # no answer, as while one types on
    page.locator("#id_name").fill("Aetna")
    fill_address(page, **AETNA_ADDRESS)
    page.locator("#id_plans-0-name").fill("Aetna HMO")
    fill_address(page, "id_plans-0-", **{**AETNA_ADDRESS, "street_1": "PO Box 1"})
    phone.press_sequentially("800-555-010")
    low = box_of(panel)
    assert box_of(phone)["y"] + box_of(phone)["height"] <= low["y"]
    page.unroute("**/sync/preview/**")
    phone.press("0")

    expect(panel).to_contain_text("Similar records")
    assert box_of(panel)["height"] > low["height"]
    expect(phone).to_be_focused()
    page.wait_for_function(
        "([above, below]) =>"
        " above.getBoundingClientRect().bottom <= below.getBoundingClientRect().top",
        arg=[phone.element_handle(), panel.element_handle()],
    )
    expect(phone).to_be_in_viewport(ratio=1)
