"""How parts of a page stand to each other; test_pages holds that each page fits its window."""

import datetime

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from pm.models import InsuranceCompany, InsurancePlan, Patient
from tests.browser.conftest import ENLARGED, NARROW, PHONE, WIDE, Visit, box_of, middles, spread
from tests.browser.pages import admin_path, change
from tests.factories import EHRPatientFactory, InsuranceFactory, PlanFactory, PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = ("city", "state", "zip_code")


@pytest.mark.parametrize(
    "path", ["pm/insurancecompany/add/", "pm/insuranceplan/add/", "ehr/insurance/add/"]
)
def test_city_state_and_zip_stand_in_one_row(visit: Visit, path: str) -> None:
    page = visit("admin")
    page.goto(f"/admin/{path}")
    page.locator("[data-preview]").wait_for()  # it takes its share of the width
    rows = page.locator(".form-row.field-zip_code").filter(visible=True)
    for row in rows.all():
        assert spread(middles(row, *ADDRESS)) < 2


def test_an_error_stands_below_its_field_and_moves_no_other(visit: Visit) -> None:
    page = visit("admin")
    page.goto("/admin/pm/insuranceplan/add/")
    row = page.locator(".form-row.field-zip_code")
    lefts = [box_of(page.locator(f"#id_{name}"))["x"] for name in ADDRESS]
    page.locator("#id_zip_code").fill("9261")
    page.get_by_role("button", name="Save", exact=True).click()
    said = row.locator(".errorlist", has_text="five digits")
    expect(said).to_be_visible()
    field = page.locator("#id_zip_code")

    assert spread(middles(row, *ADDRESS)) < 2
    assert [box_of(page.locator(f"#id_{name}"))["x"] for name in ADDRESS] == lefts
    assert box_of(said)["y"] >= box_of(field)["y"] + box_of(field)["height"]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_an_error_begins_where_its_field_does(visit: Visit, width: int) -> None:
    page = visit("frontdesk", width=width)
    page.goto("/admin/pm/patient/add/")
    wrong = {"insured_date_of_birth": "13/45/1980", "ends_on": "soon", "copay": "soon"}
    page.locator("#id_policies-0-relationship").select_option("spouse")
    for name, typed in wrong.items():
        page.locator(f"#id_policies-0-{name}").fill(typed)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()

    for name in ("insured_last_name", "insured_first_name", *wrong):
        field = page.locator(f"#id_policies-0-{name}")
        said = page.locator(f".flex-container.field-{name}").locator("xpath=..").locator("li")
        assert abs(box_of(said)["x"] - box_of(field)["x"]) < 1, name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_wrong_fields_have_the_border_of_an_error(visit: Visit, theme: str) -> None:
    page = visit("frontdesk", theme)
    page.goto("/admin/pm/patient/add/")
    row = page.locator("#policies-0")
    for name in ("effective_on", "copay"):
        row.locator(f"#id_policies-0-{name}").fill("soon")
    page.get_by_role("button", name="Save", exact=True).click()
    said = page.locator(".errorlist").first
    expect(said).to_be_visible()
    red = said.evaluate("part => getComputedStyle(part).color")

    expect(row.locator("#id_policies-0-policy_number")).not_to_have_css("border-left-color", red)
    for name in ("chart_number", "last_name", "policies-0-effective_on", "policies-0-copay"):
        expect(page.locator(f"#id_{name}"), name).to_have_css("border-left-color", red)
    expect(row.locator(".select2-selection")).to_have_css("border-left-color", red)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_what_is_said_of_a_box_stands_below_it(visit: Visit, width: int) -> None:
    plan = PlanFactory()
    page = visit("billing", width=width)
    page.goto(change(InsuranceCompany, pk=plan.company_id))
    page.locator("#id_is_active").uncheck()
    box, said = page.locator("#id_plans_too"), page.get_by_text("Left unchecked, it stays")

    assert abs(box_of(box)["x"] - box_of(said)["x"]) < 5


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_companys_address_stands_where_the_fields_do(visit: Visit, width: int) -> None:
    page = visit("admin", width=width)
    page.goto("/admin/pm/insurancecompany/add/")
    page.locator("#id_street_1").fill("111 Academy Drive")
    box = page.locator("#id_plans-0-same_address")
    box.check()
    expect(page.locator(".taken-address")).to_be_visible()
    left = box_of(page.locator("#id_plans-0-name"))["x"]

    assert abs(box_of(box)["x"] - left) < 5
    assert abs(box_of(page.locator(".taken-address"))["x"] - left) < 5


