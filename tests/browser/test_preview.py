"""The preview as a script: when it asks, what it drops, what it says when it can't, and pop-ups."""

import re
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Request, Route, expect

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from tests.browser.conftest import NARROW, PHONE, WIDE, Visit, WatchedPage, box_of
from tests.browser.test_journeys import fill_address, messages_of, preview_of, save
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    PlanFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db(transaction=True)

ADD_COMPANY = "/admin/pm/insurancecompany/add/"
UNAVAILABLE = "The preview isn't available right now. You can still save."


def open_form(visit: Visit, path: str = ADD_COMPANY, **options: Any) -> WatchedPage:
    """Open a form and wait for the preview that comes with the page."""
    page = visit(**options)
    page.goto(path)
    expect(preview_of(page)).to_contain_text("Still needed")
    return page


def test_asks_once_for_what_is_typed_without_a_pause(visit: Visit) -> None:
    page = open_form(visit)
    asked = []

    def note(request: Request) -> None:
        if request.method == "POST":
            asked.append(request.post_data)

    page.on("request", note)

    page.locator("#id_name").press_sequentially("Sutter Health", delay=20)
    expect(preview_of(page)).to_contain_text("Insurance company Sutter Health will be created.")

    assert len(asked) == 1


def test_drops_an_answer_that_was_overtaken(visit: Visit) -> None:
    page = open_form(visit)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/sync/preview/**", hold_the_first)
    page.locator("#id_name").fill("First")
    page.wait_for_function("() => document.querySelector('[data-previewed]').value === ''")
    with page.expect_request("**/sync/preview/**"):
        pass
    page.locator("#id_name").fill("Second")
    expect(preview_of(page)).to_contain_text("Insurance company Second will be created.")
    held[0].abort()

    expect(preview_of(page)).to_contain_text("Second")
    expect(page.get_by_text(UNAVAILABLE)).to_be_hidden()


def is_error(said: ConsoleMessage) -> bool:
    """Whether this is the browser's own line about a failed request; it may come late."""
    return said.type == "error"


def test_covers_the_page_of_a_user_who_is_logged_out(visit: Visit) -> None:
    page = open_form(visit)
    page.context.clear_cookies(name="sessionid")

    with page.expect_console_message(is_error):
        page.locator("#id_name").fill("Sutter")

    expect(page.get_by_role("alert")).to_contain_text("You are logged out")
    expect(page.locator("#id_name")).to_be_hidden()
    page.problems.clear()  # the browser's own line about the answer


@pytest.mark.parametrize("how", ["the server fails", "the network fails"])
def test_says_one_calm_line_when_it_cannot_tell(visit: Visit, how: str) -> None:
    page = open_form(visit)
    if how == "the server fails":
        page.route(
            "**/sync/preview/**", lambda route: route.fulfill(status=500, body="<h1>No</h1>")
        )
    else:
        page.route("**/sync/preview/**", lambda route: route.abort())

    with page.expect_console_message(is_error):
        page.locator("#id_name").fill("Sutter")

    expect(page.get_by_text(UNAVAILABLE)).to_be_visible()
    expect(page.locator("[data-preview-body]")).to_be_empty()
    expect(page.locator("[data-previewed]")).to_have_value("")
    expect(page.locator("[data-preview-said]")).to_be_empty()
    page.problems.clear()  # the browser's own lines about the answer

    page.unroute("**/sync/preview/**")
    page.locator("#id_name").fill("Sutter Health")
    expect(preview_of(page)).to_contain_text("Sutter Health will be created.")
    expect(page.get_by_text(UNAVAILABLE)).to_be_hidden()


def test_shows_text_as_text(visit: Visit) -> None:
    page = open_form(visit)

    page.locator("#id_name").fill('A & "B" < C > D')
    expect(preview_of(page)).to_contain_text('Insurance company A & "B" < C > D will be created.')
    page.locator("#id_name").fill("<img src=x onerror=alert(1)>")

    expect(page.locator(".field-name .errorlist")).to_contain_text("This looks like markup (<i…)")
    assert page.locator("form img[src=x]").count() == 0


def test_the_page_that_asks_a_question_needs_no_script(visit: Visit) -> None:
    PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    page = open_form(visit, "/admin/ehr/insurance/add/")
    page.get_by_label("Company name").fill("Aetna")
    page.get_by_label("Plan name").fill("HMO")
    fill_address(page, **AETNA_ADDRESS)
    page.route("**/sync/preview.js", lambda route: route.abort())
    with page.expect_console_message(is_error):
        save(page)

    expect(preview_of(page)).to_be_visible()
    expect(preview_of(page)).to_contain_text("Use this one instead")
    page.problems.clear()  # the script that was kept away
    page.get_by_role("button", name="Save", exact=True).click()

    expect(messages_of(page)).to_contain_text("were created")
    assert Insurance.objects.count() == 2


