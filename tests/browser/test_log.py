"""The sync log, and a record's history, in windows of all widths."""

import pytest
from playwright.sync_api import expect

from pm.models import InsurancePlan
from sync.models import SyncEvent
from tests.browser.conftest import ENLARGED, NARROW, PHONE, WIDE, Visit, box_of
from tests.browser.pages import admin_path
from tests.editing import edit
from tests.factories import CompanyFactory, PlanFactory

LOG = "/admin/sync/syncevent/"
# The words of what is wider than its place, and isn't cut off with an ellipsis.
CUT_OFF = """cells => cells.flatMap(cell => [cell, ...cell.querySelectorAll("*")])
  .filter(part => part.scrollWidth > part.clientWidth)
  .filter(part => {
    const { display, textOverflow } = getComputedStyle(part);
    return display !== "inline" && (display === "flex" || textOverflow !== "ellipsis");
  }).map(part => part.textContent)"""

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_filter_that_is_wrong_stays_beside_the_rows_of_a_wide_log(visit: Visit) -> None:
    PlanFactory()
    page = visit("admin")
    page.goto("/admin/sync/syncevent/?created_at__from=soon")
    expect(page.locator("#created_at__from_error")).to_be_visible()

    assert (
        box_of(page.locator("#changelist-filter"))["x"] > box_of(page.locator("#result_list"))["x"]
    )


@pytest.mark.parametrize("wrong", [True, False])
def test_a_narrow_log_shows_what_is_wrong_with_a_filter_above_its_rows(
    visit: Visit, wrong: bool
) -> None:
    PlanFactory()
    page = visit("admin", width=NARROW)
    page.goto(f"/admin/sync/syncevent/?created_at__from={'soon' if wrong else ''}")
    filters, rows = page.locator("#changelist-filter"), page.locator("#result_list")

    assert (box_of(filters)["y"] < box_of(rows)["y"]) is wrong
    if wrong:
        expect(page.locator("#created_at__from_error")).to_be_in_viewport()


def test_on_a_phone_each_entry_of_a_history_is_a_card(visit: Visit) -> None:
    plan = PlanFactory()
    page = visit("admin", width=PHONE)
    page.goto(admin_path(InsurancePlan, "history", plan))
    table = page.locator("#change-history")
    first, *_, last = (
        box_of(cell) for cell in table.locator("tbody tr").first.locator("> *").all()
    )

    expect(table.locator("thead")).to_be_hidden()
    assert last["y"] > first["y"]
    assert last["width"] > 0.8 * box_of(table)["width"]


@pytest.mark.parametrize("width", [WIDE, 1100])
def test_what_has_no_room_ends_in_an_ellipsis(visit: Visit, width: int) -> None:
    plan = PlanFactory(company__name="Medicare", name="Preferred " * 8)
    edit(plan, name="Preferred " * 6, phone="800-555-0100")
    edit(
        plan.company, name="Medicare Noridian of North Dakota", payer_id="01112", notes="x", fax="y"
    )
    page = visit("admin", width=width)
    page.goto(LOG)

    assert page.locator("#result_list td").evaluate_all(CUT_OFF) == []
    for name in page.locator("#result_list .record").all():
        assert box_of(name)["width"] > 60


@pytest.mark.parametrize("path", [LOG, "/admin/people/accessevent/"])
def test_the_days_stand_apart_from_the_users(visit: Visit, path: str) -> None:
    CompanyFactory()
    page = visit("admin", width=NARROW)
    page.goto(path)
    day = box_of(page.locator("#created_at__to"))
    others = [box_of(each) for each in page.locator("#changelist-filter details").all()]
    right = min(box["x"] for box in others if box["x"] > day["x"])

    assert right - (day["x"] + day["width"]) > 8


@pytest.mark.parametrize("width", [PHONE, ENLARGED["width"], 767])
def test_an_entry_without_a_head_is_a_card(visit: Visit, width: int) -> None:
    event = edit(PlanFactory(), phone="800-555-0100")
    page = visit("admin", width=width)
    page.goto(LOG)
    expect(page.locator("thead")).to_be_hidden()
    effect = page.locator(".field-effect_in_short").first
    label = effect.evaluate("cell => getComputedStyle(cell, '::before').content")

    assert label == '"Other list: "'
    assert event == SyncEvent.objects.latest("pk")
    when, who = (box_of(page.locator(f".field-{name}").first) for name in ("when", "who"))
    assert when["y"] == who["y"]
