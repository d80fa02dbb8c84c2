"""Declare each writing request as one action of its user."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kareo.actions import acting

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class ActionMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        with acting(request.user.get_username()):
            return self.get_response(request)
