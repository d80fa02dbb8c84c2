"""Where a request comes from.

django-axes would have django-ipware find the address. That one takes the header to count the
proxies exactly, and so loses who sends a forged part along; told to be lenient, it skips what is no
address and then counts a forged one in. Either way it prefers a public address, the proxy's, to a
client's private one, and finds none at all where two proxies should have written and one has.
"""

import re
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

# Some proxies add a port: 203.0.113.9:5555, [2001:db8::1]:5555.
_WITH_PORT = re.compile(r"(?:\[([^]]+)\]|([\d.]+))(?::\d+)?")


def client_address(request: HttpRequest) -> str:
    """Return the address of the browser, as the outermost of our own proxies saw it.

    What stands further left in X-Forwarded-For came from the browser and may be made up. What is no
    address at all counts for nothing.
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
    """Return the user name that a login was tried with, as the log of attempts can hold it."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return name.replace("\x00", "")[:255]
