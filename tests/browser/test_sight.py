"""What is in sight on a page; test_pages holds that each form's first field and Save are.

And what of a page goes on paper, and into the clipboard.
"""

from itertools import cycle

import pytest
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Locator, Page, ViewportSize, expect

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsuranceCompany, InsurancePlan, Patient
from sync.models import SyncEvent
from tests.browser.conftest import NARROW, ON_A_DESK, ON_A_PHONE, WIDE, Visit, WatchedPage, box_of
from tests.browser.keyboard import Keyboard
from tests.browser.pages import admin_path, change
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

# The foot of the lowest required field, a first plan's included.
LAST_REQUIRED = """() => Math.max(...[...document.querySelectorAll("label.required")]
  .map(label => document.getElementById(label.htmlFor))
  .filter(field => field.parentElement.checkVisibility())
  .map(field => field.parentElement.getBoundingClientRect().bottom))"""
COPIED = "cell => { getSelection().selectAllChildren(cell); return `${getSelection()}`.trim(); }"
IS_CUT = "part => part.scrollWidth > part.clientWidth"
ROWS_IN_SIGHT = """() => [...document.querySelectorAll("#result_list tbody tr")]
  .filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"""


@pytest.fixture
def page(visit: Visit) -> WatchedPage:
    page = visit("admin")
    page.set_viewport_size(ON_A_DESK)
    return page


def open_plan(page: Page) -> None:
    PlanFactory(name="Aetna HMO", company__name="Aetna", **AETNA_ADDRESS)
    page.goto(change(InsurancePlan, name="Aetna HMO"))


def open_companies(page: Page, count: int = 3) -> None:
    for number in range(count):
        CompanyFactory(name=f"Payer {number}", **AETNA_ADDRESS)
    page.goto(admin_path(InsuranceCompany, "changelist"))


def save_of(page: Page) -> Locator:
    return page.get_by_role("button", name="Save", exact=True)


@pytest.mark.parametrize("model", ["pm/insurancecompany", "pm/insuranceplan", "ehr/insurance"])
def test_what_a_payer_requires_is_on_one_screen(page: WatchedPage, model: str) -> None:
    page.goto(f"/admin/{model}/add/")
    foot = box_of(page.locator(".submit-row"))
    assert page.evaluate(LAST_REQUIRED) <= foot["y"]


