"""What stands between the pages and whoever means ill."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")


def test_ten_wrong_passwords_lock_the_user_out_in_words(client: Client, admin_user: User) -> None:
    typed = {"username": admin_user.username, "password": "wrong"}
    for _ in range(9):
        assert client.post(LOGIN, typed).status_code == 200

    response = client.post(LOGIN, typed)

    assert response.status_code == 429
    assert "Wait 15 minutes" in response.text
    assert client.post(LOGIN, typed | {"password": "password"}).status_code == 429


def test_an_ip_address_typed_into_the_header_neither_ends_a_lock_out_nor_spreads_it(
    client: Client, admin_user: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    wrong = {"username": admin_user.username, "password": "wrong"}

    def answer(forwarded: str, typed: dict[str, str] = wrong) -> int:
        return client.post(LOGIN, typed, headers={"X-Forwarded-For": forwarded}).status_code

    assert [answer(f"8.8.8.{n}, 203.0.113.9") for n in range(10)] == [200] * 9 + [429]
    assert answer("8.8.4.4, 203.0.113.9:5555") == 429
    assert answer("203.0.113.9, 203.0.113.10", wrong | {"password": "password"}) == 302


def test_a_right_password_logs_in(client: Client, admin_user: User) -> None:
    response = client.post(LOGIN, {"username": admin_user.username, "password": "password"})

    assert response["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200


def test_pages_run_only_the_sites_own_scripts_and_styles(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:pm_insuranceplan_add"))

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for inline in ("<style", " style=", " onclick=", "<script>"):
        assert inline not in page.text


def test_root_leads_to_the_admin(client: Client) -> None:
    assert client.get("/")["Location"] == reverse("admin:index")


def test_a_refused_log_in_says_what_to_do(client: Client) -> None:
    page = client.post(LOGIN, {"username": "ada", "password": "wrong"})

    assert "Check both, and Caps Lock." in page.text