def test_a_policys_days_and_copay_stand_in_one_line(visit: Visit) -> None:
    policy = PolicyFactory(effective_on=datetime.date(2026, 1, 1))
    page = visit("admin")
    page.goto(f"/admin/pm/patient/{policy.patient_id}/change/")
    row = page.locator("#policies-0 .form-row.field-effective_on")
    expect(row.get_by_role("link", name="Choose a Date").first).to_be_visible()

    assert spread(middles(row, "effective_on", "ends_on", "copay")) < 2


def test_enlarged_to_200_percent_the_first_field_is_in_sight_above_the_foot(visit: Visit) -> None:
    page = visit("admin")
    page.set_viewport_size(ENLARGED)
    page.goto("/admin/pm/insurancecompany/add/")
    expect(page.locator("[data-preview-said]")).to_contain_text("Still needed")
    field, foot = box_of(page.locator("#id_name")), box_of(page.locator(".submit-row"))

    assert field["y"] + field["height"] <= foot["y"]
    assert foot["height"] < ENLARGED["height"] / 6


def test_what_is_only_read_stands_in_line_with_its_label(visit: Visit) -> None:
    page = visit("clinical")
    page.goto(change(Patient, pk=PolicyFactory().patient_id))
    label = page.locator(".field-chart_number label")
    tops = [
        part.evaluate(
            "part => part.getBoundingClientRect().y + parseInt(getComputedStyle(part).paddingTop)"
        )
        for part in (label, page.locator(".field-chart_number .readonly"))
    ]
    assert spread(tops) < 1


def test_on_a_phone_the_bar_is_one_line_that_begins_where_one_is(visit: Visit) -> None:
    page = visit("admin", width=PHONE)
    for path, here in (
        ("pm/patient", "PM patients"),
        ("ehr/patient", "EHR patients"),
        ("auth/user", "Users"),
    ):
        page.goto(f"/admin/{path}/")
        expect(page.locator(".areas a", has_text=here)).to_be_in_viewport(ratio=1)
        assert box_of(page.locator(".areas"))["height"] <= 40
        for link in page.locator(".areas a").all():
            assert link.evaluate("link => parseFloat(getComputedStyle(link).fontSize)") >= 13
            link.scroll_into_view_if_needed()
            expect(link).to_be_in_viewport(ratio=0.9)
    page.goto("/admin/pm/patient/add/")
    assert box_of(page.locator("#id_chart_number"))["y"] < 200


@pytest.mark.parametrize("width", [NARROW, 1024])
def test_who_is_insured_begins_where_the_other_fields_do(visit: Visit, width: int) -> None:
    page = visit("frontdesk", width=width)
    page.goto("/admin/pm/patient/add/")
    page.locator("#id_policies-0-relationship").select_option("spouse")
    last, first, born, other = (
        box_of(page.locator(f"#id_policies-0-{name}"))
        for name in ("insured_last_name", "insured_first_name", "insured_date_of_birth", "rank")
    )
    assert last["y"] == first["y"] < born["y"]
    assert spread([last["x"], born["x"], other["x"]]) < 1


def test_on_a_phone_what_the_ehr_still_shows_has_a_label(visit: Visit) -> None:
    plan = PlanFactory(company__name="Health Net")
    plan.company.name = "Wellcare"
    plan.company.save()
    page = visit("billing", width=PHONE)
    page.goto("/admin/pm/insuranceplan/?drift=stale-names")
    cell = page.locator("#result_list .field-stale_name")
    expect(cell).to_have_text("Health Net")
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"EHR still shows: "'


def test_on_a_phone_a_secondary_is_told_from_a_primary(visit: Visit) -> None:
    EHRPatientFactory(secondary_insurance=InsuranceFactory())
    EHRPatientFactory(primary_insurance=InsuranceFactory())
    page = visit("admin", width=PHONE)
    page.goto("/admin/ehr/patient/")
    label = "cell => getComputedStyle(cell, '::before').content"
    secondary = page.locator("#result_list td.field-secondary").filter(visible=True)
    primary = page.locator("#result_list td.field-primary").filter(visible=True)

    assert secondary.evaluate(label) == '"Secondary: "'
    assert primary.evaluate(label) == "none"


