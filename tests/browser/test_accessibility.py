"""What comes of pressing a button breaks no rule of WCAG 2.2 either; test_pages has the pages."""

import pytest

from pm.models import InsurancePlan
from tests.browser.conftest import Visit
from tests.browser.pages import change
from tests.browser.wcag import violations

pytestmark = pytest.mark.django_db(transaction=True)


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
    page.get_by_label("Username").fill("nobody")
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
