"""What comes of pressing a button breaks no rule of WCAG 2.2 either; test_pages has the pages."""

import pytest

from pm.models import InsurancePlan
from tests.browser.conftest import ENLARGED, Visit
from tests.browser.pages import PAGES, change
from tests.browser.wcag import RULES_OF_COLOR, broken, violations

pytestmark = pytest.mark.django_db(transaction=True)

MAIN_PAGES = (
    *("home", "search over both", "coverage worklist", "log, from a day", "insurance plan, list"),
    *("insurance company, add", "insurance plan, add", "insurance, add", "PM patient, change"),
    *("plan with stale name", "user, add"),
)


def assert_none(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def test_no_page_without_a_login_breaks_a_rule(visit: Visit) -> None:
    page = visit("admin")
    page.goto("/admin/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/logout/")
    found = violations(page, "logged out")
    page.goto("/admin/login/")
    found += violations(page, "login")
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.locator(".errornote").wait_for()
    assert_none(found + violations(page, "login refused"))


def test_no_refused_form_breaks_a_rule(visit: Visit, demo_practice: None) -> None:
    page = visit("admin")
    found = []
    for model in ("pm/insuranceplan", "ehr/insurance", "pm/patient"):
        page.goto(f"/admin/{model}/add/")
        page.locator("#content-main form").evaluate("form => { form.noValidate = true; }")
        page.get_by_role("button", name="Save", exact=True).click()
        page.locator(".errornote").wait_for()
        found += violations(page, f"{model} refused")
    assert_none(found)


def test_no_message_breaks_a_rule(visit: Visit, demo_practice: None) -> None:
    page = visit("admin")
    page.goto(change(InsurancePlan, name="Aetna HMO"))
    page.get_by_role("button", name="Save and continue editing").click()
    page.locator(".messagelist").wait_for()
    assert_none(violations(page, "saved"))


def test_no_main_page_breaks_a_rule_in_forced_colors_or_at_200_percent(
    visit: Visit, demo_practice: None
) -> None:
    page = visit("admin")
    page.set_viewport_size(ENLARGED)
    found = []
    for name in MAIN_PAGES:
        page.goto(PAGES[name]())
        found += violations(page, f"{name}, enlarged")
        for theme in ("light", "dark"):
            page.emulate_media(forced_colors="active", color_scheme=theme)
            found += broken(page, f"{name}, forced {theme}", RULES_OF_COLOR)
        page.emulate_media(forced_colors="none", color_scheme="light")
    assert_none(found)


def test_what_is_too_small_a_target_wherever_the_page_stands_is_found(visit: Visit) -> None:
    page = visit("")
    small = "<button aria-label={} style='width: 12px; height: 12px'></button>"
    page.set_content(
        "<html lang=en><title>Two</title><main style='height: 9000px; padding-top: 2000px'>"
        f"{small.format('One')}{small.format('Two')}</main>"
    )
    found = [each for each in violations(page, "two") if "target-size" in each]

    assert len(found) == 2
    assert page.evaluate("scrollY") == 0
