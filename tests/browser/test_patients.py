"""A patient and the policies, typed as a front desk types them: by keyboard, from the card."""

import datetime

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from ehr.models import Patient as EHRPatient
from pm.models import InsurancePolicy, Patient
from tests.browser.conftest import ON_A_DESK, Visit, box_of
from tests.browser.keyboard import Keyboard
from tests.browser.pages import admin_path
from tests.factories import CompanyFactory, EHRPatientFactory, PlanFactory, PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TABS = 23


def tab_to(keys: Keyboard, name: str) -> None:
    """Press Tab until the field with this id, or the link or button with this text, has focus."""
    said = "[document.activeElement.id, document.activeElement.value, document.activeElement.text]"
    for _ in range(MOST_TABS):
        if name in [str(each or "").strip() for each in keys.page.evaluate(said)]:
            return
        keys.press("Tab")
    raise AssertionError(name)


def pick(keys: Keyboard, typed: str) -> None:
    """Open the picker in focus, search, and take what is found first."""
    keys.page.keyboard.press("Enter")
    keys.page.keyboard.type(typed)
    expect(keys.page.locator(".select2-results__option--highlighted")).to_contain_text(typed)
    keys.page.keyboard.press("Enter")


def test_a_patient_with_two_policies_from_home_in_a_few_tabs(visit: Visit) -> None:
    PlanFactory(company=CompanyFactory(name="Aetna"), name="Aetna HMO")
    PlanFactory(company=CompanyFactory(name="Cigna"), name="Cigna PPO")
    page = visit("frontdesk")
    page.goto("/admin/")
    keys = Keyboard(page)
    tab_to(keys, "New PM patient")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pm/patient/add/")

    expect(page.locator("#id_chart_number")).to_be_focused()
    for name, value in {
        "id_chart_number": "K2001",
        "id_last_name": "Doe",
        "id_first_name": "Pat",
        "id_date_of_birth": "1-5-86",
    }.items():
        tab_to(keys, name)
        page.keyboard.type(value)
    tab_to(keys, "id_policies-0-rank")
    keys.press("Tab")
    pick(keys, "Aetna HMO")
    tab_to(keys, "id_policies-0-policy_number")
    page.keyboard.type("W123")
    tab_to(keys, "id_policies-0-relationship")
    page.keyboard.type("Sp")
    for name, value in {"last_name": "Doe", "first_name": "Sam", "date_of_birth": "7/4/61"}.items():
        tab_to(keys, f"id_policies-0-insured_{name}")
        page.keyboard.type(value)
    tab_to(keys, "id_policies-0-copay")
    page.keyboard.type("$25")
    tab_to(keys, "Add another policy")
    page.keyboard.press("Enter")
    expect(page.locator("#id_policies-1-rank")).to_be_focused()
    expect(page.locator("#id_policies-1-rank")).to_have_value("secondary")
    keys.press("Tab")
    pick(keys, "Cigna PPO")
    page.keyboard.press("Tab")
    tab_to(keys, "id_policies-1-policy_number")
    page.keyboard.type("X456")
    page.keyboard.press("Enter")

    expect(page.locator(".messagelist")).to_contain_text("Doe, Pat")
    patient = Patient.objects.get()
    assert patient.date_of_birth == datetime.date(1986, 1, 5)
    policies = patient.policies.values_list("rank", "plan__name", "relationship", "copay")
    assert [*policies.order_by("rank")] == [
        ("primary", "Aetna HMO", "spouse", 25),
        ("secondary", "Cigna PPO", "self", None),
    ]
    assert keys.pressed <= MOST_TABS


def test_the_insured_is_asked_for_only_where_it_isnt_the_patient(visit: Visit) -> None:
    policy = PolicyFactory(
        relationship="spouse",
        insured_last_name="Doe",
        insured_first_name="Sam",
        insured_date_of_birth=datetime.date(1961, 7, 4),
    )
    page = visit("frontdesk")
    page.goto(f"/admin/pm/patient/{policy.patient_id}/change/")
    name = page.locator("#id_policies-0-insured_last_name")
    expect(name).to_be_visible()
    expect(page.locator("#id_policies-0-insured_date_of_birth")).to_have_value("07/04/1961")

    page.locator("#id_policies-0-relationship").select_option("self")
    expect(name).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".messagelist")).to_be_visible()
    saved = InsurancePolicy.objects.get()
    assert (saved.relationship, saved.insured_last_name) == ("self", "")
    assert saved.insured_date_of_birth is None


