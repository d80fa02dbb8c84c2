"""Browser tests: a real Chromium against a live server.

    def test_something(visit, demo_practice):
        page = visit("billing")  # logged in as a user of sync.demo, each of one role; "" for nobody
        page.goto("/admin/")
        keys = Keyboard(page)  # counts the keys pressed
        keys.press("Tab")
        expect(page.get_by_role("heading", name="…")).to_be_visible()

`visit("billing", theme="dark", width=NARROW)` opens a page in the dark theme, 800 pixels wide.
Each call opens a browser session of its own. Only the tests of test_pages, which only read, share a
window, emptied after each.

A test fails at its end for anything that went wrong unseen: an error in the console (a violation of
the Content-Security-Policy is one), an uncaught exception, an answer of 500 or more, a request to
anywhere else. `page.problems` holds them; a test that provokes one takes it out.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.servers.basehttp import WSGIRequestHandler
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FloatRect,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from sync import demo
from tests.browser.chromium import HOW_TO, find, flags

PATIENCE = 10_000  # milliseconds
WIDE, NARROW, PHONE = 1366, 800, 390
ON_A_DESK = ViewportSize(width=WIDE, height=768)
ON_A_PHONE = ViewportSize(width=PHONE, height=844)
ENLARGED = ViewportSize(width=683, height=384)  # the desk's, at 200 percent
BACKEND = "django.contrib.auth.backends.ModelBackend"

TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => console.error(
  `CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`));
"""


class WatchedPage(Page):
    """What a page is to a test: one that holds what went wrong unseen."""

    problems: list[str]


Visit = Callable[..., WatchedPage]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser, once for each worker."""
    path = find()
    if path is None:
        pytest.fail(HOW_TO, pytrace=False)
    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright leaves an event loop running in this thread, in which Django refuses queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # An answer goes out in two parts. On a connection that is kept open, the second would wait
        # for the receipt of the first, 40 ms for each file.
        patch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
        started = playwright.chromium.launch(executable_path=path, args=flags())
        yield started
        started.close()


@pytest.fixture
def at_rest(live_server: LiveServer) -> Iterator[None]:
    """Wait in the end until the server has answered what a page that is closed had asked.

    Else the tables would be emptied while it reads them, and PostgreSQL ends one of the two.
    """
    answering: set[int] = set()  # threads

    def begun(**_: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            answering.add(threading.get_ident())

    def done(**_: Any) -> None:
        answering.discard(threading.get_ident())

    request_started.connect(begun, weak=False)
    request_finished.connect(done, weak=False)
    yield
    last = time.monotonic() + PATIENCE / 1000
    while answering and time.monotonic() < last:
        time.sleep(0.01)
    request_started.disconnect(begun)
    request_finished.disconnect(done)


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, at_rest: None) -> Iterator[Visit]:
    """Return a function that opens a page, logged in as a demo user, or as nobody."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []
    here = f"{live_server.url}/"

    def open_page(username: str = "admin", theme: Any = "light", width: int = WIDE) -> Any:
        context = new_context(browser, here, problems, theme, width)
        contexts.append(context)
        if username:
            log_in(context, here, session_of(username))
        page: Any = context.new_page()
        page.problems = problems
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def new_context(
    browser: Browser, here: str, problems: list[str], theme: Any = "light", width: int = WIDE
) -> BrowserContext:
    """Open a browser session at `here`. What goes wrong in it is noted in `problems`."""
    context = browser.new_context(
        base_url=here,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    watch(context, here, problems)
    return context


def watch(context: BrowserContext, here: str, problems: list[str]) -> None:
    """Note in `problems` what goes wrong on any page of `context`."""

    def console(said: Any) -> None:
        if said.type == "error":
            problems.append(f"{said.text} ({said.page.url if said.page else 'no page'})")

    def response(answer: Any) -> None:
        if answer.status >= 500:
            problems.append(f"{answer.status} {answer.url}")

    def request(asked: Any) -> None:
        if not asked.url.startswith(here):
            problems.append(f"went out: {asked.url}")

    context.add_init_script(TELL_OF_VIOLATIONS)
    context.on("console", console)
    context.on("weberror", lambda failed: problems.append(f"uncaught: {failed.error}"))
    context.on("response", response)
    context.on("request", request)


def box_of(part: Locator) -> FloatRect:
    """Return where that part of a page stands, which must be shown."""
    box = part.bounding_box()
    assert box is not None
    return box


def middles(row: Locator, *names: str) -> list[float]:
    """Return at which heights the fields of these names stand in `row`."""
    fields = (row.locator(f".field-{name} :is(input, select)").first for name in names)
    return [box["y"] + box["height"] / 2 for box in map(box_of, fields)]


def spread(heights: list[float]) -> float:
    return max(heights) - min(heights)


def log_in(context: BrowserContext, here: str, session: str) -> None:
    context.add_cookies([{"name": "sessionid", "value": session, "url": here}])


def session_of(username: str) -> str:
    """Log a demo user in, and return the session's cookie."""
    demo.make_users()
    client = Client()
    client.force_login(User.objects.get(username=username), BACKEND)
    return client.cookies["sessionid"].value


@pytest.fixture
def demo_practice(transactional_db: None) -> None:
    """Load the demo practice, which has an example of every state."""
    demo.load()
    demo.make_users()
