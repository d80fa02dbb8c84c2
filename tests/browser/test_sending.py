"""Nothing typed is lost: logged out, without a server, with another user, or by leaving."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from playwright.sync_api import Dialog, Page, Request, expect

from kareo.pages.admin import RecordAdmin
from pm.models import InsuranceCompany
from sync.middleware import EffectMiddleware
from sync.models import SyncEvent
from tests.browser.conftest import Visit, WatchedPage, log_in, session_of
from tests.factories import PMPatientFactory

pytestmark = pytest.mark.django_db(transaction=True)

ADD_COMPANY = "/admin/pm/insurancecompany/add/"
WHO_IS_HERE = re.compile("/who-is-here/")
OUT = "You are logged out, and this was not sent."


def typed_into(visit: Visit, username: str = "admin") -> WatchedPage:
    page = visit(username)
    page.goto(ADD_COMPANY)
    page.fill("#id_name", "Typed with care")
    return page


def save(page: Page) -> None:
    page.locator("[name=_save]").click()


def logged_out(page: WatchedPage) -> None:
    """Log the user out, as another window does, and don't mind that the page is told so."""
    Session.objects.all().delete()
    page.context.clear_cookies(name="sessionid")


def forgive(page: WatchedPage, *parts: str) -> None:
    """Take out what a test provoked."""
    page.problems[:] = [
        problem for problem in page.problems if not any(part in problem for part in parts)
    ]


def password_of(username: str) -> str:
    """Give a user of the demo a password that isn't known to all."""
    user = User.objects.get(username=username)
    user.set_password("Corr3ct-horse")
    user.save()
    return "Corr3ct-horse"


class TestLoggedOut:
    def test_the_page_is_covered_and_goes_on_where_the_same_user_logs_in(
        self, visit: Visit, live_server: Any
    ) -> None:
        page = typed_into(visit)
        logged_out(page)

        save(page)

        expect(page.get_by_role("alert")).to_contain_text(OUT)
        expect(page.locator("#id_name")).not_to_be_visible()
        with page.expect_popup() as opened:
            page.get_by_role("link", name="Log in again").click()
        window = opened.value
        window.fill("#id_username", "admin")
        window.fill("#id_password", password_of("admin"))
        with page.expect_navigation(url="**/insurancecompany/"):
            window.keyboard.press("Enter")
        assert InsuranceCompany.objects.get().name == "Typed with care"
        assert InsuranceCompany.objects.get().created_by == "admin"
        forgive(page, "403")

    def test_nothing_of_it_is_shown_to_another_user(self, visit: Visit, live_server: Any) -> None:
        page = typed_into(visit)
        logged_out(page)
        save(page)
        expect(page.get_by_role("alert")).to_contain_text(OUT)

        log_in(page.context, f"{live_server.url}/", session_of("billing"))

        expect(page.get_by_role("alert")).not_to_be_visible()
        expect(page.locator("#user-tools")).to_contain_text("billing")
        expect(page.locator(".messagelist")).to_contain_text("opened by another user")
        expect(page.locator("#id_name")).to_have_value("")
        assert not InsuranceCompany.objects.exists()
        forgive(page, "403")

    def test_nothing_is_kept_in_the_browser(self, visit: Visit) -> None:
        page = typed_into(visit)
        logged_out(page)
        save(page)
        expect(page.get_by_role("alert")).to_contain_text(OUT)

        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")

        assert "Typed" not in kept

    def test_a_token_of_an_earlier_log_in_is_renewed(self, visit: Visit, live_server: Any) -> None:
        page = typed_into(visit)
        other = page.context.new_page()
        page.context.clear_cookies()
        other.goto("/admin/login/")
        other.fill("#id_username", "admin")
        other.fill("#id_password", password_of("admin"))
        other.keyboard.press("Enter")
        expect(other.locator("#user-tools")).to_contain_text("admin")

        with page.expect_navigation(url="**/insurancecompany/"):
            save(page)

        assert InsuranceCompany.objects.get().name == "Typed with care"
        forgive(page, "403")


def test_without_an_answer_it_says_so_and_saves_later(visit: Visit) -> None:
    page = typed_into(visit)
    page.route(WHO_IS_HERE, lambda route: route.abort())

    save(page)

    expect(page.get_by_role("alert")).to_contain_text("The server doesn't answer")
    expect(page.locator("#id_name")).to_have_value("Typed with care")
    page.unroute(WHO_IS_HERE)
    with page.expect_navigation(url="**/insurancecompany/"):
        save(page)
    assert InsuranceCompany.objects.get().name == "Typed with care"
    forgive(page, "ERR_FAILED")


