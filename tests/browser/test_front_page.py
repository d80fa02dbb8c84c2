"""What is found from the first page, and how fast; a line an entry in the log."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Visit, box_of
from tests.browser.keyboard import Keyboard

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_list_is_a_click_away_and_a_record_a_search(visit: Visit, demo_practice: None) -> None:
    page = visit("frontdesk")
    page.goto("/admin/")
    keys = Keyboard(page)
    keys.type("okafor")
    keys.press("Enter")

    assert keys.pressed == len("okafor") + 1
    expect(page.get_by_role("heading", name="EHR patients")).to_be_visible()
    expect(page.get_by_role("link", name="Okafor, Ngozi (K1002)")).to_have_count(2)
    page.goto("/admin/")
    page.get_by_role("link", name="Insurances", exact=True).click()
    page.wait_for_url("**/ehr/insurance/")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_first_page_begins_at_its_search(visit: Visit, demo_practice: None, width: int) -> None:
    page = visit("frontdesk", width=width)
    page.goto("/admin/")
    box = page.get_by_role("searchbox", name="Search both lists")
    expect(box).to_be_focused()
    assert page.evaluate("scrollY") == 0
    page.keyboard.press("/")
    expect(box).to_have_value("")

    page.get_by_role("link", name="Stale names").focus()
    page.keyboard.press("/")
    expect(box).to_be_focused()


def test_that_nothing_was_done_yet_stands_below_its_heading(visit: Visit) -> None:
    page = visit("admin")
    page.goto("/admin/")
    nothing = page.locator("#content-related p")
    left = "part => part.getBoundingClientRect().x + parseFloat(getComputedStyle(part).paddingLeft)"

    expect(nothing).to_have_text("Nothing yet.")
    assert nothing.evaluate(left) == page.locator("#content-related h2").evaluate(left)


def test_what_is_mistyped_is_a_click_from_what_was_meant(visit: Visit, demo_practice: None) -> None:
    page = visit("billing")
    page.goto("/admin/pm/insurancecompany/?q=atena")
    page.get_by_role("link", name="Aetna", exact=True).click()
    page.wait_for_url("**q=Aetna")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


def test_a_slash_that_is_typed_stays_one(visit: Visit, demo_practice: None) -> None:
    page = visit("billing")
    page.goto("/admin/pm/insuranceplan/")
    page.keyboard.press("/")
    box = page.locator("#searchbar")
    expect(box).to_be_focused()
    page.keyboard.type("1/2")
    expect(box).to_have_value("1/2")


def test_clean_checks_open(visit: Visit, demo_practice: None) -> None:
    page = visit("billing")
    page.goto("/admin/")
    check = page.get_by_role("link", name="Plans that differ from the EHR")
    expect(check).to_be_hidden()
    page.get_by_text("checks found nothing").click()
    expect(check).to_be_visible()


def test_the_log_shows_fifteen_entries_at_once(visit: Visit, demo_practice: None) -> None:
    page = visit("billing")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/admin/sync/syncevent/")

    fifteenth = box_of(page.locator("#result_list tbody tr").nth(14))
    assert fifteenth["y"] + fifteenth["height"] <= 768
    row = page.locator("#result_list tbody tr", has_text="Deactivated plan").first
    expect(row).to_contain_text("billing")
    expect(row).to_contain_text("EHR insurance updated: inactive")