def test_says_so_when_somebody_was_faster(visit: Visit) -> None:
    page = open_form(visit, "/admin/ehr/insurance/add/")
    page.get_by_label("Company name").fill("Humana")
    page.get_by_label("Plan name").fill("Gold")
    fill_address(page, **AETNA_ADDRESS)
    expect(preview_of(page)).to_contain_text("PM insurance company Humana will be created.")
    CompanyFactory(name="Humana", **AETNA_ADDRESS)

    save(page)

    expect(messages_of(page)).to_contain_text("This is not what the page showed")
    assert InsuranceCompany.objects.count() == 1


def test_a_pop_up_hands_over_the_company_that_is_there(visit: Visit) -> None:
    company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    page = open_form(visit, "/admin/pm/insuranceplan/add/")
    with page.expect_popup() as opened:
        page.locator("#add_id_company").click()
    popup = opened.value
    popup.locator("#id_name").fill("AETNA")
    with popup.expect_event("close"):
        popup.get_by_role("link", name="Use this one instead").wait_for()
        # Not by a click that waits for its end: the window is closed by then.
        popup.evaluate("setTimeout(() => document.querySelector('[data-use]').click())")

    expect(page.locator("#id_company")).to_have_value(str(company.pk))
    expect(preview_of(page)).not_to_contain_text("Company")
    assert InsuranceCompany.objects.count() == 1


def test_a_pop_up_that_edits_a_company_opens_the_one_that_looks_like_it(visit: Visit) -> None:
    twin = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    plan = PlanFactory(company__name="AETNA", **AETNA_ADDRESS)
    page = visit()
    page.goto(f"/admin/pm/insuranceplan/{plan.pk}/change/")
    with page.expect_popup() as opened:
        page.locator("#change_id_company").click()
    popup = opened.value
    popup.get_by_role("link", name="Open it").click()

    popup.wait_for_url(f"**/insurancecompany/{twin.pk}/change/")
    expect(page.locator("#id_company")).to_have_value(str(plan.company_id))


def test_tells_a_screen_reader_what_it_shows(visit: Visit) -> None:
    page = open_form(visit)

    page.locator("#id_name").fill("Sutter Health")

    said = page.get_by_role("status").filter(has_text="in PM")
    expect(said).to_have_text("Will create 1 in PM, nothing in the EHR. 1 warning.")


def test_stands_beside_the_form_where_there_is_room(visit: Visit) -> None:
    page = open_form(visit, width=1366)
    form, panel = box_of(page.locator("#id_name")), box_of(preview_of(page))
    assert panel["x"] > form["x"] + form["width"]
    page.locator("#id_plans-0-zip_code").scroll_into_view_if_needed()
    expect(preview_of(page)).to_be_in_viewport()

    page.set_viewport_size({"width": 800, "height": 900})
    button = box_of(page.get_by_role("button", name="Save", exact=True))
    panel = box_of(preview_of(page))
    assert panel["y"] + panel["height"] <= button["y"]


def type_insurance(page: WatchedPage, company: str = "Aetna", plan: str = "HMO") -> None:
    page.get_by_label("Company name").fill(company)
    page.get_by_label("Plan name").fill(plan)
    fill_address(page, **AETNA_ADDRESS)


