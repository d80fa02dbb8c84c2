"""The few journeys that people make, each as a person makes it."""

import time
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ehr.models import Insurance
from kareo.pages.lists import batches
from pm.models import InsuranceCompany, InsurancePlan
from tests.browser.conftest import Visit
from tests.browser.keyboard import Keyboard
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory

pytestmark = pytest.mark.django_db(transaction=True)

ARTICLE_NAME = "Aetna – Aetna HMO – 111 Academy Drive, 92617"


def fill_address(page: Page, prefix: str = "id_", **address: str) -> None:
    for name, value in address.items():
        field = page.locator(f"#{prefix}{name}")
        if name == "state":
            field.select_option(value)
        else:
            field.fill(value)


def preview_of(page: Page) -> Locator:
    return page.locator("[data-preview]")


def messages_of(page: Page) -> Locator:
    return page.locator(".messagelist")


def save(page: Page) -> None:
    """Press Save, once the preview speaks of what stands in the form."""
    expect(page.locator("[data-previewed]")).not_to_have_value("")
    page.get_by_role("button", name="Save", exact=True).click()


def test_the_articles_example_in_pm(visit: Visit) -> None:
    CompanyFactory(name="Aetna")
    page = visit("billing")
    page.goto("/admin/pm/insuranceplan/add/")
    page.locator(".field-company .select2-selection").press("Enter")
    page.keyboard.type("aet")
    page.get_by_role("option", name="Aetna").click()
    page.get_by_label("Plan name").fill("Aetna HMO")
    expect(preview_of(page)).to_contain_text("Still needed: Street, City, State, ZIP.")

    fill_address(page, **AETNA_ADDRESS)
    expect(preview_of(page)).to_contain_text(f"EHR insurance {ARTICLE_NAME} will be created.")
    assert not Insurance.objects.exists()
    save(page)

    expect(messages_of(page)).to_contain_text(f"EHR insurance {ARTICLE_NAME} was created.")
    messages_of(page).get_by_role("link", name=ARTICLE_NAME).click()
    expect(page.locator(".counterpart")).to_contain_text("In sync")
    expect(page.locator(".field-plan_name .readonly")).to_have_text("Aetna HMO")
    expect(preview_of(page)).to_have_count(0)  # billing may only look here


def test_an_ehr_add_that_matches(visit: Visit) -> None:
    company = CompanyFactory(name="VSP", **AETNA_ADDRESS)
    page = visit("clinical")
    page.goto("/admin/ehr/insurance/add/")
    page.get_by_label("Company name").fill("Cigna Vision")
    fill_address(page, **{**AETNA_ADDRESS, "street_1": "111 ACADEMY DR."})
    expect(preview_of(page)).to_contain_text("Matches PM company VSP: same street and ZIP.")
    expect(preview_of(page)).to_contain_text("You typed Cigna Vision; PM lists VSP")

    page.get_by_label("Plan name").fill("Vision")
    told = preview_of(page)
    expect(told).to_contain_text("VSP – Vision – 111 ACADEMY DR., 92617 will be created.")
    expect(told).to_contain_text("PM insurance plan VSP – Vision")
    assert not Insurance.objects.exists()
    save(page)

    expect(messages_of(page)).to_contain_text("PM insurance plan VSP – Vision")
    expect(messages_of(page)).not_to_contain_text("not what the page showed")
    assert InsurancePlan.objects.get().company == company


def test_an_ehr_add_that_matches_nothing(visit: Visit) -> None:
    page = visit("clinical")
    page.goto("/admin/ehr/insurance/add/")
    page.get_by_label("Company name").fill("Humana")
    page.get_by_label("Plan name").fill("Gold")
    fill_address(page, **AETNA_ADDRESS)
    told = preview_of(page)
    expect(told).to_contain_text("PM insurance company Humana will be created.")
    expect(told).to_contain_text("PM insurance plan Humana – Gold (111 Academy Drive, 92617) will")
    expect(told).to_contain_text("No PM company has this address.")
    assert not InsuranceCompany.objects.exists()
    save(page)

    expect(messages_of(page)).to_contain_text("PM insurance company Humana and PM insurance plan")
    assert InsurancePlan.objects.get().company.name == "Humana"


