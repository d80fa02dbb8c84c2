"""The IP address and the user name that a lock-out is for, as django-axes has them."""

import pytest
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

PROXY = "192.0.2.1"
LOGIN = reverse("admin:login")
WRONG = {"username": "kim", "password": "wrong"}


def forwarded(text: str) -> dict[str, str]:
    return {"X-Forwarded-For": text}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "remote", "headers", "expected"),
    [
        pytest.param(0, PROXY, {}, PROXY, id="no proxy"),
        pytest.param(0, PROXY, forwarded("203.0.113.9"), PROXY, id="no proxy, a forged header"),
        pytest.param(1, PROXY, forwarded("203.0.113.9"), "203.0.113.9", id="one proxy"),
        pytest.param(1, PROXY, forwarded("2001:db8::1"), "2001:db8::1", id="IPv6"),
        pytest.param(
            1, PROXY, forwarded("made-up, 203.0.113.9"), "203.0.113.9", id="rubbish on the left"
        ),
        pytest.param(
            1, PROXY, forwarded("8.8.8.8, 203.0.113.9"), "203.0.113.9", id="forged on the left"
        ),
        pytest.param(
            1, PROXY, forwarded("8.8.8.8,203.0.113.9"), "203.0.113.9", id="sent twice, joined"
        ),
        pytest.param(
            2, PROXY, forwarded("203.0.113.9, 198.51.100.7"), "203.0.113.9", id="two proxies"
        ),
        pytest.param(
            2,
            PROXY,
            forwarded("8.8.8.8, made-up, 203.0.113.9, 198.51.100.7"),
            "203.0.113.9",
            id="two proxies, forged on the left",
        ),
        pytest.param(2, PROXY, forwarded("203.0.113.9"), PROXY, id="fewer than proxies"),
        pytest.param(1, PROXY, {}, PROXY, id="one proxy, no header"),
        pytest.param(2, PROXY, {}, PROXY, id="two proxies, no header"),
        pytest.param(1, PROXY, forwarded(""), PROXY, id="an empty header"),
        pytest.param(1, PROXY, forwarded("unknown"), PROXY, id="unknown"),
        pytest.param(
            1, PROXY, forwarded("8.8.8.8, unknown"), PROXY, id="unknown, forged on the left"
        ),
        pytest.param(1, PROXY, forwarded("203.0.113.9:5555"), "203.0.113.9", id="a port"),
        pytest.param(1, PROXY, forwarded("[2001:db8::1]:5555"), "2001:db8::1", id="IPv6, a port"),
        pytest.param(1, "10.0.0.1", forwarded("10.0.0.5"), "10.0.0.5", id="all private"),
        pytest.param(
            1, "10.0.0.1", forwarded("8.8.8.8, 10.0.0.5"), "10.0.0.5", id="private, forged public"
        ),
        pytest.param(
            1, "8.8.4.4", forwarded("192.168.1.20"), "192.168.1.20", id="private, public proxy"
        ),
        pytest.param(1, "", forwarded("203.0.113.9"), "203.0.113.9", id="proxy on a socket file"),
        pytest.param(
            1,
            PROXY,
            {"X-Real-IP": "8.8.8.8", "Forwarded": "for=8.8.8.8", "Client-IP": "8.8.8.8"},
            PROXY,
            id="other headers",
        ),
    ],
)
def test_a_lock_out_is_for_the_ip_address_our_outermost_proxy_saw(
    client: Client,
    settings: Settings,
    proxies: int,
    remote: str,
    headers: dict[str, str],
    expected: str,
) -> None:
    settings.TRUSTED_PROXIES = proxies

    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)
    client.post(LOGIN, WRONG, headers=headers, REMOTE_ADDR=remote)

    assert get_client_ip_address(request) == expected
    assert AccessAttempt.objects.get().ip_address == expected


@pytest.mark.django_db
def test_a_user_name_longer_than_the_log_of_attempts_holds_is_cut(client: Client) -> None:
    client.post(LOGIN, WRONG | {"username": "x" * 300})

    assert AccessAttempt.objects.get().username == "x" * 255