def test_an_orphan_that_is_the_very_same_is_linked_by_one_save(visit: Visit) -> None:
    orphan = orphan_plan(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    page = open_form(visit, "/admin/ehr/insurance/add/")
    type_insurance(page)
    expect(page.get_by_label("Link it with PM insurance plan")).to_be_checked()
    expect(preview_of(page)).to_contain_text("Links the two: neither had a counterpart.")
    page.get_by_label("Phone").fill("800-555-0100")
    expect(preview_of(page)).to_contain_text("Phone: empty → 800-555-0100")
    page.get_by_role("button", name="Save", exact=True).dblclick()

    expect(messages_of(page)).to_be_visible()
    assert insurance_of(orphan) == Insurance.objects.get()
    assert InsurancePlan.objects.count() == 1


def test_a_new_one_may_be_had_beside_it_by_keyboard(visit: Visit) -> None:
    orphan = orphan_insurance(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)
    company = CompanyFactory(name="Aetna")
    page = open_form(visit, f"/admin/pm/insuranceplan/add/?company={company.pk}")
    page.get_by_label("Plan name").fill("HMO")
    fill_address(page, **AETNA_ADDRESS)
    link, new = page.get_by_label("Link it with EHR"), page.get_by_label("A new insurance")
    expect(link).to_be_checked()
    for choice, says in ((new, "will be created"), (link, "Links the two"), (new, "created")):
        page.get_by_role("radio", checked=True).press("ArrowUp")
        expect(preview_of(page)).to_contain_text(says)
        expect(choice).to_be_checked()
        expect(choice).to_be_focused()
    save(page)

    expect(messages_of(page)).to_contain_text("was created")
    assert insurance_of(InsurancePlan.objects.get(company=company)) != orphan


def test_a_preset_link_is_gone_with_the_name_it_was_for(visit: Visit) -> None:
    orphan_plan(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    page = open_form(visit, "/admin/ehr/insurance/add/")
    type_insurance(page)
    expect(page.get_by_label("Link it with PM insurance plan")).to_be_checked()
    page.get_by_label("Plan name").fill("PPO")
    expect(page.get_by_label("A new company and plan")).to_be_checked()
    save(page)

    expect(messages_of(page)).to_contain_text("were created")
    assert set(InsurancePlan.objects.values_list("name", flat=True)) == {"HMO", "PPO"}


@pytest.mark.parametrize("scripts", [True, False])
def test_several_companies_are_asked_about_once(visit: Visit, scripts: bool) -> None:
    oldest, _other = (CompanyFactory(name=name, **AETNA_ADDRESS) for name in ("VSP", "Cigna"))
    page = open_form(visit, "/admin/ehr/insurance/add/")
    if not scripts:
        page.route("**/sync/preview.js", lambda route: route.abort())
        with page.expect_console_message(is_error):
            page.reload()
    type_insurance(page)
    if scripts:
        expect(page.locator("[data-preview-said]")).to_contain_text("Choose which company")
        save(page)
    else:
        with page.expect_console_message(is_error):
            page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".errorlist")).to_contain_text("save again: the oldest, VSP, takes it")
    expect(page.get_by_role("radio")).to_have_count(2)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    assert not Insurance.objects.exists()
    if not scripts:
        page.problems.clear()  # the script that was kept away
    page.get_by_role("button", name="Save", exact=True).click()

    expect(messages_of(page)).to_contain_text("PM insurance plan VSP – HMO")
    assert InsurancePlan.objects.get().company == oldest


def test_of_an_orphan_nothing_is_said_twice(visit: Visit) -> None:
    page = visit()
    page.goto(f"/admin/pm/insuranceplan/{orphan_plan().pk}/change/")

    expect(preview_of(page)).to_contain_text("Saving changes nothing in the EHR")
    rule = preview_of(page).locator("[data-rule='pm-plan-edited']")
    expect(rule).to_contain_text("An orphan: nothing crosses to the EHR.")
    expect(rule).to_be_hidden()


def test_a_rule_that_cannot_fire_is_hidden_until_nothing_is_known(visit: Visit) -> None:
    company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    page = open_form(visit, "/admin/ehr/insurance/add/")
    rules = {
        name: preview_of(page).locator(f"[data-rule='{name}']")
        for name in ("pm-first", "ehr-insurance-added-matched", "ehr-insurance-added-unmatched")
    }
    first, matched, unmatched = rules.values()
    for rule in rules.values():
        expect(rule).to_be_visible()
    type_insurance(page)
    expect(preview_of(page)).to_contain_text("Matches PM company Aetna")
    expect(unmatched).to_be_hidden()
    expect(matched).to_be_visible()

    orphan_plan(company=company, name="PPO", **AETNA_ADDRESS)
    page.get_by_label("Plan name").fill("PPO")
    expect(page.get_by_label("Link it with PM insurance plan")).to_be_checked()
    expect(matched).to_be_hidden()
    expect(preview_of(page).locator(".rule-line", has=matched)).to_be_hidden()  # its icon, too
    expect(first).to_be_visible()

    page.route("**/sync/preview/**", lambda route: route.abort())
    with page.expect_console_message(is_error):
        page.get_by_label("Plan name").fill("POS")
    for rule in rules.values():
        expect(rule).to_be_visible()
    page.problems.clear()


