"""A company and its plans, typed from a card: quick, and nothing saved by accident."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from pm.models import InsuranceCompany, InsurancePlan
from tests.browser.conftest import Visit, box_of
from tests.browser.keyboard import Keyboard
from tests.browser.wcag import violations
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = ("street_1", "street_2", "city", "state", "zip_code")


def fill_company(page: Page) -> None:
    page.locator("#id_name").fill("Aetna")
    for name, value in AETNA_ADDRESS.items():
        field = page.locator(f"#id_{name}")
        if name == "state":
            field.select_option(value)
        else:
            field.fill(value)


def test_enter_saves_a_company_with_its_plan_and_none_without(visit: Visit) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/insurancecompany/add/")
    fill_company(page)
    page.locator("#id_phone").fill("800-555-0100")
    page.locator("#id_zip_code").press("Enter")
    page.locator("#id_name").press("Enter")
    advice = page.get_by_text("Enter saves once there is a plan.")
    expect(advice).to_be_in_viewport(ratio=1)
    foot = box_of(page.locator(".submit-row"))
    assert box_of(advice)["y"] + box_of(advice)["height"] <= foot["y"]
    expect(page.locator("#id_plans-0-name")).to_be_focused()
    page.keyboard.type("Aetna HMO")
    expect(advice).to_be_hidden()
    assert not InsuranceCompany.objects.exists()

    page.locator("#id_plans-0-same_address").check()
    expect(page.locator("#id_plans-0-phone")).to_have_attribute("placeholder", "800-555-0100")
    page.locator("#id_plans-0-name").press("Enter")

    expect(page.locator(".messagelist")).to_contain_text("was created")
    plan = InsurancePlan.objects.get()
    assert (plan.street_1, plan.phone) == (AETNA_ADDRESS["street_1"], "800-555-0100")


def test_the_companys_address_stands_in_place_of_five_fields(visit: Visit) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/insurancecompany/add/")
    street, taken = page.locator("#id_plans-0-street_1"), page.locator(".taken-address")
    street.fill("PO Box 1")
    expect(taken).to_be_hidden()
    page.locator("#id_plans-0-same_address").check()
    expect(taken).to_contain_text("No address yet")
    fill_company(page)

    expect(taken).to_have_text("111 Academy Drive, Irvine, CA 92617")
    for name in ADDRESS:
        expect(page.locator(f"#id_plans-0-{name}")).to_be_hidden()
    page.locator("#id_plans-0-name").fill("Aetna HMO")
    expect(page.locator("[data-preview]")).to_contain_text("Aetna HMO – 111 Academy Drive, 92617")
    assert violations(page, "address taken") == []

    page.locator("#id_plans-0-same_address").uncheck()
    expect(street).to_have_value("PO Box 1")
    expect(taken).to_be_hidden()


def test_a_companys_missing_address_is_said_once_and_the_five_fields_stay_away(
    visit: Visit,
) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/insurancecompany/add/")
    page.locator("#id_name").fill("Aetna")
    page.locator("#id_plans-0-name").fill("Aetna HMO")
    page.locator("#id_plans-0-same_address").check()
    page.locator("#id_plans-0-name").press("Enter")

    row, taken = page.locator(".field-same_address"), page.locator(".taken-address")
    expect(page.locator(".errornote")).to_be_visible()
    expect(row.locator(".errorlist")).to_contain_text("The company has no address")
    expect(taken).to_be_hidden()
    for name in ADDRESS:
        expect(page.locator(f"#id_plans-0-{name}")).to_be_hidden()
    fill_company(page)
    expect(row.locator(".errorlist")).to_have_count(0)
    expect(taken).to_have_text("111 Academy Drive, Irvine, CA 92617")


def test_of_a_company_that_is_chosen_the_address_and_phone_are_shown(visit: Visit) -> None:
    company = CompanyFactory(name="Aetna", phone="800-555-0100", payer_id="60054", **AETNA_ADDRESS)
    nowhere = CompanyFactory(name="Nowhere", street_1="", city="", state="", zip_code="")
    page = visit("billing")
    page.goto(f"/admin/pm/insuranceplan/add/?company={company.pk}")
    expect(page.locator("#id_name")).to_be_focused()
    keys = Keyboard(page)

    keys.type("HMO")
    keys.press("Tab")
    keys.press("Space")
    expect(page.locator(".taken-address")).to_have_text("111 Academy Drive, Irvine, CA 92617")
    expect(page.locator("#id_phone")).to_have_attribute("placeholder", "800-555-0100")
    keys.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("was created")
    assert company.plans.get().street_1 == AETNA_ADDRESS["street_1"]
    assert keys.pressed <= len("HMO") + 3

    page.goto(f"/admin/pm/insuranceplan/add/?company={nowhere.pk}")
    page.locator("#id_same_address").check()
    page.get_by_label("Plan name").press("Enter")
    expect(page.locator(".field-same_address .errorlist")).to_contain_text("has no address")
    expect(page.locator("#id_street_1")).to_be_visible()  # to be typed now


def test_a_plan_of_a_company_that_is_picked_by_keyboard_alone(visit: Visit) -> None:
    CompanyFactory(name="Humana", **AETNA_ADDRESS)
    company = CompanyFactory(name="Aetna", phone="800-555-0100", **AETNA_ADDRESS)
    page = visit("frontdesk")
    page.goto("/admin/")
    keys = Keyboard(page)

    keys.press("Tab", 3)  # from the search
    keys.press("Enter")  # new insurance plan
    page.wait_for_url("**/pm/insuranceplan/add/")
    expect(page.locator(".select2-selection").first).to_be_focused()
    keys.type("aet")
    expect(page.locator(".select2-results").get_by_role("option")).to_contain_text(["Aetna"])
    keys.press("Enter")
    keys.press("Tab")
    keys.type("HMO")
    keys.press("Tab")
    keys.press("Space")  # the company's address
    expect(page.locator(".taken-address")).to_have_text("111 Academy Drive, Irvine, CA 92617")
    expect(page.locator("#id_phone")).to_have_attribute("placeholder", "800-555-0100")
    keys.press("Enter")

    expect(page.locator(".messagelist")).to_contain_text("was created")
    plan = company.plans.get()
    assert (plan.name, plan.street_1) == ("HMO", AETNA_ADDRESS["street_1"])
    assert keys.pressed <= len("aet" + "HMO") + 9


def test_another_plan_of_a_new_company(visit: Visit) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/insurancecompany/add/")
    fill_company(page)
    page.locator("#id_plans-0-name").fill("Aetna HMO")
    page.locator("#id_plans-0-same_address").check()
    page.get_by_role("button", name="Save and add another plan").click()

    expect(page.locator(".messagelist")).to_contain_text("was created")
    expect(page.locator("#id_name")).to_be_focused()
    keys = Keyboard(page)
    keys.type("Aetna PPO")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("Aetna PPO")
    assert {str(plan) for plan in InsuranceCompany.objects.get().plans.all()} == {
        str(plan) for plan in InsurancePlan.objects.all()
    }
    assert InsurancePlan.objects.count() == 2


def test_a_plan_like_this(visit: Visit) -> None:
    plan = PlanFactory(name="HMO")
    page = visit("billing")
    page.goto(f"/admin/pm/insuranceplan/{plan.pk}/change/")
    page.get_by_role("link", name="Add a plan like this").click()
    expect(page.locator("#id_name")).to_be_focused()
    page.locator("#id_name").fill("PPO")
    page.locator("#id_name").press("Enter")

    expect(page.locator(".messagelist")).to_contain_text("was created")
    assert InsurancePlan.objects.get(name="PPO").address == plan.address


def test_a_companys_plans_are_asked_about_once_it_is_no_longer_active(visit: Visit) -> None:
    plan = PlanFactory(company__name="Aetna")
    page = visit("billing")
    page.goto(f"/admin/pm/insurancecompany/{plan.company_id}/change/")
    as_well = page.get_by_label("Deactivate its 1 active plan as well")
    expect(as_well).to_be_hidden()
    page.locator("#id_is_active").uncheck()
    told = page.locator("[data-preview]")
    expect(told).to_contain_text("Its 1 active plan stays in both pickers.")
    as_well.check()
    expect(told).to_contain_text("Its 1 active plan is deactivated, in PM and in the EHR")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".messagelist")).to_contain_text(
        "Its 1 active plan is deactivated, in PM and in the EHR"
    )
    assert not InsurancePlan.objects.active().exists()


def test_enter_saves_a_company_alone_in_the_pop_up_of_a_plan(visit: Visit) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/insuranceplan/add/")
    with page.expect_popup() as opened:
        page.locator("#add_id_company").click()
    name = opened.value.locator("#id_name")
    name.fill("Aetna")
    with opened.value.expect_event("close"):
        name.press("Enter")

    expect(page.get_by_role("combobox", name="Company")).to_contain_text("Aetna")
    assert InsuranceCompany.objects.get().name == "Aetna"


@pytest.mark.parametrize("asks", [False, True])
def test_the_plan_that_was_typed_with_a_company_that_is_there_is_added_to_that_one(
    visit: Visit, asks: bool
) -> None:
    company = CompanyFactory(name="Aetna", phone="800-555-0199", **AETNA_ADDRESS)
    page = visit("frontdesk")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto("/admin/pm/insurancecompany/add/")
    fill_company(page)
    if asks:  # what is typed of the company itself doesn't go along
        page.locator("#id_contact_name").fill("Pat Doe")
    page.locator("#id_plans-0-same_address").check()
    page.locator("#id_plans-0-phone").fill("800-555-0100")
    page.locator("#id_plans-0-name").press_sequentially("Aetna HMO")
    expect(page.locator("[data-previewed]")).not_to_have_value("")
    expect(page.locator("[data-preview]")).to_contain_text("Aetna – Aetna HMO – 111 Academy")
    page.get_by_role("link", name="Add the plan to this one instead").click()
    page.wait_for_url("**/pm/insuranceplan/add/?company=*")

    assert asked == (["beforeunload"] if asks else [])
    expect(page.locator("#id_name")).to_have_value("Aetna HMO")
    expect(page.locator(".taken-address")).to_have_text("111 Academy Drive, Irvine, CA 92617")
    page.locator("#id_name").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("was created")
    plan = company.plans.get()
    assert (plan.name, plan.phone) == ("Aetna HMO", "800-555-0100")
    assert plan.street_1 == AETNA_ADDRESS["street_1"]
    assert InsuranceCompany.objects.count() == 1


@pytest.mark.parametrize("width", [1366, 800, 390])
def test_plans_are_moved_together_as_it_was_shown(visit: Visit, width: int) -> None:
    old, new = CompanyFactory(name="Cigna Care"), CompanyFactory(name="Aetna")
    plans = [PlanFactory(company=old, name=f"HMO {number}") for number in range(3)]
    page = visit("billing", width=width)
    page.goto(f"/admin/pm/insuranceplan/?company__id__exact={old.pk}")
    for box in page.locator("input.action-select").all()[:2]:
        box.check()
    page.locator("select[name=action]").select_option("move_plans")
    page.locator("button[name=index]").click()

    expect(page.get_by_role("heading", name="Move 2 plans to another company")).to_be_visible()
    page.locator(".select2-selection").click()
    page.keyboard.type("aet")
    expect(page.get_by_role("option", name="Aetna")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="See what it does").click()
    shown = page.get_by_role("region", name="What Move will do")
    expect(shown).to_contain_text("2 plans move to Aetna")
    expect(shown).to_contain_text("2 insurances will be shown under the name Aetna.")
    assert violations(page, f"moving at {width}") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {plan.company for plan in old.plans.all()} == {old}
    assert old.plans.count() == len(plans)

    page.get_by_role("button", name="Move 2 plans").click()
    expect(page.locator(".messagelist")).to_contain_text("2 plans moved to Aetna.")
    assert (old.plans.count(), new.plans.count()) == (1, 2)