def test_after_an_error_the_first_wrong_field_has_focus(visit: Visit) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/patient/add/")
    typed = {"chart_number": "K1", "last_name": "Doe", "first_name": "Pat"}
    for name, value in {**typed, "date_of_birth": "soon"}.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_policies-0-policy_number").fill("W1")
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    expect(page.locator("#id_date_of_birth")).to_be_focused()

    page.locator("#id_date_of_birth").fill("01051986")
    save.click()
    expect(page.get_by_role("combobox", name="Plan")).to_be_focused()
    expect(page.locator(".errorlist")).to_have_count(1)


def test_no_today_beside_a_birth_date_and_no_stop_at_the_calendar(visit: Visit) -> None:
    page = visit("frontdesk")
    page.goto("/admin/pm/patient/add/")
    row = page.locator("#policies-0")
    expect(
        row.locator(".field-effective_on").get_by_role("link", name="Today").first
    ).to_be_visible()

    expect(page.locator(".field-date_of_birth").get_by_role("link")).to_have_count(0)
    expect(page.locator(".datetimeshortcuts a:not([tabindex='-1'])")).to_have_count(0)


def test_a_row_that_is_added_has_the_next_rank(visit: Visit) -> None:
    policy = PolicyFactory(rank="primary")
    PolicyFactory(patient=policy.patient, rank="tertiary")
    page = visit("frontdesk")
    page.goto(f"/admin/pm/patient/{policy.patient_id}/change/")

    page.get_by_role("button", name="Add another policy").click()

    expect(page.locator("#id_policies-2-rank")).to_have_value("secondary")
    expect(page.locator("#id_policies-2-rank")).to_be_focused()


def test_a_policy_that_has_ended_holds_no_rank(visit: Visit) -> None:
    today = localdate()
    policy = PolicyFactory(rank="primary", ends_on=today - datetime.timedelta(days=1))
    page = visit("frontdesk")
    page.goto(f"/admin/pm/patient/{policy.patient_id}/change/")
    ends = page.locator("#id_policies-0-ends_on")
    add = page.get_by_role("button", name="Add another policy")

    add.click()
    expect(page.locator("#id_policies-1-rank")).to_have_value("primary")

    for row, typed in enumerate(("%m-%d-%y", "%m%d%Y", "%m.%d.%Y", "%m%d%y"), start=2):
        ends.fill(f"{policy.ends_on:{typed}}")
        page.locator(f"#id_policies-{row - 1}-rank").select_option("tertiary")
        add.click()
        expect(page.locator(f"#id_policies-{row}-rank")).to_have_value("primary")

    # What isn't over yet, or can't be read, holds it.
    for row, typed in enumerate((f"{today:%m/%d/%Y}", "", "soon", "13/45/2020"), start=6):
        ends.fill(typed)
        page.locator(f"#id_policies-{row - 1}-rank").select_option("tertiary")
        add.click()
        expect(page.locator(f"#id_policies-{row}-rank")).to_have_value("secondary")


def test_a_row_that_is_added_is_in_sight_and_its_removal_comes_last(visit: Visit) -> None:
    policy = PolicyFactory()
    page = visit("frontdesk")
    page.set_viewport_size(ON_A_DESK)
    page.goto(f"/admin/pm/patient/{policy.patient_id}/change/")
    page.get_by_role("button", name="Add another policy").click()
    row, foot = page.locator("#policies-1"), page.locator(".submit-row")
    expect(row.get_by_role("checkbox", name="Active")).to_be_in_viewport(ratio=1)
    assert box_of(row)["y"] + box_of(row)["height"] <= box_of(foot)["y"]

    page.keyboard.press("Shift+Tab")
    expect(row.locator(":focus")).to_have_count(0)
    row.get_by_role("checkbox", name="Active").focus()
    page.keyboard.press("Tab")
    remove = row.get_by_role("button", name="Remove")
    expect(remove).to_be_focused()
    assert abs(box_of(remove)["y"] - box_of(row.locator("h3"))["y"]) < 20
    page.keyboard.press("Enter")
    expect(row).to_have_count(0)


def test_a_patient_that_is_only_read_has_what_is_known_and_no_help(visit: Visit) -> None:
    patient = PolicyFactory(relationship="self").patient
    spouse = PolicyFactory(patient=patient, rank="secondary", relationship="spouse")
    page = visit("clinical")
    page.goto(admin_path(Patient, "change", patient))

    expect(page.locator("#policies-0 .field-insured_last_name").first).to_be_hidden()
    expect(page.locator("#policies-1 .field-insured_last_name").first).to_be_visible()
    expect(page.locator("#policies-1")).to_contain_text(spouse.plan.name)
    expect(page.locator(".help").filter(visible=True)).to_have_count(0)

    page = visit("billing")
    page.goto(admin_path(EHRPatient, "change", EHRPatientFactory()))
    expect(page.locator(".field-last_name .readonly").first).to_be_visible()
    expect(page.locator(".help").filter(visible=True)).to_have_count(0)
