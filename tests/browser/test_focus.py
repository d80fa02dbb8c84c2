"""Where the focus is on a page that came back: at what is wrong, else at what is said."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.wcag import violations
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)


def expect_heard(page: Page, words: str) -> Any:
    """Expect the focus at the message with these words, in sight and by its whole text."""
    message = page.locator(".errorlist", has_text=words)
    expect(message).to_be_focused()
    expect(message).to_be_in_viewport()
    expect(message).to_have_accessible_name(re.compile(re.escape(words)))
    return message


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_question_is_heard_and_its_link_comes_next(visit: Visit, theme: str) -> None:
    there = PMPatientFactory(chart_number="K1")
    page = visit("frontdesk", theme=theme)
    page.goto("/admin/pm/patient/add/")
    born = {"date_of_birth": "05/17/1980"}
    fill(page, chart_number="K2", last_name="Doe", first_name="Pat", **born)
    save(page)

    expect_heard(page, "Doe, Pat (K1) has the same name and birth date.")
    assert violations(page, "a question") == []
    expect(page.locator(".errornote")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=str(there))).to_be_focused()
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("Doe, Pat (K2)")


def test_a_question_of_a_row_is_heard(visit: Visit) -> None:
    policy = PolicyFactory(rank="primary", plan=PlanFactory(name="Aetna HMO"))
    PolicyFactory(patient=policy.patient, rank="secondary")
    page = visit("frontdesk")
    page.goto(f"/admin/pm/patient/{policy.patient_id}/change/")
    page.locator("#policies-1 .field-plan .select2-selection").click()
    page.locator(".select2-search__field").fill("aetna hmo")
    page.locator(".select2-results__option", has_text="Aetna HMO").click()
    save(page)

    expect_heard(page, "is this patient's primary already")
    expect(page.locator(".errornote")).to_be_hidden()


def test_what_somebody_else_saved_meanwhile_is_heard(visit: Visit) -> None:
    patient = PMPatientFactory()
    page = visit("frontdesk")
    page.goto(f"/admin/pm/patient/{patient.pk}/change/")
    patient.first_name = "Robin"
    patient.save()
    fill(page, last_name="Roe")
    save(page)

    expect_heard(page, "after you opened it.")
    expect(page.locator(".errornote")).to_be_hidden()


def test_a_new_users_wrong_field_has_the_focus(visit: Visit) -> None:
    page = visit("admin")
    page.goto("/admin/auth/user/add/")
    expect(page.locator("#id_first_name")).to_be_focused()
    page.locator("#id_role").select_option(label="Billing")
    fill(page, username="ada", password1="Corr3ct-horse", password2="Corr3ct-h0rse")
    save(page)

    expect(page.locator("#id_password2")).to_be_focused()


@pytest.mark.parametrize("width", [1366, 390])
def test_an_open_choice_has_the_focus_below_what_to_choose(visit: Visit, width: int) -> None:
    for name in ("VSP", "Cigna"):
        CompanyFactory(name=name, **AETNA_ADDRESS)
    page = visit("clinical", width=width)
    page.goto("/admin/ehr/insurance/add/")
    state = AETNA_ADDRESS["state"]
    fill(page, company_name="Someone", plan_name="HMO")
    fill(page, **{name: text for name, text in AETNA_ADDRESS.items() if name != "state"})
    page.locator("#id_state").select_option(state)
    expect(page.locator("[data-preview-said]")).to_contain_text("Choose which company")
    parts = ("color", "background-color", "border-left-color")
    styles = {part: f"each => getComputedStyle(each).getPropertyValue('{part}')" for part in parts}
    choose = page.locator(".preview-choose")
    before = {part: choose.evaluate(style) for part, style in styles.items()}
    save(page)

    question = page.locator(".errorlist", has_text="save again")
    if width > 390:  # else it is far above
        expect(question).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-fingerprint]")).to_be_visible()  # asked for anew
    expect(page.get_by_role("radio").first).to_be_focused()
    expect(choose).to_be_in_viewport(ratio=1)
    said = "Not saved: choose a company, or save again for VSP."
    expect(page.locator("[data-preview-said]")).to_have_text(said)
    expect(page.locator(".errornote")).to_be_hidden()
    assert {part: question.evaluate(style) for part, style in styles.items()} == before
    assert question.evaluate("part => getComputedStyle(part).paddingLeft") != "0px"


@pytest.mark.parametrize(
    ("path", "button", "first"),
    [
        ("/admin/login/", "Log in", "username"),
        ("/admin/password_change/", "Save", "old_password"),
        ("/admin/auth/user/{}/password/", "Save", "password1"),
    ],
    ids=["login", "own password", "password of a user"],
)
def test_what_is_missing_of_a_password_is_said_as_on_any_form(
    visit: Visit, path: str, button: str, first: str
) -> None:
    page = visit("" if first == "username" else "admin")
    page.goto(path.format(getattr(User.objects.first(), "pk", "")))
    page.get_by_role("button", name=button).click()
    note = page.locator(".errornote")
    expect(note).to_contain_text("Correct")
    field = page.locator(f"#id_{first}")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(r"Fill this in\."))
    assert violations(page, path) == []
    note.get_by_role("link").last.click()
    expect(page.locator("[aria-invalid]").last).to_be_focused()
