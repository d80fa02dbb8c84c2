"""A first plan that is typed with a company which is there already: that one may get it."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany, InsurancePlan
from tests.factories import AETNA_ADDRESS, CompanyFactory
from tests.screens import page_url, page_values, submit

pytestmark = pytest.mark.django_db

ADD = page_url("insuranceplan")
BOX = {"street_1": "PO Box 1", "city": "Irvine", "state": "CA", "zip_code": "92617"}
ELSEWHERE = {**AETNA_ADDRESS, "street_1": "7 Example Road"}
INSTEAD = "Add the plan to this one instead"

Offered = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", phone="800-555-0199", **AETNA_ADDRESS)


@pytest.fixture
def offered(admin_client: Client) -> Offered:
    """Return a function that types a company with a first plan; it returns texts and links."""

    def ask(plan: dict[str, str], client: Client = admin_client, **typed: str) -> Any:
        data = page_values(client.get(page_url("insurancecompany")))
        data |= {"name": "Aetna", **AETNA_ADDRESS} | typed
        data |= {f"plans-0-{name}": value for name, value in plan.items()}
        answer = client.post(reverse("sync:preview", args=["insurancecompany"]), data)
        links = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)', answer.text)
        return [(text, html.unescape(url)) for url, text in links]

    return ask


def begun(client: Client, url: str) -> dict[str, Any]:
    """Return what a page begins with, empty fields aside."""
    form = client.get(url).context["adminform"].form
    values = {name: form[name].value() for name in ("company", "name", "phone", "same_address")}
    values |= {name: form[name].value() for name in BOX}
    return {name: value for name, value in values.items() if value}


def test_what_was_typed_of_the_plan_is_taken_along(
    admin_client: Client, aetna: InsuranceCompany, offered: Offered
) -> None:
    plan = {"name": 'A&B = "PPO+" 50%', "phone": "800-555-0100", **BOX}
    [(text, url)] = offered(plan)

    assert text == INSTEAD
    assert begun(admin_client, url) == {**plan, "company": str(aetna.pk)}
    submit(admin_client, url)
    assert InsurancePlan.objects.get().company == aetna


def test_the_companys_address_is_again_its_companys(
    admin_client: Client, aetna: InsuranceCompany, offered: Offered
) -> None:
    respelled = {"street_1": "111 ACADEMY DR."}
    [(_text, url)] = offered({"name": "HMO", "same_address": "on"}, **respelled)

    assert begun(admin_client, url) == {
        "company": str(aetna.pk),
        "name": "HMO",
        "same_address": "on",
    }
    submit(admin_client, url)
    plan = InsurancePlan.objects.get()
    assert (plan.street_1, plan.phone) == (AETNA_ADDRESS["street_1"], aetna.phone)


@pytest.mark.usefixtures("aetna")
def test_the_address_of_another_place_is_taken_along(
    admin_client: Client, offered: Offered
) -> None:
    [(_text, url)] = offered({"name": "HMO", "same_address": "on"}, **ELSEWHERE)

    there = begun(admin_client, url)
    assert "same_address" not in there
    assert {name: there[name] for name in BOX} == {name: ELSEWHERE[name] for name in BOX}


@pytest.mark.usefixtures("aetna")
def test_a_plan_that_is_typed_in_part_is_taken_along(
    admin_client: Client, offered: Offered
) -> None:
    nowhere = dict.fromkeys(AETNA_ADDRESS, "")
    [(_text, in_part)] = offered({"name": "HMO", "street_1": "PO Box 1", "zip_code": "9"})
    [(_text, without)] = offered({"name": "HMO", "same_address": "on"}, **nowhere)

    there = begun(admin_client, in_part)
    assert [there["name"], there["street_1"], there["zip_code"]] == ["HMO", "PO Box 1", "9"]
    assert begun(admin_client, without)["same_address"] == "on"


@pytest.mark.parametrize("plan", [{}, {"name": " ", **BOX}])
def test_without_a_plan_the_company_is_used(
    aetna: InsuranceCompany, offered: Offered, plan: dict[str, str]
) -> None:
    page = page_url("insurancecompany", aetna.pk)

    assert offered(plan) == [("Use this one instead", page)]


def test_an_inactive_company_is_opened(aetna: InsuranceCompany, offered: Offered) -> None:
    aetna.is_active = False
    aetna.save()

    assert offered({"name": "HMO"}) == [("Open it", page_url("insurancecompany", aetna.pk))]


def test_who_may_not_add_plans_is_led_to_the_company(
    client: Client, django_user_model: type[User], aetna: InsuranceCompany, offered: Offered
) -> None:
    user = django_user_model.objects.create_user("kim", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["add_insurancecompany", "view_insurancecompany"])
    )
    client.force_login(user)
    rows = {"plans-TOTAL_FORMS": "1", "plans-INITIAL_FORMS": "0"}  # its page has none

    assert offered({"name": "HMO"}, client, **rows) == [
        ("Use this one instead", page_url("insurancecompany", aetna.pk))
    ]


@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ({}, ""),
        ({"phone": "800-555-0199", "name": "AETNA"}, ""),  # as it is stored
        ({"payer_id": "60054"}, "the payer ID"),
        ({"notes": "Call first"}, "the notes"),
        ({"phone": "800-555-0123"}, "another phone"),
        ({"zip_code": "9"}, "what is wrong"),
        (ELSEWHERE, "the address"),
    ],
)
@pytest.mark.usefixtures("aetna")
def test_what_is_left_behind_is_known(
    admin_client: Client, typed: dict[str, str], leaves: str
) -> None:
    data = page_values(admin_client.get(page_url("insurancecompany")))
    data |= {"name": "Aetna", **AETNA_ADDRESS, "plans-0-name": "HMO"} | typed
    text = admin_client.post(reverse("sync:preview", args=["insurancecompany"]), data).text

    assert INSTEAD in text
    assert ("data-takes-all" in text) is (not leaves)
