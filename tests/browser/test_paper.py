"""What a page is on paper: the record or the list, whole, and nothing else."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsuranceCompany, InsurancePlan
from tests.browser.conftest import Visit, box_of, middles, spread
from tests.browser.pages import admin_path, change
from tests.factories import EHRPatientFactory, InsuranceFactory, PlanFactory, PolicyFactory

PAPER = 720  # pixels of a letter-size sheet between its margins

pytestmark = pytest.mark.django_db(transaction=True)


def test_paper_has_no_box_for_what_is_empty(visit: Visit) -> None:
    page = visit("admin")
    PlanFactory(name="Bare", notes="")
    PlanFactory(name="Noted", notes="Call first")
    for name, shown in (("Bare", False), ("Noted", True)):
        page.goto(change(InsurancePlan, name=name))
        page.emulate_media(media="print")
        expect(page.locator("#id_notes")).to_be_visible(visible=shown)
        page.emulate_media(media="screen")


def test_paper_has_no_label_of_what_is_empty(visit: Visit) -> None:
    page = visit("admin")
    PlanFactory(name="Aetna HMO", phone="800-555-0100", fax="")
    page.goto(change(InsurancePlan, name="Aetna HMO"))
    page.emulate_media(media="print")
    for name, shown in (("phone", True), ("fax", False), ("street_2", False), ("city", True)):
        label = page.locator(f"label[for=id_{name}]")
        expect(label, name).to_be_visible(visible=shown)
    page.emulate_media(media="screen")
    page.locator("#id_fax").fill("800-555-0101")
    page.locator("#id_phone").focus()
    page.emulate_media(media="print")
    expect(page.locator("#id_fax")).to_be_visible()


def test_paper_has_one_line_between_two_parts(visit: Visit) -> None:
    plan = PlanFactory()
    page = visit("admin")
    page.emulate_media(media="print")
    for path in (change(InsuranceCompany, pk=plan.company_id), change(InsurancePlan, pk=plan.pk)):
        page.goto(path)
        parts = page.locator("fieldset.module").all()
        heights = [box_of(part)["height"] for part in parts if part.is_visible()]

        assert len(heights) > 2
        assert min(heights) > 10, path


def test_city_state_and_zip_stand_in_one_line_on_paper(visit: Visit) -> None:
    plan = PlanFactory()
    page = visit("admin", width=PAPER)
    page.emulate_media(media="print")
    page.goto(change(InsurancePlan, pk=plan.pk))
    line = page.locator(".form-row.field-city")

    assert spread(middles(line, "city", "state", "zip_code")) < 2


def test_a_plan_with_a_long_name_is_whole_on_paper(visit: Visit) -> None:
    plan = PlanFactory(name=" ".join(["Preferred"] * 12))
    policy = PolicyFactory(plan=plan)
    page = visit("admin", width=PAPER)
    page.goto(change(type(policy.patient), pk=policy.patient_id))
    page.emulate_media(media="print")
    picked, rank = (box_of(page.locator(f"#id_policies-0-{name}")) for name in ("plan", "rank"))

    assert picked["x"] + picked["width"] <= PAPER
    assert picked["height"] > 1.5 * rank["height"]  # it has more lines than one


def test_a_birth_date_stays_whole_in_a_list_on_paper(visit: Visit) -> None:
    EHRPatientFactory(primary_insurance=InsuranceFactory(), secondary_insurance=InsuranceFactory())
    page = visit("clinical", width=PAPER)
    page.emulate_media(media="print")
    page.goto(admin_path(EHRPatient, "changelist"))

    lines = "cell => { const all = document.createRange(); all.selectNodeContents(cell);"
    lines += " return all.getClientRects().length; }"
    assert page.locator("td.field-date_of_birth").evaluate(lines) == 1


def test_a_list_that_fits_below_its_heading_is_one_sheet(visit: Visit) -> None:
    for number in range(12):
        InsuranceFactory(plan_name=f"Plan {number}")
    page = visit("clinical", width=PAPER)
    page.emulate_media(media="print")
    page.goto(admin_path(Insurance, "changelist"))
    rows = box_of(page.locator("#result_list"))
    height = rows["y"] + rows["height"] + 10
    paper = page.pdf(width=f"{PAPER}px", height=f"{height:.0f}px")

    assert len(re.findall(rb"/Type /Page\b", paper)) == 1


def test_paper_has_no_way_to_a_password_or_to_the_log(visit: Visit) -> None:
    plan = PlanFactory()
    page = visit("admin", width=PAPER)
    page.emulate_media(media="print")
    page.goto(change(User, username="frontdesk"))
    expect(page.locator("#id_username")).to_be_visible()
    expect(page.locator("#content-main").get_by_text("Password:")).to_be_hidden()
    page.goto(admin_path(InsurancePlan, "history", plan))
    expect(page.get_by_text("Added plan")).to_be_visible()
    expect(page.get_by_text("All log entries")).to_be_hidden()
