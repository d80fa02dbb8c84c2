"""Every page, each in a test of its own: it fits its window, and it breaks no rule of WCAG 2.2.

It fits at 1366 pixels and at 800, with names however long, and at 390 nothing is pushed sideways,
nor where a window of 1366 is enlarged to 200 percent.
A form begins high, and its Save is in sight. The rules are those of level A or AA that axe-core can
check, in either theme and at all three widths.

All tests here share one practice, and only read.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Page, ViewportSize
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from sync.models import FoundBefore
from tests.browser.conftest import (
    ENLARGED,
    NARROW,
    ON_A_DESK,
    ON_A_PHONE,
    WIDE,
    log_in,
    new_context,
    session_of,
)
from tests.browser.pages import NOBODY_MAY, PAGES, READERS_PAGES, admin_path, first, load
from tests.browser.wcag import violations

# What doesn't fit: a page wider than its window, a clipped list, a part that sticks out.
MISFITS = """() => {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.scrollingElement.scrollWidth > width)
    found.push(`the page is ${document.scrollingElement.scrollWidth} wide, its window ${width}`);
  const list = document.querySelector("#result_list");
  if (list && list.scrollWidth > list.parentElement.clientWidth)
    found.push(`the list is ${list.scrollWidth} wide, its place ${list.parentElement.clientWidth}`);
  for (const part of document.querySelectorAll("body *")) {
    const box = part.getBoundingClientRect();
    const forReadersOnly = getComputedStyle(part).clip !== "auto";
    if (!part.checkVisibility() || box.width === 0 || forReadersOnly) continue;
    if (box.right > width + 1 || box.left < -1)
      found.push(`${part.tagName} ${part.id || part.className} reaches ${Math.round(box.right)}`);
  }
  return found.slice(0, 5);
}"""

# What is out of sight when a form opens: its first field, `most` pixels down or less, and Save.
OUT_OF_SIGHT = """most => {
  const form = document.querySelector(".change-form #content-main > form");
  const parts = ".form-row :is(input, select, textarea, .select2-selection)";
  const fields = form?.querySelectorAll(parts) ?? [];
  const field = [...fields].find(each => each.getBoundingClientRect().width > 12);
  if (!field) return [];
  const found = [], box = field.getBoundingClientRect();
  const isLong = document.querySelector("h1").textContent.length > 100; // so is all above the form
  if (box.y > most && !isLong) found.push(`the first field is at ${Math.round(box.y)}`);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (!field.contains(top)) found.push(`the first field is under ${top?.outerHTML.slice(0, 80)}`);
  const save = form.querySelector(".submit-row :is(input, .closelink)").getBoundingClientRect();
  if (save.y < 0 || save.bottom > innerHeight) found.push(`Save is at ${Math.round(save.y)}`);
  return found;
}"""
# A form that is sent, in which the browser refuses something in words and at a place of its own.
REFUSED_BY_THE_BROWSER = """() => [...document.forms]
  .filter(form => form.method === "post" && !form.noValidate)
  .filter(form => [...form.elements].some(field => field.matches(
    "[required], [pattern], [min], [max], [type=email], [type=number], [type=url]")))
  .map(form => `the browser refuses what is typed into ${form.id || form.action}`)"""
TALL = ViewportSize(width=WIDE, height=900)
HIGH = 180  # pixels, in a window of 1366 x 768

# What answers with data or a script, or leads elsewhere, or is for whoever isn't logged in
# (test_accessibility has those pages).
NO_PAGES = {
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:logged_in",  # a window that closes itself
    "admin:login",
    "admin:logout",
    "admin:password_change_done",  # leads to the first page
    "admin:view_on_site",
    "admin:who_is_here",
    "sync:dismiss",
    "sync:dismiss_group",
    "sync:preview",
    "sync:repair",
    "sync:repair_company",
    "django.contrib.admin.sites.AdminSite.catch_all_view",
    "django.views.generic.base.RedirectView",
}

EVERY_PAGE = [
    pytest.param(user, path, id=name)
    for user, pages in (("admin", PAGES), ("clinical", READERS_PAGES))
    for name, path in pages.items()
]


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Empty the database when the module ends, and not after each test as pytest-django does."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", verbosity=0, interactive=False)
        # Once Playwright has stopped, Django wouldn't find this connection, and couldn't close it.
        connections.close_all()


@pytest.fixture(scope="module", autouse=True)
def sessions(transactional_db: None) -> Iterator[dict[str, str]]:
    """Load the practice and log in, once. Hold the sessions' cookies by username."""
    load()
    held = {user: session_of(user) for user in ("admin", "clinical")}
    before = rows()
    yield held
    assert rows() == before, "a test wrote what the others read"