def test_where_the_database_is_away_it_says_so_and_saves_later(visit: Visit) -> None:
    page = typed_into(visit)
    page.route(WHO_IS_HERE, lambda route: route.fulfill(status=500, body="<h1>Failed</h1>"))

    save(page)

    expect(page.get_by_role("alert")).to_contain_text("this was not sent")
    expect(page.get_by_role("alert")).not_to_contain_text("saved")  # an earlier Save may have been
    page.unroute(WHO_IS_HERE)
    with page.expect_navigation(url="**/insurancecompany/"):
        save(page)
    assert InsuranceCompany.objects.count() == 1
    forgive(page, "500")


@pytest.mark.parametrize("is_saved", [True, False])
def test_a_page_that_fails_is_saved_once_when_it_is_reloaded(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, is_saved: bool
) -> None:
    page = typed_into(visit)
    failing: Any = EffectMiddleware if is_saved else RecordAdmin
    name = "__call__" if is_saved else "save_related"
    works = getattr(failing, name)
    failed: list[bool] = []

    def fail_once(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = works(self, request, *args, **kwargs)
        if request.method == "POST" and request.path == ADD_COMPANY and not failed:
            failed.append(True)
            raise RuntimeError("once")
        return answer

    monkeypatch.setattr(failing, name, fail_once)

    save(page)

    expect(page.get_by_role("main")).to_contain_text(
        "Reload this page and let the browser send it again: what was saved is not saved twice."
    )
    assert InsuranceCompany.objects.count() == int(is_saved)
    page.reload()
    expect(page).to_have_url(re.compile("/insurancecompany/$"))
    expect(page.locator(".messagelist")).to_contain_text("Company Typed with care saved.")
    assert InsuranceCompany.objects.get().name == "Typed with care"
    assert failed
    forgive(page, "500")


def test_a_double_click_saves_once_and_the_button_waits(visit: Visit) -> None:
    page = typed_into(visit)
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith(ADD_COMPANY):
            sent.append(request.url)

    page.on("request", note)
    with page.expect_navigation(url="**/insurancecompany/"):
        page.locator("[name=_save]").dblclick()

    assert len(sent) == 1
    assert InsuranceCompany.objects.count() == 1
    assert SyncEvent.objects.count() == 1


def test_the_button_is_disabled_while_it_is_saved(visit: Visit) -> None:
    page = typed_into(visit)
    noted: list[str] = []
    page.expose_function("noted", lambda text: noted.append(text))
    page.evaluate(
        """const button = document.querySelector("[name=_save]");
        new MutationObserver(() => noted(String(button.disabled)))
          .observe(button, { attributeFilter: ["disabled"] });"""
    )

    with page.expect_navigation(url="**/insurancecompany/"):
        save(page)

    assert noted == ["true"]


class TestLeaving:
    @pytest.fixture
    def asked(self) -> list[str]:
        return []

    @pytest.fixture
    def leave(self, asked: list[str]) -> Callable[[Page], None]:
        def click(page: Page) -> None:
            def answer(dialog: Dialog) -> None:
                asked.append(dialog.type)
                dialog.dismiss()

            page.on("dialog", answer)
            page.get_by_role("link", name="Insurance plans").click(no_wait_after=True)
            page.wait_for_timeout(500)

        return click

    def test_a_half_typed_form_asks(
        self, visit: Visit, asked: list[str], leave: Callable[[Page], None]
    ) -> None:
        page = typed_into(visit)

        leave(page)

        assert asked == ["beforeunload"]
        expect(page.locator("#id_name")).to_have_value("Typed with care")

    def test_an_untouched_form_does_not(
        self, visit: Visit, asked: list[str], leave: Callable[[Page], None]
    ) -> None:
        page = visit()
        page.goto(ADD_COMPANY)
        page.locator("#id_name").click()

        leave(page)

        assert asked == []
        expect(page).to_have_url(re.compile("/admin/pm/insuranceplan/$"))

    def test_one_that_only_asks_does(
        self, visit: Visit, asked: list[str], leave: Callable[[Page], None]
    ) -> None:
        PMPatientFactory(chart_number="K1003")
        page = visit()
        page.goto("/admin/pm/patient/add/")
        typed = {"chart_number": "k1003", "last_name": "Doe", "first_name": "Jo"}
        for name, value in (typed | {"date_of_birth": "01/05/1986"}).items():
            page.locator(f"#id_{name}").fill(value)
        save(page)
        expect(page.get_by_text("has nearly the same chart number")).to_be_visible()
        page.locator("#id_last_name").click()

        leave(page)

        assert asked == ["beforeunload"]

    def test_a_refused_form_does(
        self, visit: Visit, asked: list[str], leave: Callable[[Page], None]
    ) -> None:
        page = typed_into(visit)
        page.fill("#id_zip_code", "1")
        save(page)
        expect(page.locator("ul.errorlist").first).to_be_visible()
        page.locator("#id_name").click()

        leave(page)

        assert asked == ["beforeunload"]
