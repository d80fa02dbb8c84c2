"""A preview speaks of no button, link, choice or heading that its page doesn't have."""

import re
from itertools import chain

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.pages import PAGES

pytestmark = pytest.mark.django_db(transaction=True)

SAID = """() => [...document.querySelectorAll(
    "[data-preview], [data-preview-said], .errorlist.nonfield, .errornote")]
  .filter(part => part.checkVisibility()).map(part => part.innerText).join("\\n")"""
# What can be pressed or chosen, and the headings, by kind: each by its name.
THERE = """() => Object.fromEntries(Object.entries({
    button: "button, input[type=submit]", link: "a[href]", choice: "label:has([type=radio])",
    heading: "h1, h2, h3, summary, legend"})
  .map(([kind, parts]) => [kind, [...document.querySelectorAll(parts)]
    .filter(part => part.checkVisibility()).map(part => (part.value || part.innerText).trim())]))"""
QUOTED = re.compile("“([^”]+)”")
# What else asks to press or to choose something, and of what kind and name that is.
ASKED = {
    r"save again|second save|save asks": ("button", "Save"),
    r"choose (which|whether|under|one under|a company|otherwise)": ("choice", ""),
    r"use that one": ("link", "Use this one instead"),
    r"add the plan to that one": ("link", "Add the plan to this one instead"),
    r"open it": ("link", "Open it"),
}
IN_PM = [
    *("insurance company, add", "insurance company, change", "company with stale names"),
    *("insurance plan, add", "insurance plan, change", "plan with stale name", "orphan plan"),
    "company in a pop-up",
]
IN_THE_EHR = ["insurance, add", "insurance, change", "orphan insurance"]


def missing(page: Page) -> set[str]:
    """Return what the page speaks of in vain."""
    said, there = page.evaluate(SAID), page.evaluate(THERE)
    assert said
    lacks = {name for name in QUOTED.findall(said) if name not in {*chain(*there.values())}}
    for words, (kind, name) in ASKED.items():
        is_asked = re.search(words, said, re.IGNORECASE)
        if is_asked and not any(each.startswith(name) for each in there[kind]):
            lacks.add(f"{is_asked[0]}: {kind} {name}")
    return lacks


@pytest.mark.parametrize(
    ("user", "pages"),
    [
        ("admin", IN_PM + IN_THE_EHR),
        ("billing", IN_PM),
        ("frontdesk", IN_PM),
        ("clinical", IN_THE_EHR),
    ],
)
def test_a_page_speaks_of_what_it_has(
    visit: Visit, demo_practice: None, user: str, pages: list[str]
) -> None:
    page = visit(user)
    for name in pages:
        page.goto(PAGES[name]())
        page.locator("[data-said]").wait_for(state="attached")
        assert missing(page) == set(), name