@pytest.fixture(scope="module")
def problems() -> list[str]:
    return []


@pytest.fixture(scope="module")
def window(browser: Browser, live_server: LiveServer, problems: list[str]) -> Iterator[Page]:
    """Open one window for all tests: one for each would take as long as all else that they do."""
    context = new_context(browser, f"{live_server.url}/", problems)
    opened = context.new_page()
    opened.goto("/admin/login/")
    yield opened
    context.close()


@pytest.fixture
def page(window: Page, problems: list[str]) -> Iterator[Page]:
    """Return the window, wide, without a cookie or anything else that a page keeps."""
    window.set_viewport_size(TALL)
    yield window
    # Its script may be about to ask for a preview, or be asking.
    window.evaluate("for (let n = setTimeout(() => 0); n; n--) clearTimeout(n); window.stop()")
    window.context.clear_cookies()
    # It stays on the page: one of no site, as about:blank is, would cost a process each time.
    window.evaluate("localStorage.clear(); sessionStorage.clear()")
    seen = [*problems]
    problems.clear()
    assert seen == []


def rows() -> dict[str, list[Any]]:
    # Counts are kept by whoever looks, where counting took long; sessions, when that was.
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model not in (FoundBefore, Session)
    }


def faults(page: Page) -> list[str]:
    found = []
    for size in (TALL, ViewportSize(width=NARROW, height=900), ON_A_PHONE):
        page.set_viewport_size(size)
        found += violations(page, f"{page.url}, {size['width']} pixels")
    return found


def misfits(page: Page) -> list[str]:
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} pixels: {misfit}" for misfit in page.evaluate(MISFITS)]
    for size in (ON_A_PHONE, ENLARGED):
        page.set_viewport_size(size)
        if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > size["width"]:
            found.append(f"{size['width']} pixels: the page is {wide} wide")
    return found


def out_of_sight(page: Page) -> list[str]:
    found = []
    for size, most in ((ON_A_DESK, HIGH), (ON_A_PHONE, ON_A_PHONE["height"] / 2)):
        page.set_viewport_size(size)
        found += [f"{size['width']} pixels: {what}" for what in page.evaluate(OUT_OF_SIGHT, most)]
    return found


@pytest.mark.parametrize(("user", "path"), EVERY_PAGE)
def test_page(
    page: Page,
    live_server: LiveServer,
    sessions: dict[str, str],
    user: str,
    path: Callable[[], str],
) -> None:
    log_in(page.context, live_server.url, sessions[user])
    answer = page.goto(path())
    assert answer is not None
    assert answer.ok, f"{answer.status} at {page.url}"
    found = page.evaluate(REFUSED_BY_THE_BROWSER)
    found += faults(page) + misfits(page) + out_of_sight(page)
    assert not found, "\n" + "\n".join(found)


def view_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Yield the names of all views, as `resolve` tells them; without a name, what is called."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from view_names(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}" if pattern.name else pattern.lookup_str


def test_no_page_is_left_out(sessions: dict[str, str]) -> None:
    tested = {resolve(urlsplit(path()).path).view_name for path in PAGES.values()}
    admin = Client()
    admin.cookies["sessionid"] = sessions["admin"]
    forbidden = set()
    for model in site._registry:
        for view in NOBODY_MAY.get(model._meta.app_label, ()):
            path = admin_path(model, view, None if view == "add" else first(model))
            assert admin.get(path).status_code == 403
            forbidden.add(resolve(path).view_name)

    assert set(view_names(get_resolver())) - tested == NO_PAGES | forbidden