def test_one_of_several_companies_at_the_address_is_chosen(visit: Visit) -> None:
    CompanyFactory(name="UnitedHealthcare", **AETNA_ADDRESS)
    chosen = CompanyFactory(name="UMR", **AETNA_ADDRESS)
    page = visit("clinical")
    page.goto("/admin/ehr/insurance/add/")
    page.get_by_label("Company name").fill("Someone")
    page.get_by_label("Plan name").fill("Choice")
    fill_address(page, **AETNA_ADDRESS)
    expect(preview_of(page)).to_contain_text("Choose which company it goes under")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)

    page.get_by_label("A new plan under UnitedHealthcare").press("ArrowDown")
    expect(preview_of(page)).to_contain_text("UMR – Choice – 111 Academy Drive, 92617")
    expect(page.get_by_label("A new plan under UMR")).to_be_focused()
    expect(preview_of(page)).not_to_contain_text("Choose which")
    save(page)

    expect(messages_of(page)).to_contain_text("Under UMR, as you chose.")
    assert InsurancePlan.objects.get().company == chosen


def test_a_name_that_is_corrected_brings_its_own_company(visit: Visit) -> None:
    CompanyFactory(name="UnitedHealthcare", **AETNA_ADDRESS)
    umr = CompanyFactory(name="UMR", **AETNA_ADDRESS)
    page = visit("clinical")
    page.goto("/admin/ehr/insurance/add/")
    page.get_by_label("Company name").fill("UM")
    page.get_by_label("Plan name").fill("Choice")
    fill_address(page, **AETNA_ADDRESS)
    expect(page.get_by_label("A new plan under UnitedHealthcare")).not_to_be_checked()

    page.get_by_label("Company name").fill("UMR")
    expect(page.get_by_label("A new plan under UMR")).to_be_checked()
    save(page)

    expect(messages_of(page)).to_contain_text("this is the one with the same name")
    assert InsurancePlan.objects.get().company == umr


def test_a_plan_that_is_there_is_added_again_only_when_saved_twice(visit: Visit) -> None:
    plan = PlanFactory(company__name="Aetna", name="Aetna HMO", **AETNA_ADDRESS)
    page = visit("billing")
    page.goto(f"/admin/pm/insuranceplan/add/?company={plan.company_id}")
    page.get_by_label("Plan name").fill("aetna hmo")
    fill_address(page, **AETNA_ADDRESS)
    use = preview_of(page).get_by_role("link", name="Use this one instead")
    expect(use).to_have_attribute("href", f"/admin/pm/insuranceplan/{plan.pk}/change/")
    save(page)

    expect(page.locator(".errorlist")).to_contain_text("save again to add another")
    assert InsurancePlan.objects.count() == 1
    save(page)

    expect(messages_of(page)).to_contain_text("was created")
    assert InsurancePlan.objects.count() == 2


def test_a_company_is_renamed_and_its_stale_names_are_put_right(visit: Visit) -> None:
    plans = PlanFactory.create_batch(3, company=CompanyFactory(name="Aetna"))
    company = plans[0].company
    page = visit("billing")
    page.goto(f"/admin/pm/insurancecompany/{company.pk}/change/")
    page.locator("#id_name").fill("Aetna Health")
    expect(preview_of(page)).to_contain_text("3 EHR names still show an old company name.")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(messages_of(page)).to_contain_text("Nothing changed in the EHR.")
    assert set(Insurance.objects.values_list("company_name", flat=True)) == {"Aetna"}

    page.get_by_role("button", name="Bring them up to date").click()

    expect(messages_of(page)).to_contain_text("3 EHR names brought up to date.")
    expect(page.get_by_role("button", name="up to date")).to_have_count(0)
    assert set(Insurance.objects.values_list("company_name", flat=True)) == {"Aetna Health"}


def test_the_coverage_worklist(visit: Visit, demo_practice: None) -> None:
    page = visit("admin")
    page.goto("/admin/")
    page.get_by_role("link", name="Coverage that differs").click()
    row = page.get_by_role("rowgroup").filter(has_text="Marchetti")
    expect(row).to_contain_text("Only in the EHR")
    expect(page.locator("main")).to_contain_text("Nothing is copied: enter it by hand.")
    row.get_by_role("link", name="Open in the EHR").click()

    clear = page.locator(".field-secondary_insurance .select2-selection__clear")
    clear.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save", exact=True).click()

    page.wait_for_url("**/sync/coverage/")
    expect(messages_of(page)).to_contain_text("Secondary removed. PM has none either.")
    expect(page.get_by_role("row").filter(has_text="Okafor")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text="Marchetti")).to_have_count(0)


