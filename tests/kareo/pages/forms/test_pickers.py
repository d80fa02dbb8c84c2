"""What a picker offers, and in which order."""

from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import ModelChoiceField
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.pages.forms import pickers
from kareo.pages.lists import pages
from kareo.search import finding
from pm.models import InsuranceCompany, InsurancePlan
from tests.factories import CompanyFactory, EHRPatientFactory, InsuranceFactory, PlanFactory
from tests.kareo.search.test_terms import offered
from tests.screens import change_url, submit

pytestmark = pytest.mark.django_db

PLANS, COMPANIES, INSURANCES = "pm_insuranceplan", "pm_insurancecompany", "ehr_insurance"
PLAN_ADD = reverse("admin:pm_insuranceplan_add")


@pytest.mark.parametrize(
    ("typed", "very", "next_one"),
    [
        ("aetna hmo", {"Aetna – HMO", "Zeta – Aetna HMO"}, "Zeta – Aetna HMO Plus"),
        ("AETNA, H.M.O.", {"Aetna – HMO", "Zeta – Aetna HMO"}, "Zeta – Aetna HMO Plus"),
        ("aetna better hmo", {"Zeta – Aetna Better HMO"}, "Zeta – A Better Aetna HMO"),
        ("hmo", {"Aetna – HMO"}, "Beta – HMO Aetna"),
        ("hmo aetna", {"Beta – HMO Aetna"}, None),
    ],
)
@pytest.mark.parametrize("model", [PLANS, INSURANCES])
def test_the_very_name_comes_first_then_what_begins_so(
    admin_client: Client, model: str, typed: str, very: set[str], next_one: str | None
) -> None:
    names = ["Aetna Better HMO", "Aetna HMO Plus", "Aetna HMO", "A Better Aetna HMO"]
    zeta = CompanyFactory(name="Zeta")
    plans = [PlanFactory(company=zeta, name=name) for name in names]
    plans.append(PlanFactory(company=CompanyFactory(name="Aetna"), name="HMO"))
    plans.append(PlanFactory(company=CompanyFactory(name="Beta"), name="HMO Aetna"))
    records = plans if model == PLANS else [plan.link.insurance for plan in plans]
    called = {
        record.pk: f"{plan.company} – {plan.name}"
        for record, plan in zip(records, plans, strict=True)
    }

    found = [called[key] for key in offered(admin_client, model, typed)]

    assert {*found[: len(very)]} == very
    assert not next_one or found[len(very)] == next_one
    assert len(found) == len(set(found))


def test_all_others_stay_in_the_order_of_their_names(admin_client: Client) -> None:
    names = ["Aetna of Ohio", "Great Aetna", "Aetna", "The Aetna, Inc.", "Aetna Better"]
    companies = {CompanyFactory(name=name).pk: name for name in names}

    found = [companies[key] for key in offered(admin_client, COMPANIES, "aetna")]

    assert found == ["Aetna", "The Aetna, Inc.", "Aetna Better", "Aetna of Ohio", "Great Aetna"]
    assert [companies[key] for key in offered(admin_client, COMPANIES, "irvine")] == sorted(names)
    assert [companies[key] for key in offered(admin_client, COMPANIES, "")] == sorted(names)
    assert offered(admin_client, COMPANIES, "100%") == []


def test_of_more_than_are_looked_for_none_is_put_first(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["Best Aetna", "Great Aetna", "Aetna"]
    for name in names:
        CompanyFactory(name=name)
    for module in (pages, finding):
        monkeypatch.setattr(module, "MOST_FOUND", 2)
    monkeypatch.setattr(pickers, "likest_first", pytest.fail)

    assert len(offered(admin_client, COMPANIES, "aetna")) == 2


class TestPickers:
    def test_offer_active_records_only(self, admin_client: Client) -> None:
        PlanFactory(name="Offered")
        PlanFactory(name="Gone", is_active=False)

        answer = admin_client.get(
            reverse("admin:autocomplete"),
            {"app_label": "pm", "model_name": "insurancepolicy", "field_name": "plan", "term": ""},
        ).json()

        [offered] = answer["results"]
        assert "Offered" in offered["text"]

    def test_keep_an_inactive_record_that_a_patient_has(self, admin_client: Client) -> None:
        insurance = InsuranceFactory()
        patient = EHRPatientFactory(secondary_insurance=insurance)
        Insurance.objects.filter(pk=insurance.pk).change(is_active=False)

        response = submit(admin_client, change_url(patient), last_name="Roe")

        assert response.status_code == 302
        patient.refresh_from_db()
        assert patient.secondary_insurance == insurance

    def test_tell_companies_of_one_name_apart(self, admin_client: Client) -> None:
        CompanyFactory(name="Kaiser", street_1="1 First St")
        CompanyFactory(
            name="Kaiser", **dict.fromkeys(("street_1", "city", "state", "zip_code"), "")
        )

        answer = admin_client.get(
            reverse("admin:autocomplete"),
            {"app_label": "pm", "model_name": "insuranceplan", "field_name": "company", "term": ""},
        ).json()

        texts = {result["text"] for result in answer["results"]}
        assert texts == {"Kaiser (1 First St, Irvine, CA 92617)", "Kaiser"}

    def test_offer_no_deletion(self, admin_client: Client) -> None:
        assert "related-widget-wrapper-link delete" not in admin_client.get(PLAN_ADD).text


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("value", [[], [""], ["x"]])
def test_without_a_choice_a_picker_is_as_djangos_is(required: bool, value: list[str]) -> None:
    groups = []
    for kind in (pickers.Picker, AutocompleteSelect):
        field = InsurancePlan._meta.get_field("company")
        form_field = ModelChoiceField(
            InsuranceCompany.objects.all(), widget=kind(field, site), required=required
        )
        widget: Any = form_field.widget
        groups.append(widget.optgroups("company", value if kind is pickers.Picker else [""]))
    assert groups[0] == groups[1]
