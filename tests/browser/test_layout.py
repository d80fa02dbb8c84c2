"""Every page fits its window: at 1366 pixels, and at 800, with names however long."""

from typing import Any

import pytest

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from tests.browser.conftest import NARROW, WIDE
from tests.browser.pages import IN_PM, all_pages, change

pytestmark = pytest.mark.django_db(transaction=True)

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

LONG = "Consolidated Interstate Health Maintenance Organization of the Greater Sacramento Valley "
LONG_NAME = (LONG * 2)[:150]
LONG_WORD = "x" * 150


def misfits(page: Any, pages: dict[str, str]) -> list[str]:
    found = []
    for name, path in pages.items():
        page.goto(path)
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{name}, {width}: {misfit}" for misfit in page.evaluate(MISFITS)]
    return found


@pytest.fixture
def long_names(demo_practice: None) -> None:
    """Give names as long as they may be to a company and a plan; one has no place to break."""
    for company, name in (("Aetna", LONG_NAME), ("Humana", LONG_WORD)):
        record = InsuranceCompany.objects.get(name=company)
        record.name = name
        record.save()
        for plan in InsurancePlan.objects.filter(company=record):
            plan.name = name[: 150 - 1 - len(str(plan.pk))] + f" {plan.pk}"
            plan.save()


@pytest.mark.parametrize("in_pm", [True, False], ids=["PM", "elsewhere"])
def test_every_page_fits(visit, long_names, in_pm):
    long_plan = InsurancePlan.objects.filter(company__name=LONG_NAME)[0]
    longest_word = InsurancePlan.objects.filter(company__name=LONG_WORD)[0]
    pages = all_pages() | {
        "plan with a long name": change(InsurancePlan, pk=long_plan.pk),
        "plan with a long word": change(InsurancePlan, pk=longest_word.pk),
        "insurance with a long name": change(Insurance, link__plan=long_plan),
        "insurance with a long word": change(Insurance, link__plan=longest_word),
    }
    pages = {name: at for name, at in pages.items() if at.startswith(IN_PM) == in_pm}
    found = misfits(visit("admin"), pages)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "path", ["pm/insurancecompany/add/", "pm/insuranceplan/add/", "ehr/insurance/add/"]
)
def test_city_state_and_zip_stand_in_one_row(visit, path):
    page = visit("admin")
    page.goto(f"/admin/{path}")
    page.locator("[data-preview]").wait_for()  # it takes its share of the width
    rows = page.locator(".form-row.field-zip_code").filter(visible=True)
    for row in rows.all():
        places = [
            row.locator(f".field-{name} :is(input, select)").bounding_box()["y"]
            for name in ("city", "state", "zip_code")
        ]
        assert max(places) - min(places) < 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_areas_are_told_apart_by_heading_and_colour(visit, theme):
    page = visit("admin", theme)
    seen = []
    for path in ("pm/insuranceplan/", "ehr/insurance/", "sync/syncevent/"):
        page.goto(f"/admin/{path}")
        heading = page.locator(".area-name")
        bar = page.locator("#header").evaluate("bar => getComputedStyle(bar).backgroundColor")
        mark = heading.evaluate("name => getComputedStyle(name).borderLeftColor")
        assert bar == mark
        seen.append((heading.inner_text().split(" ")[0], bar))
    assert [name for name, colour in seen] == ["PM", "EHR", "Sync"]
    assert len({colour for name, colour in seen}) == 3