@pytest.mark.parametrize("size", [ON_A_DESK, ON_A_PHONE], ids=["desk", "phone"])
def test_what_save_will_do_stands_beside_it(page: WatchedPage, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.goto(admin_path(InsuranceCompany, "add"))
    says = page.locator("[data-preview-said]")
    expect(says).to_contain_text("Still needed: Name.")
    page.locator("#id_name").fill("Sutter Health")
    expect(says).to_have_text("Will create 1 in PM, nothing in the EHR. 1 warning.")
    button, words = box_of(save_of(page)), box_of(says)
    assert words["x"] > button["x"] + button["width"]
    assert abs(words["y"] + words["height"] / 2 - button["y"] - button["height"] / 2) < 20


def test_other_ways_to_save_are_quiet(page: WatchedPage) -> None:
    open_plan(page)
    for name in ("Save and add another", "Save and continue editing"):
        button = page.get_by_role("button", name=name)
        expect(button).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(save_of(page)).to_have_css("background-color", "rgb(18, 80, 122)")


def fill_lists() -> None:
    """Add patients and users until each list has more than fifteen, as long as the demo's own."""
    insurances = cycle(Insurance.objects.all())
    roles = cycle(Group.objects.all())
    for number, person in zip(range(20), cycle(Patient.objects.all()), strict=False):
        names = {"last_name": person.last_name, "first_name": person.first_name}
        PMPatientFactory(**names)
        insured = {"primary_insurance": next(insurances), "secondary_insurance": next(insurances)}
        EHRPatientFactory(**names, **insured)
        user = User.objects.create_user(f"{person.last_name}.{number}", **names, is_staff=True)
        user.groups.add(next(roles))


@pytest.mark.parametrize(
    "model", [InsuranceCompany, InsurancePlan, Insurance, Patient, EHRPatient, SyncEvent, User]
)
def test_a_list_shows_fifteen_rows(
    page: WatchedPage, demo_practice: None, model: type[Model]
) -> None:
    fill_lists()
    page.goto(admin_path(model, "changelist"))
    assert page.evaluate(ROWS_IN_SIGHT) >= 15


def test_what_insures_a_patient_takes_one_line(page: WatchedPage) -> None:
    long = " ".join(["Sacramento Valley Health Maintenance Organization"] * 2)
    insurance = InsuranceFactory(company_name=long)
    EHRPatientFactory(primary_insurance=insurance, secondary_insurance=insurance)
    page.goto(admin_path(EHRPatient, "changelist"))
    for cell in page.locator("td:is(.field-primary, .field-secondary)").all():
        said = cell.locator("span")
        for width in (NARROW, WIDE):
            page.set_viewport_size({"width": width, "height": 768})
            assert box_of(cell)["height"] < 30
        assert said.evaluate(IS_CUT)
        expect(said).to_have_attribute("title", insurance.name)
        assert cell.evaluate(COPIED) == insurance.name
        page.set_viewport_size(ON_A_PHONE)
        assert not said.evaluate(IS_CUT)
        page.set_viewport_size(ON_A_DESK)
        page.emulate_media(media="print")
        assert not said.evaluate(IS_CUT)
        page.emulate_media(media="screen")


def test_the_log_shows_fifteen_lines_also_of_companies_of_one_name(page: WatchedPage) -> None:
    CompanyFactory.create_batch(20, name="Kaiser Permanente", payer_id="94135", **AETNA_ADDRESS)
    page.goto(admin_path(SyncEvent, "changelist"))
    expect(page.locator("#result_list")).to_contain_text("payer ID 94135")
    assert page.evaluate(ROWS_IN_SIGHT) >= 15


def test_a_page_has_one_heading_which_is_its_record(page: WatchedPage) -> None:
    open_plan(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Aetna HMO")
    expect(page.locator(".area-name")).to_have_text("Aetna · PM plan")
    expect(page).to_have_title("Aetna HMO | Aetna · PM plan | Insurance sync")

    page.goto(admin_path(InsuranceCompany, "changelist"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Insurance companies (1)")


def test_parts_of_a_form_are_told_apart_by_a_hairline(page: WatchedPage) -> None:
    open_plan(page)
    heading = page.get_by_role("heading", name="Claims address")
    expect(heading).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(page.locator("fieldset", has=heading)).to_have_css("border-top-width", "1px")


def test_notes_have_three_lines(page: WatchedPage) -> None:
    open_plan(page)
    assert box_of(page.get_by_role("textbox", name="Notes"))["height"] < 70


def test_actions_come_in_sight_with_the_first_tick(page: WatchedPage) -> None:
    open_companies(page, 30)
    actions = page.locator(".actions")
    expect(actions).to_be_hidden()
    row = box_of(page.locator("#result_list tbody tr").first)
    tick = page.locator(".action-select")
    tick.first.check()
    expect(actions).to_contain_text("1 of")
    expect(actions).to_be_in_viewport(ratio=1)
    assert box_of(page.locator("#result_list tbody tr").first) == row
    tick.first.uncheck()
    expect(actions).to_be_hidden()


def test_actions_are_there_without_javascript(page: WatchedPage) -> None:
    browser = page.context.browser
    assert browser is not None
    open_companies(page)
    state = page.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, storage_state=state)
    seen = plain.new_page()
    seen.goto(page.url)
    expect(seen.locator(".actions")).to_be_visible()
    plain.close()


def test_paper_has_the_record_and_nothing_else(page: WatchedPage) -> None:
    open_plan(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#id_street_1")).to_be_visible()
    assert box_of(page.locator("#id_company"))["width"] > 100  # what was picked
    for part in (
        *("#header", ".areas", ".object-tools", ".rule-lines", ".counterpart", ".preview"),
        *(".submit-row", ".related-widget-wrapper-link", "details"),
    ):
        for each in page.locator(part).all():
            expect(each, part).to_be_hidden()


def test_paper_has_the_list_and_nothing_else(page: WatchedPage) -> None:
    open_companies(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#result_list tbody tr").first).to_be_visible()
    parts = ("#header", ".areas", "#toolbar", "#changelist-filter", ".paginator", ".rule-lines")
    for part in (*parts, ".actions", ".action-checkbox", ".object-tools"):
        for each in page.locator(part).all():
            expect(each, part).to_be_hidden()


def test_paper_has_the_worklist_and_nothing_else(page: WatchedPage) -> None:
    PMPatientFactory(chart_number="K7")
    EHRPatientFactory(chart_number="K7", secondary_insurance=InsuranceFactory())
    page.goto(reverse("sync:coverage_worklist"))
    page.emulate_media(media="print")
    expect(page.locator(".worklist table")).to_be_visible()
    for part in ("#header", ".areas", ".breadcrumbs", ".rule-banner", ".worklist-search"):
        expect(page.locator(part).first, part).to_be_hidden()


def test_paper_has_the_whole_of_each_line_of_the_log(page: WatchedPage) -> None:
    PlanFactory(name="Plan of a name that is longer than its column " * 3)
    page.goto(reverse("admin:sync_syncevent_changelist"))
    cut = """() => [...document.querySelectorAll("#result_list td *")]
      .filter(each => each.scrollWidth > each.clientWidth + 1)
      .filter(each => getComputedStyle(each).overflowX !== "visible").length"""
    assert page.evaluate(cut) > 0
    page.emulate_media(media="print")
    assert page.evaluate(cut) == 0


def test_paper_is_white_in_the_dark_theme_too(page: WatchedPage) -> None:
    open_plan(page)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("#id_street_1")).to_have_css("color", "rgb(0, 0, 0)")


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
def test_what_was_picked_can_be_copied(page: WatchedPage, opened: bool) -> None:
    open_plan(page)
    box = page.get_by_role("combobox", name="Company")
    if opened:
        box.click()
    else:
        box.focus()
    keys = Keyboard(page)
    keys.press("Control+c")
    keys.press("Escape")
    page.locator("#id_notes").focus()
    keys.press("Control+v")
    expect(page.locator("#id_notes")).to_have_value(InsuranceCompany.objects.get().picker_text)
