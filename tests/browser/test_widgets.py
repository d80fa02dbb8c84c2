"""Pickers, calendars, pop-ups and the theme work under the strict Content-Security-Policy."""

import datetime

import pytest
from playwright.sync_api import expect

from pm.models import InsuranceCompany
from tests.browser.conftest import Visit
from tests.browser.keyboard import Keyboard
from tests.browser.wcag import violations
from tests.factories import AETNA_ADDRESS, CompanyFactory, EHRPatientFactory, PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_picker_by_keyboard(visit: Visit) -> None:
    CompanyFactory(name="Aetna")
    chosen = CompanyFactory(name="Humana", payer_id="61101")
    page = visit("billing")
    page.goto("/admin/pm/insuranceplan/add/")
    keys = Keyboard(page)
    page.get_by_role("combobox", name="Company").focus()

    keys.press("Enter")
    search = page.get_by_role("searchbox", name="Company")
    expect(search).to_be_focused()
    keys.type("61101")
    found = page.locator(".select2-results").get_by_role("option")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Humana")
    assert violations(page, "picker, open") == []
    keys.press("Enter")

    expect(page.locator("#id_company")).to_have_value(str(chosen.pk))
    expect(page.get_by_role("combobox", name="Company")).to_contain_text("Humana")
    expect(page.get_by_role("combobox", name="Company")).to_be_focused()
    assert keys.pressed == len("61101") + 2


def test_a_picker_is_typed_into_and_left_by_one_tab(visit: Visit) -> None:
    CompanyFactory(name="Aetna")
    chosen = CompanyFactory(name="Humana", payer_id="61101")
    page = visit("billing")
    page.goto("/admin/pm/insuranceplan/add/")
    box = page.get_by_role("combobox", name="Company")
    expect(box).to_be_focused()
    expect(box).to_have_css("outline-style", "solid")
    keys = Keyboard(page)

    keys.type("61101")
    expect(page.get_by_role("searchbox", name="Company")).to_have_value("61101")
    found = page.locator(".select2-results").get_by_role("option")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Humana")
    keys.press("Enter")
    expect(page.locator("#id_company")).to_have_value(str(chosen.pk))
    keys.press("Tab")

    expect(page.locator("#id_name")).to_be_focused()
    assert keys.pressed == len("61101") + 2
    assert violations(page, "picker, left") == []


def test_the_icons_of_a_picker_are_reached_by_arrow_keys(visit: Visit) -> None:
    page = visit("billing")
    page.goto(f"/admin/pm/insuranceplan/add/?company={CompanyFactory().pk}")
    box = page.get_by_role("combobox", name="Company")
    box.focus()
    keys = Keyboard(page)

    for icon in ("change", "add", "view"):
        keys.press("ArrowRight")
        expect(page.locator(f"#{icon}_id_company")).to_be_focused()
    keys.press("ArrowLeft", 3)
    expect(box).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Tab")
    expect(box).to_be_focused()


def test_a_picker_that_finds_nothing_says_what_to_try(visit: Visit) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/patient/add/")
    page.get_by_role("button", name="Add another policy").click()
    keys, answer = Keyboard(page), page.locator(".select2-results")
    page.get_by_role("combobox", name="Plan").last.focus()
    keys.type("nobody")
    expect(answer).to_have_text(
        "Nothing found. Search by plan, company, payer ID, PO box, street, city, ZIP, or phone. Or"
        " add one by the + beside it."
    )
    keys.type(" knows")
    expect(answer).to_contain_text("Nothing found. Try fewer words. Search by plan")

    page.goto(f"/admin/ehr/patient/{EHRPatientFactory().pk}/change/")
    page.get_by_role("combobox", name="Primary insurance").focus()
    keys.type("nobody")
    expect(answer).to_have_text(  # whom the front desk may not add
        "Nothing found. Search by company, plan, PO box, street, city, ZIP, or phone."
    )


def test_a_picker_of_who_was_logged_out_says_so(visit: Visit) -> None:
    page = visit("billing")
    page.goto("/admin/pm/insuranceplan/add/")
    # A page that learns of it is covered; the picker may learn of it first.
    page.route("**/autocomplete/**", lambda route: route.fulfill(status=403))
    page.get_by_role("combobox", name="Company").focus()
    Keyboard(page).type("aetna")

    said = "No list: you may be logged out. Log in in another window, then type again."
    expect(page.locator(".select2-results")).to_have_text(said)
    page.problems.clear()  # of the 403


def test_a_picker_in_a_row_that_was_added_has_a_name(visit: Visit) -> None:
    page = visit("billing")
    page.goto("/admin/pm/patient/add/")
    page.get_by_role("button", name="Add another policy").click()
    expect(page.get_by_role("combobox", name="Plan", exact=False).first).to_be_visible()
    assert violations(page, "row added") == []


def test_a_day_from_the_calendar(visit: Visit) -> None:
    policy = PolicyFactory(effective_on=datetime.date(1980, 5, 17))
    page = visit("frontdesk")
    page.goto(f"/admin/pm/patient/{policy.patient_id}/change/")
    row = page.locator("#policies-0")
    row.locator(".field-effective_on").get_by_role("link", name="Choose a Date").first.click()
    calendar = page.locator(".calendarbox").filter(visible=True)
    expect(calendar).to_contain_text("May 1980")
    assert violations(page, "calendar, open") == []
    calendar.get_by_role("link", name="23", exact=True).click()
    expect(page.locator("#id_policies-0-effective_on")).to_have_value("05/23/1980")
    expect(calendar).to_have_count(0)


def test_a_company_from_a_pop_up(visit: Visit) -> None:
    page = visit("billing")
    page.goto("/admin/pm/insuranceplan/add/")
    with page.expect_popup() as opened:
        page.locator("#add_id_company").click()
    popup = opened.value
    popup.get_by_label("Name:", exact=True).fill("Aetna")
    for name, value in AETNA_ADDRESS.items():
        field = popup.locator(f"#id_{name}")
        if name == "state":
            field.select_option(value)
        else:
            field.fill(value)
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Save", exact=True).click()

    company = InsuranceCompany.objects.get()
    expect(page.locator("#id_company")).to_have_value(str(company.pk))
    expect(page.get_by_role("combobox", name="Company")).to_contain_text("Aetna")


def test_the_theme_is_kept(visit: Visit) -> None:
    page = visit("billing")
    page.goto("/admin/")
    body = page.locator("body")
    light, dark = "rgb(255, 255, 255)", "rgb(18, 18, 18)"
    expect(body).to_have_css("background-color", light)
    toggle = page.locator("#header .theme-toggle")
    toggle.click()  # from the system's, which is light, to dark
    expect(body).to_have_css("background-color", dark)
    page.goto("/admin/pm/insuranceplan/")
    expect(body).to_have_css("background-color", dark)
    toggle.click()
    expect(body).to_have_css("background-color", light)


def test_what_goes_wrong_unseen_fails_a_test(visit: Visit) -> None:
    page = visit("")
    page.goto("/admin/login/")
    page.evaluate("document.body.setAttribute('onclick', 'alert()')")
    page.evaluate("setTimeout(() => { throw new Error('unseen') })")
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    page.wait_for_function("true")
    seen = "\n".join(page.problems)
    for word in ("script-src", "uncaught: unseen", "connect-src"):
        assert word in seen
    page.problems.clear()