def test_a_plan_that_stays_as_it_is_is_not_said_to_update_the_ehr(visit: Visit) -> None:
    page = visit("billing")
    page.goto(f"/admin/pm/insuranceplan/{PlanFactory().pk}/change/")
    rule = preview_of(page).get_by_text("Saving also updates the EHR")
    expect(preview_of(page)).to_contain_text("Needs no change.")
    expect(rule).to_be_hidden()
    page.get_by_label("Plan name").fill("Another name")
    expect(rule).to_be_visible()


def test_while_a_company_is_renamed_the_number_after_save_stands_alone(visit: Visit) -> None:
    plan = PlanFactory(company__name="Aetna")
    plan.company.name = "Aetna Health"
    plan.company.save()
    page = visit("billing")
    page.goto(f"/admin/pm/insurancecompany/{plan.company_id}/change/")
    stale = page.get_by_text("1 stale name")
    expect(stale).to_be_visible()
    page.locator("#id_name").fill("Aetna US")
    expect(preview_of(page)).to_contain_text("After Save, 1 EHR name still shows")
    expect(stale).to_be_hidden()
    page.locator("#id_name").fill("Aetna Health")
    expect(stale).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW, PHONE])
def test_a_wrong_field_is_said_once(visit: Visit, width: int) -> None:
    page = open_form(visit, "/admin/pm/insuranceplan/add/", width=width)
    said, waits = page.locator("[data-preview-said]"), page.locator(".preview-waits")
    expect(waits).to_be_visible(visible=width == NARROW)  # where there is no room beside Save
    expect(said).to_be_visible(visible=width != NARROW)
    zip_code = page.get_by_label("ZIP")
    zip_code.fill("9261")
    wrong = page.locator(".field-zip_code .errorlist")
    expect(wrong).to_contain_text("five digits")
    expect(zip_code).to_have_attribute("aria-invalid", "true")
    expect(zip_code).to_have_accessible_description(re.compile("five digits"))
    expect(page.get_by_text("five digits").filter(visible=True)).to_have_count(1)
    short = "Still needed: Company, Plan name, Street, City, State. 1 field to correct: ZIP."
    expect(said).to_have_text(short)
    expect(page.get_by_text(short).filter(visible=True)).to_have_count(1)

    zip_code.fill("92617")
    expect(wrong).to_have_count(0)
    expect(zip_code).not_to_have_attribute("aria-invalid", "true")


def test_what_a_page_that_came_back_says_of_a_field_goes_with_the_fault(visit: Visit) -> None:
    page = open_form(visit, "/admin/pm/insuranceplan/add/")
    page.get_by_label("ZIP").fill("9261")
    page.get_by_role("button", name="Save", exact=True).click()
    name, zip_code = (page.locator(f"#id_{each}_error") for each in ("name", "zip_code"))
    expect(name).to_have_text("Fill this in.")
    expect(zip_code).to_have_count(1)

    page.get_by_label("ZIP").fill("92617")
    expect(zip_code).to_have_count(0)
    expect(name).to_have_text("Fill this in.")
    expect(page.locator(".errornote")).to_be_visible()
    page.get_by_label("Plan name").fill("HMO")
    expect(name).to_have_count(0)


def test_what_a_page_asks_goes_with_its_cause(visit: Visit) -> None:
    page = open_form(visit)
    page.locator("#id_name").fill("Humana")
    for name in ("street_1", "city", "zip_code"):
        page.locator(f"#id_{name}").fill(AETNA_ADDRESS[name])
    page.locator("#id_state").select_option("NV")
    save(page)
    question, confirm = page.locator(".errorlist"), page.get_by_text("Please confirm.")
    expect(question).to_contain_text("ZIP 92617 is in California")
    expect(page.locator("[data-questions]")).to_have_count(1)
    expect(question).to_be_visible()
    expect(confirm).to_be_visible()

    page.locator("#id_state").select_option("CA")
    expect(question).to_be_hidden()
    expect(confirm).to_be_hidden()
    page.locator("#id_state").select_option("NV")
    expect(question).to_be_visible()
    expect(confirm).to_be_visible()


def test_a_preset_link_is_asked_about_until_the_user_chooses(visit: Visit) -> None:
    orphan_plan(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    page = open_form(visit, "/admin/ehr/insurance/add/")
    type_insurance(page)
    page.evaluate("document.querySelector('[data-preview]').remove()")  # nothing is preset yet
    page.get_by_role("button", name="Save", exact=True).click()
    question = page.locator(".errorlist")
    expect(page.locator("[data-questions]")).to_have_count(1)
    expect(question).to_contain_text("Save again to link the two")
    expect(question).to_be_visible()

    page.get_by_role("radio").first.check()
    expect(question).to_be_hidden()