def test_on_a_phone_a_list_leaves_out_what_is_empty(visit: Visit) -> None:
    PlanFactory(company__payer_id="", phone="")
    page = visit("billing", width=PHONE)
    page.goto("/admin/pm/insuranceplan/")
    row = page.locator("#result_list tbody tr")
    expect(row.locator(".field-company")).to_be_visible()
    for name in ("payer_id", "phone"):
        expect(row.locator(f".field-{name}")).to_be_hidden()
    page.set_viewport_size({"width": NARROW, "height": 900})
    expect(row.locator(".field-phone")).to_have_text("–")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_heads_of_a_table_stand_above_their_cells(visit: Visit, width: int) -> None:
    page = visit("billing", width=width)
    page.goto(admin_path(InsurancePlan, "history", PlanFactory()))
    left = """part => {
      const range = document.createRange();
      range.selectNodeContents(part);
      return range.getBoundingClientRect().x;
    }"""
    heads = page.locator("#change-history thead th").all()
    cells = page.locator("#change-history tbody tr").first.locator("th, td").all()
    for head, cell in zip(heads, cells, strict=True):
        assert abs(head.evaluate(left) - cell.evaluate(left)) < 1


def test_a_low_pop_up_is_left_to_its_fields(visit: Visit) -> None:
    page = visit("frontdesk")
    page.set_viewport_size({"width": NARROW, "height": 500})
    page.goto("/admin/pm/insuranceplan/add/?_popup=1&_to_field=id")
    expect(page.locator("[data-preview-said]")).to_contain_text("Still needed")
    notes = box_of(page.locator("#id_notes"))

    for part in (".submit-row", "[data-preview]"):
        assert box_of(page.locator(part))["y"] >= notes["y"] + notes["height"]
    expect(page.locator("[data-preview-said]")).to_be_visible()


def test_a_narrow_list_of_stale_names_shows_them_whole(visit: Visit) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO")
    plan.company.name = "Aetna Health"
    plan.company.save()
    page = visit("billing", width=NARROW)
    page.goto(admin_path(InsurancePlan, "changelist") + "?drift=stale-names")
    expect(page.locator("td.field-stale_name")).to_have_text("Aetna")
    table, room = box_of(page.locator("#result_list")), box_of(page.locator("#changelist"))

    assert page.locator("#result_list").evaluate("table => table.scrollWidth") <= room["width"]
    assert table["x"] + table["width"] <= room["x"] + room["width"] + 1


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


def test_the_way_to_a_new_password_covers_nothing_on_a_phone(visit: Visit) -> None:
    page = visit("admin", width=PHONE)
    page.goto(change(User, username="frontdesk"))
    label = box_of(page.locator(".field-password label"))
    button = box_of(page.get_by_role("link", name="Set a new password"))

    assert button["y"] >= label["y"] + label["height"]


def test_a_policys_group_number_begins_where_its_plan_does(visit: Visit) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/patient/add/")
    plan = page.locator(".field-plan .select2-container").first
    group, name = page.locator("#id_policies-0-group_number"), page.locator("#id_first_name")

    assert spread([box_of(each)["x"] for each in (plan, group, name)]) < 1


def test_go_is_as_high_as_search(visit: Visit) -> None:
    PlanFactory()
    page = visit("billing")
    page.goto(admin_path(InsurancePlan, "changelist"))
    page.locator(".action-select").check()
    go, search = (page.get_by_role("button", name=name) for name in ("Go", "Search"))

    assert box_of(go)["height"] == box_of(search)["height"]


@pytest.mark.parametrize(
    ("user", "path", "name"), [("admin", "", "New company and plan"), ("", "login/", "Log in")]
)
def test_the_first_button_has_a_border_in_forced_colors(
    visit: Visit, user: str, path: str, name: str
) -> None:
    page = visit(user)
    page.emulate_media(forced_colors="active")
    page.goto(f"/admin/{path}")
    button = page.locator(".button, input[type=submit]").and_(
        page.get_by_role("link" if user else "button", name=name)
    )

    assert button.evaluate("button => getComputedStyle(button).borderTopWidth") == "1px"
