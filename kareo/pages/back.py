"""The way back from a record: to the page of this site that led to it, if it says so."""

from typing import Any, TypeVar

from django.contrib.admin.options import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

M = TypeVar("M", bound=Model)

BACK = "back"  # the parameter of a record's URL


class WayBack(ModelAdmin[M]):
    """Leads to `?back=/where/one/came/from` where a save, or Close, would lead to the list."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["way_back"] = way_back(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_change(self, request: HttpRequest, obj: M) -> HttpResponseRedirect:
        return _led_back(request) or super().response_post_save_change(request, obj)

    def response_post_save_add(self, request: HttpRequest, obj: M) -> HttpResponseRedirect:
        return _led_back(request) or super().response_post_save_add(request, obj)

    def response_add(
        self, request: HttpRequest, obj: M, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._kept(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj: M) -> HttpResponse:
        """Keep it where one goes on editing."""
        return self._kept(request, super().response_change(request, obj))

    def _kept(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if "_continue" in request.POST and (back := way_back(request)):
            path = getattr(response, "url", request.path).partition("?")[0]
            return redirect(f"{path}?{urlencode({BACK: back})}")
        return response


def way_back(request: HttpRequest) -> str:
    """Return the URL that this page leads back to; "" where it leads to the list."""
    url = request.GET.get(BACK, "")
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, None) else ""


def _led_back(request: HttpRequest) -> HttpResponseRedirect | None:
    return HttpResponseRedirect(back) if (back := way_back(request)) else None
