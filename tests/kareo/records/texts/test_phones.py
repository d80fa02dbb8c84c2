"""Phone numbers: stored in one way, found by their digits, and earlier ones brought along."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records.migrating import normalize_phones
from kareo.records.texts.phones import normal_phone, phone_digits
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from tests.factories import CompanyFactory, PlanFactory, anew, insurance_of

US = [
    "800-555-0101",
    "8005550101",
    "(800) 555-0101",
    "800.555.0101",
    "1 (800) 555 0101",
    "+1-800-555-0101",
    " 800–555–0101 ",
]
AS_TYPED = {
    "": "",
    "800-555-0101 ext. 4": "80055501014",
    "800-555-0101 x4": "80055501014",
    "555-0100 ext 4": "55501004",
    "800-555-0101 or 800-555-0102": "80055501018005550102",
    "1-800-FLOWERS": "18003569377",
    "800 GO FEDEX": "8004633339",
    "1-800-MEDICARE": "18006334227",
    "800-555-0101, ask for Pat": "8005550101",
    "toll free 800-555-0101": "8005550101",
    "+44 20 7946 0958": "442079460958",
    "+52 155 1234 567": "521551234567",
    "0555550101": "0555550101",  # no area code begins so
}


@pytest.mark.parametrize("typed", US)
def test_a_us_number_has_one_spelling(typed: str) -> None:
    assert normal_phone(typed) == "800-555-0101"


@pytest.mark.parametrize(("typed", "digits"), AS_TYPED.items())
def test_any_other_is_kept_as_typed_and_known_by_its_digits(typed: str, digits: str) -> None:
    assert normal_phone(typed) == typed
    assert phone_digits(typed) == digits


def test_a_local_number_has_one_spelling_too() -> None:
    assert normal_phone("5550101") == normal_phone("555 0101") == "555-0101"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("1-800-FLOWERS", "800-356-9377"),
        ("1-800-FLOWERS", "18003569377"),
        ("1-800-FLOWERS", "1 (800) 356-9377"),
        ("800 Flowers", "356-9377"),
        ("1-800-FLOWERS", "1-800-flowers"),
        ("800-356-9377", "1-800-FLOWERS"),
        ("800-356-9377", "800flowers"),
        ("800-555-0101 x4", "(800) 555-0101"),
        ("800-555-0101 or 800-555-0102", "8005550102"),
    ],
)
@pytest.mark.parametrize(
    ("model", "picker"),
    [
        ("pm_insurancecompany", ("pm", "insuranceplan", "company")),
        ("pm_insuranceplan", ("pm", "insurancepolicy", "plan")),
        ("ehr_insurance", ("ehr", "patient", "primary_insurance")),
    ],
)
def test_it_is_found_by_its_digits(
    admin_client: Client, model: str, picker: tuple[str, str, str], stored: str, typed: str
) -> None:
    plan = PlanFactory(phone=stored, company__phone=stored)
    PlanFactory(phone="800-555-0199", company__phone="800-555-0199")
    record = {
        "pm_insurancecompany": plan.company,
        "pm_insuranceplan": plan,
        "ehr_insurance": insurance_of(plan),
    }[model]

    page = admin_client.get(reverse(f"admin:{model}_changelist"), {"q": typed})
    app, name, field = picker
    query = {"app_label": app, "model_name": name, "field_name": field, "term": typed}
    offered = admin_client.get(reverse("admin:autocomplete"), query).json()["results"]

    assert list(page.context["cl"].result_list) == [record]
    assert [int(each["id"]) for each in offered] == [record.pk]


def write_as_earlier(record: Any, phone: str, fax: str) -> str:
    """Store these numbers as typed, found as an earlier version found them; return the text."""
    now = anew(record)
    text = now.search_text.replace(f"\n{now.phone}\n", f"\n{phone.lower()}\n")
    type(record).objects.filter(pk=record.pk).update(phone=phone, fax=fax, search_text=text)
    return str(now.search_text)


@pytest.mark.django_db
def test_stored_numbers_are_brought_along_on_both_sides_without_an_event() -> None:
    plan = PlanFactory(phone="800-555-0101", fax="800-555-0102")
    insurance = insurance_of(plan)
    texts = {
        record: write_as_earlier(record, phone, "8005550102")
        for record, phone in ((plan, "(800) 555-0101"), (insurance, "1.800.555.0101"))
    }
    other = CompanyFactory(phone="1-800-FLOWERS", fax="555-0100 x4")
    before, events = anew(other), SyncEvent.objects.count()

    for model in (InsuranceCompany, InsurancePlan, Insurance):
        normalize_phones(model._base_manager.all())

    for record, text in texts.items():
        stored: Any = anew(record)
        assert (stored.phone, stored.fax) == ("800-555-0101", "800-555-0102")
        assert stored.search_text == text
        assert stored.version == record.version
    assert anew(other).columns() == before.columns()
    assert SyncEvent.objects.count() == events
