"""Where nobody does anything the page warns, then is covered, and goes on for the same user."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect
from pytest_django import Settings

from pm.models import InsuranceCompany
from tests.browser.conftest import Visit, log_in, session_of

pytestmark = pytest.mark.django_db(transaction=True)

ADD_COMPANY = "/admin/pm/insurancecompany/add/"
WARNING = "You will be logged out within a minute"
OUT = "You are logged out"


@pytest.fixture(autouse=True)
def seconds(settings: Settings) -> None:
    settings.IDLE_TIME = timedelta(seconds=12)


def noted(page: Page, part: str) -> list[str]:
    sent: list[str] = []

    def note(request: Request) -> None:
        if part in request.url:
            sent.append(request.url)

    page.on("request", note)
    return sent


def test_it_warns_then_covers_and_the_same_user_goes_on(visit: Visit, live_server: Any) -> None:
    page = visit()
    page.goto(ADD_COMPANY)
    page.fill("#id_name", "Typed with care")

    expect(page.get_by_role("alert")).to_contain_text(WARNING)
    expect(page.locator("#id_name")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text(OUT, timeout=20_000)
    expect(page.locator("#id_name")).not_to_be_visible()

    log_in(page.context, f"{live_server.url}/", session_of("admin"))
    expect(page.locator("#id_name")).to_have_value("Typed with care")
    expect(page.locator("#id_name")).to_be_visible()
    with page.expect_navigation(url="**/insurancecompany/"):
        page.locator("[name=_save]").click()
    assert InsuranceCompany.objects.get().name == "Typed with care"
    # The browser's own line, where a preview was asked for just as the user was logged out.
    page.problems[:] = [problem for problem in page.problems if "403" not in problem]


def test_a_key_at_the_warning_lets_one_stay(visit: Visit) -> None:
    page = visit()
    page.goto(ADD_COMPANY)
    expect(page.get_by_role("alert")).to_contain_text(WARNING)

    page.keyboard.press("Shift")

    expect(page.get_by_role("alert")).not_to_be_visible()
    page.wait_for_timeout(3000)
    expect(page.get_by_role("alert")).not_to_be_visible()


def test_who_types_is_not_warned_and_the_server_is_rarely_told(visit: Visit) -> None:
    page = visit()
    page.goto(ADD_COMPANY)
    told = noted(page, "&typed")

    page.locator("#id_name").press_sequentially("Long, and typed slowly by hand", delay=250)

    expect(page.get_by_role("alert")).not_to_be_visible()
    # In some 7 seconds, each a tenth of the time apart.
    assert 1 <= len(told) <= 10


def test_a_list_is_covered_too(visit: Visit) -> None:
    page = visit()
    page.goto("/admin/pm/patient/")

    expect(page.get_by_role("alert")).to_contain_text(OUT, timeout=20_000)
    expect(page.locator("#content")).not_to_be_visible()
