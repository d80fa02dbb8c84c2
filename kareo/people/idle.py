"""Who is here: a session ends after a while in which nobody did anything, or after a workday.

Loading a page, pressing a button and typing are activity; what a page asks by itself isn't
(`kareo.pages.by_itself`). When somebody did something last is kept in the session.
"""

from collections.abc import Callable
from functools import partial
from time import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, signals
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache

from kareo.pages.by_itself import by_itself, is_by_itself
from kareo.pages.sending.once import OF_ANOTHER
from kareo.people.clients import client_ip
from kareo.people.models import AccessEvent, note

HERE = "here"  # in the session: since when, and when active last, in seconds
WRITTEN = 60  # seconds between two writes of it, at most a tenth of what it is compared with
BY_A_PERSON = "typed"  # in a query: somebody typed on the page that asks


def connect() -> None:
    signals.user_logged_in.connect(begin)


def begin(request: HttpRequest, **_: Any) -> None:
    now = int(time())
    request.session[HERE] = [now, now]


def allowed() -> int:
    """Return for how many seconds nobody may be active."""
    return int(settings.IDLE_TIME.total_seconds())


class IdleMiddleware:
    """Logs out who did nothing for too long, and notes who does something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.user.is_authenticated:
            request.idle = {"allowed": allowed(), "left": seconds_left(request)}
            if request.idle["left"] <= 0:
                log_out(request)
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, *args: Any) -> None:
        if request.user.is_anonymous:
            return
        if is_by_itself(request, view) and BY_A_PERSON not in request.GET:
            return
        since, active = request.session.get(HERE) or (int(time()), 0)
        if time() - active >= min(WRITTEN, allowed() / 10):
            was_modified, here = request.session.modified, [since, int(time())]
            request.session[HERE] = here
            request.session.modified = was_modified  # no page waits for it, or fails with it
            request.idle["left"] = seconds_left(request)
            request.afterwards.append(partial(keep, request, here))


def seconds_left(request: HttpRequest) -> int:
    """Return after how many seconds the session ends, if nobody does anything."""
    now = int(time())
    since, active = request.session.get(HERE) or (now, now)
    return min(active + allowed(), since + settings.SESSION_COOKIE_AGE) - now


def keep(request: HttpRequest, here: list[int]) -> None:
    """Store when this user was active, unless logged out meanwhile."""
    stored = type(request.session)(request.session.session_key)
    if SESSION_KEY in stored:
        stored[HERE] = here
        stored.save()


def log_out(request: HttpRequest) -> None:
    """End the session. Of several pages that ask at once, one notes it."""
    whose = request.user.get_username()
    session: Any = request.session
    ended, _ = session.model.objects.filter(pk=session.session_key).delete()
    session.flush()
    request.user = AnonymousUser()
    if ended:
        note(AccessEvent.What.TIMED_OUT, actor=whose, ip_address=client_ip(request))
        messages.info(request, "You were logged out because nothing was done here for a while.")


@never_cache
@by_itself
def who_is_here(request: Any) -> HttpResponse:
    """Say who is logged in, with a token for the forms of a page of his; None: nobody.

    And for how many seconds more, if nothing is done. A page `of` another user is loaded anew,
    which then says why.
    """
    if not (request.user.is_active and request.user.is_staff):
        return JsonResponse({"user": None})
    here = str(request.user.pk)
    if request.GET.get("of", here) != here:
        messages.warning(request, OF_ANOTHER)
    left = request.idle["left"]
    return JsonResponse({"user": here, "token": get_token(request), "left": left})
