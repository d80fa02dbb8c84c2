"""No page breaks a rule of WCAG 2.2, A or AA, that axe-core can check, in either theme."""

from typing import Any

import pytest

from tests.browser.pages import IN_PM, all_pages, readers_pages
from tests.browser.wcag import violations

pytestmark = pytest.mark.django_db(transaction=True)


def violations_on(page: Any, pages: dict[str, str]) -> list[str]:
    found = []
    for name, path in pages.items():
        answer = page.goto(path)
        assert answer.ok, f"{name}: {answer.status} at {path}"
        found += violations(page, name)
    return found


def assert_none(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("in_pm", [True, False], ids=["PM", "elsewhere"])
def test_no_page_breaks_a_rule(visit, demo_practice, in_pm):
    pages = {name: at for name, at in all_pages().items() if at.startswith(IN_PM) == in_pm}
    assert_none(violations_on(visit("admin"), pages))


def test_no_page_of_those_who_may_only_read_breaks_a_rule(visit, demo_practice):
    assert_none(violations_on(visit("clinical"), readers_pages()))


def test_no_page_without_a_login_breaks_a_rule(visit):
    page = visit("admin")
    page.goto("/admin/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/logout/")
    found = violations(page, "logged out")
    found += violations_on(page, {"login": "/admin/login/"})
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.locator(".errornote").wait_for()
    assert_none(found + violations(page, "login refused"))


def test_no_refused_form_breaks_a_rule(visit, demo_practice):
    page = visit("admin")
    found = []
    for model in ("pm/insuranceplan", "ehr/insurance", "pm/patient"):
        page.goto(f"/admin/{model}/add/")
        page.locator("#content-main form").evaluate("form => { form.noValidate = true; }")
        page.get_by_role("button", name="Save", exact=True).click()
        page.locator(".errornote").wait_for()
        found += violations(page, f"{model} refused")
    assert_none(found)


def test_no_message_breaks_a_rule(visit, demo_practice):
    page = visit("admin")
    page.goto(readers_pages()["plan, read only"])
    page.get_by_role("button", name="Save and continue editing").click()
    page.locator(".messagelist").wait_for()
    assert_none(violations(page, "saved"))
