"""Names each request to the log and to the records it writes; refuses what no page sends."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from kareo import logs
from kareo.records.acting import acting


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
        if any("\x00" in value for _name, values in request.GET.lists() for value in values):
            return HttpResponseBadRequest("This URL is damaged. Go back and try again.")
        return self.get_response(request)


class ActionMiddleware:
    """Declares each writing request as one action of its user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
            return self.get_response(request)
        with acting(request.user.get_username()):
            return self.get_response(request)