def test_a_secondary_that_pm_has_is_no_alarm_and_another_leads_there(
    visit: Visit, demo_practice: None
) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/patient/?q=K1003")
    page.get_by_role("link", name="Lindqvist").click()
    page.locator("#id_policies-1-group_number").fill("G-7")  # the secondary, TRICARE Prime
    page.get_by_role("button", name="Save", exact=True).click()

    expect(messages_of(page)).to_contain_text(
        "Secondary saved. The EHR has none. Enter it by hand:"
    )
    messages_of(page).get_by_role("link", name="Open this patient in the EHR").click()
    page.locator(".field-secondary_insurance .select2-selection").click()
    page.locator(".select2-search__field").fill("tricare prime")
    page.locator(".select2-results__option", has_text="TRICARE Prime").click()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(messages_of(page)).to_contain_text("Secondary saved. PM has the same.")
    expect(page.locator(".messagelist .warning")).to_have_count(0)


def test_company_and_plan_by_keyboard_alone(visit: Visit) -> None:
    data = ["Sutter Select", "99887", "PO Box 619", "Sacramento", "CA", "95812", "Select PPO"]
    name, payer_id, street, city, state, zip_code, plan = data
    page = visit("frontdesk")
    page.goto("/admin/")
    keys = Keyboard(page)

    keys.press("Tab", 2)  # from the search
    keys.press("Enter")  # new company and plan
    page.wait_for_url("**/pm/insurancecompany/add/")
    expect(page.locator("#id_name")).to_be_focused()
    keys.type(name)
    keys.press("Tab", 2)
    keys.type(payer_id)
    keys.press("Tab")
    keys.type(street)
    keys.press("Tab", 2)
    keys.type(city)
    keys.press("Tab")
    keys.type(state)
    keys.press("Tab")
    keys.type(zip_code)
    while page.evaluate("document.activeElement.id") != "id_plans-0-name":
        keys.press("Tab")
    keys.type(plan)
    keys.press("Tab")
    keys.press("Space")  # the same address
    expect(preview_of(page)).to_contain_text("Sutter Select – Select PPO – PO Box 619, 95812")
    keys.press("Enter")

    expect(messages_of(page)).to_contain_text("was created")
    saved = InsurancePlan.objects.get()
    assert [saved.company.name, saved.company.payer_id, saved.street_1, saved.city] == data[:4]
    assert [saved.state, saved.zip_code, saved.name] == data[4:]
    assert saved.link.insurance.name == "Sutter Select – Select PPO – PO Box 619, 95812"
    assert keys.pressed <= len("".join(data)) + 19


# Playwright would wait for what such a page has sent, so a script looks, and presses Stop.
WATCHED = """addEventListener("load", () => {
  const done = document.querySelector(".batches label")?.textContent;
  if (done) console.log(done);
  const stop = document.querySelector("[name=_stop]");
  if (done?.startsWith("4 of")) setTimeout(() => stop.click(), %d);
});"""
AT_ONCE, WHILE_IT_IS_SENT, NEVER = 0, 300, 60_000  # milliseconds


@pytest.mark.parametrize("stop", [AT_ONCE, WHILE_IT_IS_SENT, NEVER])
def test_very_many_are_deactivated_while_one_watches(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(batches, "PAUSE", -1)
    one_batch = batches._one_batch

    def late(work: batches.Work, do: Any, user: Any) -> batches.Work:
        time.sleep(1 if stop == WHILE_IT_IS_SENT else 0)
        return one_batch(work, do, user)

    monkeypatch.setattr(batches, "_one_batch", late)
    PlanFactory.create_batch(8)
    page = visit("billing")
    shown: list[str] = []
    page.on("console", lambda said: shown.append(said.text))
    page.add_init_script(WATCHED % stop)
    page.goto("/admin/pm/insuranceplan/")
    page.get_by_label("Select all objects on this page").check()
    page.get_by_label("Action:").select_option(label="Deactivate selected insurance plans")
    page.get_by_role("button", name="Go", exact=True).click()

    if stop == NEVER:
        expect(messages_of(page)).to_contain_text("8 insurance plans deactivated.")
        assert shown == [f"{done} of 8 done." for done in (2, 4, 6)]
        assert not InsurancePlan.objects.active().exists()
    else:
        expect(messages_of(page)).to_contain_text("Stopped. 4 of 8 are done")
        assert shown == ["2 of 8 done.", "4 of 8 done."]
        assert InsurancePlan.objects.active().exists()
