"""The IP address and the user that a login comes with, for django-axes.

django-axes would use django-ipware, which counts the proxies exactly, and so loses the client that
sends a forged part along. Its lenient mode skips what isn't an IP address, then counts a forged one
in. Either way it prefers a proxy's public IP address to a client's private one.
"""

import re
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest

# Some proxies add a port: 203.0.113.9:5555, [2001:db8::1]:5555.
_WITH_PORT = re.compile(r"(?:\[([^]]+)\]|([\d.]+))(?::\d+)?")


def client_ip(request: HttpRequest) -> str:
    """Return the IP address of the browser, as the outermost of our own proxies saw it.

    Anything further left in X-Forwarded-For came from the browser and may be made up.
    """
    proxies: int = settings.TRUSTED_PROXIES
    own = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if not proxies or len(forwarded) < proxies:
        return own
    seen = forwarded[-proxies]
    if with_port := _WITH_PORT.fullmatch(seen):
        seen = with_port[1] or with_port[2]
    try:
        return str(ip_address(seen))
    except ValueError:
        return own


def typed_username(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """Return the user name of a login attempt, as the log of attempts can hold it."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return name.replace("\x00", "")[:255]


def client_in_log(username: str | None, ip_address: str, *args: Any) -> str:
    """Return whose login it is, as our log may say it: what was typed may be a password."""
    users = get_user_model()._default_manager
    key = users.filter(username=username).values_list("pk", flat=True).first()
    return f"{f'user {key}' if key else 'no user of ours'} from {ip_address}"
