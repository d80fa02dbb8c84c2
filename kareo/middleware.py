"""Names each request to the log and to the records it writes; refuses what no page sends."""

import logging
from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.defaults import bad_request

from kareo import logs
from kareo.records.acting import acting

logger = logging.getLogger(__name__)


class LogMiddleware:
    """Lets what is logged name the page and its user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with logs.serving(request, request.user.pk):
            return self.get_response(request)


class PlainQueryMiddleware:
    """Refuses a URL with a NUL in its query, which PostgreSQL can't search for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any("\x00" in text for name, texts in request.GET.lists() for text in (name, *texts)):
            return bad_request(request, ValueError("A NUL in the query."))
        return self.get_response(request)


class PolicyMiddleware(CSPMiddleware):
    """Sends the Content-Security-Policy of the settings, put together once: all pages have it."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if settings.DEBUG:  # whose own pages go without
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.policy)
        return response


class AfterwardsMiddleware:
    """Does what a view puts into `request.afterwards` once the browser has its answer.

    What fails then is logged only. The process is busy until it is done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        afterwards: list[Callable[[], Any]] = []
        request.afterwards = afterwards  # type: ignore[attr-defined]  # ours
        response = self.get_response(request)
        if afterwards:
            close = response.close

            def closed() -> None:
                for do in afterwards:
                    do_afterwards(do)
                close()

            response.close = closed  # type: ignore[method-assign]  # the server calls it last
        return response


def do_afterwards(do: Callable[[], Any]) -> None:
    try:
        do()
    except Exception:
        logger.exception("Something that was left for after the answer failed")


class ActionMiddleware:
    """Declares each writing request as one action of its user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
            return self.get_response(request)
        with acting(request.user.get_username()):
            return self.get_response(request)
