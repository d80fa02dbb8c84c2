"""What the page of a form says where it came back."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import CompanyFactory, PlanFactory, PMPatientFactory, PolicyFactory, anew
from tests.pm.test_patient_page import PERSON, added_rows
from tests.screens import change_url, submit

pytestmark = pytest.mark.django_db

ADD = reverse("admin:pm_patient_add")


def note_on(page: Any) -> str:
    found = re.search(r'<p class="errornote">(.*?)</p>', page.text)
    return found[1] if found else ""


def words_of(page: Any) -> str:
    return re.sub(r"<[^>]*>", "", note_on(page))


def title_of(page: Any) -> str:
    return str(page.text).partition("<title>")[2].partition("</title>")[0]


def test_the_fields_to_correct_are_named_with_links(admin_client: Client) -> None:
    company = CompanyFactory(name="Aetna")
    page = submit(admin_client, change_url(company), name="", zip_code="9261")

    assert words_of(page) == "Not saved. Correct Name and ZIP."
    assert re.findall(r'href="([^"]*)"', note_on(page)) == ["#id_name", "#id_zip_code"]
    assert title_of(page).startswith("Error: Aetna")
    assert "correct the error" not in page.text


def test_a_field_of_a_row_is_named_with_its_policy(admin_client: Client) -> None:
    page = admin_client.get(ADD)
    rows = added_rows(page, {"rank": "primary"}, {"rank": "secondary", "plan": ""})
    rows["policies-0-plan"] = PlanFactory().pk
    page = submit(admin_client, ADD, page, **PERSON | {"last_name": ""}, **rows)

    assert words_of(page) == "Not saved. Correct Last name and Plan of “New policy, secondary”."
    assert 'href="#id_policies-1-plan"' in note_on(page)


def test_they_are_named_in_the_order_of_the_page(admin_client: Client) -> None:
    page = admin_client.get(ADD)
    wrong = {"rank": "primary", "plan": PlanFactory().pk, "ends_on": "soon"}
    rows = added_rows(page, wrong | {"relationship": "self", "insured_last_name": "Roe"})
    page = submit(admin_client, ADD, page, **PERSON, **rows)

    assert html.unescape(words_of(page)) == (
        "Not saved. Correct Patient's relationship to the insured of “New policy, primary” and Ends"
        " of “New policy, primary”."
    )


def test_a_policy_is_called_what_it_is_headed_by(admin_client: Client) -> None:
    patient = PolicyFactory(policy_number="K1-P").patient
    PolicyFactory(patient=patient, rank="secondary", policy_number="K1-S")
    wrong = {"policies-0-copay": "x", "policies-1-effective_on": "soon"}
    page = submit(admin_client, change_url(patient), **wrong)

    named = "Copay of “Primary · K1-P” and Effective of “Secondary · K1-S”"
    assert words_of(page) == f"Not saved. Correct {named}."
    heads = re.findall(r'<b class="inline_label">(.*?)</b>', page.text)
    assert heads[:2] == ["Primary · K1-P", "Secondary · K1-S"]


def test_a_single_row_needs_no_head(admin_client: Client) -> None:
    url = reverse("admin:pm_insurancecompany_add")
    page = submit(admin_client, url, **{"name": "Aetna", "plans-0-name": "HMO"})

    assert html.unescape(words_of(page)) == (
        "Not saved. Correct the plan's street, the plan's city, the plan's state and the plan's"
        " ZIP."
    )
    assert "first plan" not in words_of(page)


def test_a_chart_number_that_is_taken_leads_to_who_has_it(admin_client: Client) -> None:
    other = PMPatientFactory(last_name="Abara", first_name="Chidi", chart_number="K1001")
    page = submit(admin_client, ADD, **PERSON | {"chart_number": "K1001"})

    said = f'<a href="{change_url(other)}">Abara, Chidi (K1001)</a> has this chart number.'
    assert said in page.text
    assert "already exists" not in page.text


def test_what_is_typed_wrong_is_said_in_our_words(admin_client: Client) -> None:
    for copay, said in (("soon", "an amount, such as 25."), ("-5", "can't be less than 0")):
        page = admin_client.get(ADD)
        row = {"rank": "primary", "plan": "", "copay": copay, "relationship": "cousin"}
        page = submit(admin_client, ADD, page, **PERSON, **added_rows(page, row))
        [formset] = [inline.formset for inline in page.context["inline_admin_formsets"]]
        [errors] = formset.errors
        assert said in errors["copay"][0]
        assert errors["plan"] == ["Choose one."]
        assert errors["relationship"] == ["Choose one of the list."]


def test_no_browser_cuts_off_what_is_too_long(admin_client: Client) -> None:
    """Nor does it say so: the page does."""
    for model in ("pm_insurancecompany", "pm_patient", "ehr_insurance", "auth_user"):
        assert "maxlength" not in admin_client.get(reverse(f"admin:{model}_add")).text


def test_a_question_is_no_error(admin_client: Client) -> None:
    policy = PolicyFactory(rank="primary")
    page = admin_client.get(ADD)
    rows = added_rows(page, {"rank": "primary", "plan": policy.plan_id})
    same = {name: getattr(policy.patient, name) for name in ("last_name", "first_name")}
    born = {"date_of_birth": policy.patient.date_of_birth}
    page = submit(admin_client, ADD, page, **PERSON | same | born, **rows)

    assert "has the same name and birth date" in page.text
    assert re.search(r'<body class="[^"]* asks"', page.text)
    assert title_of(page).startswith("Add PM patient")
    assert note_on(page) == ""


def test_what_is_about_no_field_says_itself_that_nothing_is_saved(admin_client: Client) -> None:
    patient = PMPatientFactory()
    opened = admin_client.get(change_url(patient))
    other = anew(patient)
    other.first_name = "Robin"
    other.save()
    page = submit(admin_client, change_url(patient), opened, last_name="Roe")

    assert "Your changes aren&#x27;t saved yet." in page.text
    assert note_on(page) == ""
    assert title_of(page).startswith("Error: ")


def test_a_page_that_is_outdated_asks_as_one_with_a_question_does(admin_client: Client) -> None:
    patient = PMPatientFactory()
    opened = admin_client.get(change_url(patient))
    patient.save()
    back = submit(admin_client, change_url(patient), opened, last_name="Roe")
    wrong = submit(admin_client, change_url(patient), opened, last_name="Roe", first_name="")

    assert re.search(r'<body class="[^"]* outdated"', back.text)
    assert note_on(back) == ""
    assert not re.search(r'<body class="[^"]* outdated"', wrong.text)


def test_the_button_calls_a_policy_a_policy(admin_client: Client) -> None:
    assert "Add another policy&quot;" in admin_client.get(ADD).text
