"""Several people who add the same at one moment: one is done, and the others are asked."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.pages.sending.once import PAGE, new_page_id
from kareo.records import Refused
from kareo.records.asking.answers import Answers
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from pm.models import Patient as PMPatient
from sync.models import SyncEvent
from sync.propagation import link_orphans
from tests.conftest import AtOnce
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import page_values

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 6


def pages(
    at_once: AtOnce, url: str, each: Sequence[dict[str, str]] = (), /, **typed: Any
) -> list[Any]:
    """Fill in and save `url` as several people at once; return the answers.

    They type the same, and each what `each` has for him.
    """
    user = get_user_model().objects.create_superuser("admin")
    clients = [Client() for _ in range(PEOPLE)]
    for client in clients:
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    values = page_values(clients[0].get(url)) | typed
    values = {name: value for name, value in values.items() if value is not None}

    def save(client: Client, own: dict[str, str]) -> Any:
        return client.post(url, values | own | {PAGE: new_page_id(user)})

    saves = zip(clients, each or [{}] * PEOPLE, strict=True)
    return at_once(*(partial(save, client, own) for client, own in saves))


def assert_one_was_added(
    answers: list[Any], *models: type[Record], asked: str = "already exists with this name and"
) -> None:
    assert sorted(answer.status_code for answer in answers) == [200] * (PEOPLE - 1) + [302]
    for model in models:
        assert model.objects.count() == 1
    for answer in answers:
        if answer.status_code == 200:
            assert asked in answer.text
            assert not answer.context["adminform"].form.is_valid()


def test_a_company_with_its_first_plan(at_once: AtOnce) -> None:
    first = {f"plans-0-{name}": value for name, value in AETNA_ADDRESS.items()}
    typed = {"name": "Aetna", **AETNA_ADDRESS, "plans-0-name": "HMO", **first}

    answers = pages(at_once, reverse("admin:pm_insurancecompany_add"), **typed)

    assert_one_was_added(answers, InsuranceCompany, InsurancePlan, Insurance)
    assert SyncEvent.objects.count() == 2


def test_a_company_without_address(at_once: AtOnce) -> None:
    typed = {"name": "Aetna", "payer_id": "60054"}

    answers = pages(at_once, reverse("admin:pm_insurancecompany_add"), **typed)

    assert_one_was_added(answers, InsuranceCompany)


def test_a_plan(at_once: AtOnce) -> None:
    company = CompanyFactory(name="Aetna")
    typed = {"company": company.pk, "name": "HMO", **AETNA_ADDRESS}

    answers = pages(at_once, reverse("admin:pm_insuranceplan_add"), **typed)

    assert_one_was_added(answers, InsurancePlan, Insurance)


def test_an_insurance(at_once: AtOnce) -> None:
    typed = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS}

    answers = pages(at_once, reverse("admin:ehr_insurance_add"), **typed)

    assert_one_was_added(answers, InsuranceCompany, InsurancePlan, Insurance)


def test_an_insurance_that_the_page_links_with_an_orphan(at_once: AtOnce) -> None:
    plan = orphan_plan(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    typed = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS}
    preset = {"choice": f"same pm.InsurancePlan:{plan.pk}"}

    answers = pages(at_once, reverse("admin:ehr_insurance_add"), **typed, **preset)

    assert_one_was_added(answers, InsurancePlan, Insurance)
    assert insurance_of(plan)


def test_a_plan_that_the_page_links_with_an_orphan(at_once: AtOnce) -> None:
    orphan = orphan_insurance(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)
    company = InsuranceCompany.objects.get(name="Aetna")
    typed = {"company": company.pk, "name": "HMO", **AETNA_ADDRESS}
    preset = {"choice": f"same ehr.Insurance:{orphan.pk}"}

    answers = pages(at_once, reverse("admin:pm_insuranceplan_add"), **typed, **preset)

    assert_one_was_added(answers, InsurancePlan, Insurance)
    assert insurance_of(InsurancePlan.objects.get()) == orphan


def test_one_orphan_that_two_pages_of_both_lists_are_after(at_once: AtOnce) -> None:
    """The button links it while a page that had preset it is saved: one of them gets it."""
    for number in range(4):
        address = {**AETNA_ADDRESS, "street_1": f"{number + 1} Example Road"}
        plan = orphan_plan(company__name="Aetna", name="HMO", **address)
        other = orphan_insurance(company_name="Cigna", plan_name="PPO")
        typed = Insurance(company_name="Aetna", plan_name="HMO", **address)
        typed.answers = Answers(choice=f"same pm.InsurancePlan:{plan.pk}")

        def add(typed: Insurance = typed) -> bool:
            try:
                typed.save()
            except Refused:
                return False
            return True

        def press(plan: InsurancePlan = plan, other: Insurance = other) -> bool:
            try:
                link_orphans(plan, other.pk)
            except Refused:
                return False
            return True

        added, pressed = at_once(add, press)

        assert (added, pressed) in {(True, False), (False, True)}
        assert insurance_of(plan) == (typed if added else other)


@pytest.mark.parametrize("model", [PMPatient, EHRPatient])
def test_a_person_at_several_desks(at_once: AtOnce, model: Any) -> None:
    person = {"last_name": "Doe", "first_name": "Pat", "date_of_birth": "05/17/1980"}

    answers = pages(
        at_once,
        reverse(f"admin:{model._meta.app_label}_patient_add"),
        [{"chart_number": f"N{number}"} for number in range(1, PEOPLE + 1)],
        **person,
    )

    assert_one_was_added(answers, model, asked="has the same name and birth date")


def test_a_chart_number_in_several_spellings(at_once: AtOnce) -> None:
    spellings = ["N77", "n77", "N-77", "N077", "n 77", "n.77"]
    each = [
        {"chart_number": number, "last_name": f"Doe{letter}"}
        for number, letter in zip(spellings, "abcdef", strict=True)
    ]
    born = {"first_name": "Pat", "date_of_birth": "05/17/1980"}

    answers = pages(at_once, reverse("admin:pm_patient_add"), each, **born)

    assert_one_was_added(answers, PMPatient, asked="has nearly the same chart number")


def test_whoever_was_asked_may_add_it_all_the_same(at_once: AtOnce) -> None:
    company = CompanyFactory(name="Aetna")
    url = reverse("admin:pm_insuranceplan_add")
    answers = pages(at_once, url, company=company.pk, name="HMO", **AETNA_ADDRESS)
    asked = next(answer for answer in answers if answer.status_code == 200)
    client = Client()
    client.force_login(get_user_model().objects.get(), "django.contrib.auth.backends.ModelBackend")

    values = {name: value for name, value in page_values(asked).items() if value is not None}

    assert client.post(url, values).status_code == 302
    assert InsurancePlan.objects.count() == 2
