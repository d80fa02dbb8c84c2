"""What no page of ours sends is refused in words, and never fails."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany, InsurancePlan
from tests.factories import CompanyFactory, PlanFactory, PMPatientFactory
from tests.screens import errors_of, submit

pytestmark = pytest.mark.django_db

PLANS = reverse("admin:pm_insuranceplan_changelist")
PLAN_ADD = reverse("admin:pm_insuranceplan_add")
NOT_KEYS = ["abc", "<b>", "1.5", "-1", "9" * 20, "9" * 5000, "١٢", "\u00a0"]


@pytest.mark.parametrize("key", [*NOT_KEYS, "a\x00b"])
def test_a_chosen_record_that_isnt_a_key(admin_client: Client, key: str) -> None:
    response = submit(admin_client, PLAN_ADD, company=key, name="Plan")

    assert response.status_code == 200
    assert "company" in errors_of(response)


@pytest.mark.parametrize("key", NOT_KEYS)
def test_an_add_page_with_what_isnt_a_key(admin_client: Client, key: str) -> None:
    assert admin_client.get(PLAN_ADD, {"company": key}).status_code == 200


@pytest.mark.parametrize("key", [*NOT_KEYS, "a\x00b"])
def test_a_selected_row_that_isnt_a_key(admin_client: Client, key: str) -> None:
    plan = PlanFactory()
    data = {"action": "deactivate", "_selected_action": [key, plan.pk]}

    assert admin_client.post(PLANS, data).status_code == 302
    plan.refresh_from_db()
    assert not plan.is_active


@pytest.mark.parametrize("model", ["pm_insuranceplan", "ehr_insurance", "sync_syncevent"])
@pytest.mark.parametrize(
    "query",
    [
        "created_at__year=0",
        "created_at__year=99999",
        "created_at__year=9999",
        "created_at__gte=9999-12-31 23:59:59%2B00:00",
        "created_at__gte=yesterday",
        "about=x:9",
        "about=pm.InsurancePlan:99999999999999999999",
        "p=abc",
        "o=abc",
    ],
)
def test_a_list_with_a_wrong_filter(admin_client: Client, model: str, query: str) -> None:
    PlanFactory()

    response = admin_client.get(f"{reverse(f'admin:{model}_changelist')}?{query}", follow=True)

    assert response.status_code == 200


@pytest.mark.parametrize("url", [PLANS, reverse("admin:autocomplete"), PLAN_ADD])
def test_a_url_with_a_nul(admin_client: Client, url: str) -> None:
    assert admin_client.get(f"{url}?q=%00&term=%00").status_code == 400


@pytest.mark.parametrize("key", ["abc", "9" * 20, "-1", "a%00b"])
def test_a_page_of_a_record_that_is_not_there(admin_client: Client, key: str) -> None:
    for page in ("change", "delete", "history"):
        response = admin_client.get(f"{PLANS}{key}/{page}/")
        assert response.status_code in {302, 404}


@pytest.mark.parametrize(
    "seen",
    [
        "[" * 200_000,
        '{"a":' * 5000,
        json.dumps({"version": 0, "fields": {"name": ["\ud800", "\ud800"]}}),
        json.dumps({"version": "x", "fields": []}),
    ],
)
def test_a_forged_state_of_the_page(admin_client: Client, seen: str) -> None:
    plan = PlanFactory()
    url = reverse("admin:pm_insuranceplan_change", args=[plan.pk])

    response = submit(admin_client, url, name="Typed name", seen=seen)

    assert response.status_code == 200
    assert "Reload it" in errors_of(response)["__all__"][0]


def test_a_user_name_longer_than_any(client: Client) -> None:
    typed = {"username": "x" * 5000, "password": "wrong"}

    assert client.post(reverse("admin:login"), typed).status_code == 200


@pytest.mark.parametrize("address", ["abc", "1.2.3.4:5555", "unknown", "[::1]:80", "x" * 5000])
def test_a_login_from_a_made_up_ip_address(client: Client, address: str) -> None:
    typed = {"username": "x", "password": "wrong"}
    headers = {"X-Forwarded-For": address}

    assert client.post(reverse("admin:login"), typed, headers=headers).status_code == 200


def test_a_refused_page_tells_what_to_do_next(
    client: Client, django_user_model: type[User]
) -> None:
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))

    response = client.get(PLAN_ADD)

    assert response.status_code == 403
    assert "ask your practice administrator" in response.text


def test_a_missing_page_tells_what_to_do_next(admin_client: Client) -> None:
    response = admin_client.get("/nowhere/")

    assert response.status_code == 404
    assert "Back to the first page" in response.text


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("name", ["a"]),
        ("name", [1, 2, 3, 4]),
        ("name", [["a"], "a"]),
        ("name", [{"a": 1}, "a"]),
        ("name", None),
        ("date_of_birth", [5, ""]),
        ("date_of_birth", [True, ""]),
        ("date_of_birth", [[1], ""]),
        ("date_of_birth", ["yesterday", ""]),
    ],
)
def test_a_page_that_says_it_showed_what_no_page_shows(
    admin_client: Client, name: str, entry: list[Any] | None
) -> None:
    record = CompanyFactory() if name == "name" else PMPatientFactory()
    url = reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_change", args=[record.pk])
    page = admin_client.get(url)
    record.save()  # by somebody else
    seen = json.loads(page.context["adminform"].form["seen"].value())
    seen["fields"][name] = entry
    field = "phone" if name == "name" else "last_name"

    response = submit(admin_client, url, page, seen=json.dumps(seen), **{field: "800-555-0100"})

    assert "This page is incomplete, so nothing was saved." in errors_of(response)["__all__"][0]


@pytest.mark.parametrize("to_field", ["garbage", "delete", "_state", "name_key"])
def test_a_pop_up_sent_twice_hands_over_nothing_but_a_key(
    admin_client: Client, to_field: str
) -> None:
    url = f"{reverse('admin:pm_insurancecompany_add')}?_popup=1"
    typed = {"name": "Aetna", "_popup": "1", "_to_field": "id"}
    page = admin_client.get(url)
    assert submit(admin_client, url, page, **typed).status_code == 200

    response = submit(admin_client, url, page, **typed | {"_to_field": to_field})

    assert response.status_code == 400
    assert InsuranceCompany.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("query", ["drift=garbage", "created_at__year=0"])
def test_a_list_that_no_filter_makes(admin_client: Client, method: str, query: str) -> None:
    response = getattr(admin_client, method)(f"{PLANS}?{query}")

    assert (response.status_code, response.url) == (302, f"{PLANS}?e=1")


@pytest.mark.parametrize("query", ["drift=garbage", "created_at__year=0"])
def test_an_action_on_a_list_that_no_filter_makes(admin_client: Client, query: str) -> None:
    data = {"action": "deactivate", "_selected_action": [PlanFactory().pk]}

    assert admin_client.post(f"{PLANS}?{query}", data).status_code == 302
    assert InsurancePlan.objects.get().is_active
