"""How parts of a page stand to each other; test_pages holds that each page fits its window."""

import pytest

from tests.browser.conftest import Visit, box_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "path", ["pm/insurancecompany/add/", "pm/insuranceplan/add/", "ehr/insurance/add/"]
)
def test_city_state_and_zip_stand_in_one_row(visit: Visit, path: str) -> None:
    page = visit("admin")
    page.goto(f"/admin/{path}")
    page.locator("[data-preview]").wait_for()  # it takes its share of the width
    rows = page.locator(".form-row.field-zip_code").filter(visible=True)
    for row in rows.all():
        places = [
            box_of(row.locator(f".field-{name} :is(input, select)"))["y"]
            for name in ("city", "state", "zip_code")
        ]
        assert max(places) - min(places) < 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_areas_are_told_apart_by_heading_and_color(visit: Visit, theme: str) -> None:
    page = visit("admin", theme)
    seen = []
    for path in ("pm/insuranceplan/", "ehr/insurance/", "sync/syncevent/"):
        page.goto(f"/admin/{path}")
        heading = page.locator(".area-name")
        bar = page.locator("#header").evaluate("bar => getComputedStyle(bar).backgroundColor")
        mark = heading.evaluate("name => getComputedStyle(name).borderLeftColor")
        assert bar == mark
        seen.append((heading.inner_text().split(" ")[0], bar))
    assert [name for name, color in seen] == ["PM", "EHR", "Sync"]
    assert len({color for name, color in seen}) == 3
