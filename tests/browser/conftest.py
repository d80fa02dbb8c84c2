"""Browser tests: a real Chromium against a live server.

    def test_something(visit):
        page = visit("billing")  # logged in as one of sync.demo's users, by role
        page.goto("/admin/")
        expect(page.get_by_role("heading", name="…")).to_be_visible()

A test fails at its end for anything that went wrong unseen: an error in the console (a violation of
the Content-Security-Policy is one), an uncaught exception, an answer of 500 or more, a request to
anywhere else. `page.problems` holds them; a test that provokes one takes it out.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from sync import demo
from tests.browser.chromium import HOW_TO, find, flags

PATIENCE = 10_000  # milliseconds
WIDE, NARROW = 1366, 800

TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => console.error(
  `CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.fail(HOW_TO, pytrace=False)
    # Playwright leaves an event loop running in this thread, in which Django then refuses queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=flags())
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page, logged in as a demo user, or as nobody."""
    contexts, problems = [], []

    def open_page(username: str = "admin", theme: Any = "light", width: int = WIDE) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            color_scheme=theme,
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", lambda said: said.type == "error" and problems.append(said.text))
        context.on("weberror", lambda failed: problems.append(str(failed.error)))
        context.on("response", lambda r: r.status >= 500 and problems.append(f"{r.status} {r.url}"))
        context.on(
            "request",
            lambda r: r.url.startswith(live_server.url) or problems.append(f"went out: {r.url}"),
        )
        if username:
            demo.make_users()
            client = Client()
            client.force_login(User.objects.get(username=username), demo_backend())
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page: Any = context.new_page()
        page.problems = problems
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def demo_backend() -> str:
    return "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def demo_practice(transactional_db: None) -> None:
    """Load the demo practice, which has an example of every state."""
    demo.load()
    demo.make_users()
