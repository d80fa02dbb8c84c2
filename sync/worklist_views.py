"""The page of the secondary worklist."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sync.sight import may_see
from sync.worklist import SEES, differing_secondaries, entries

PER_PAGE = 50


@never_cache  # it names patients
@require_safe
@staff_member_required
def secondary_worklist(request: HttpRequest) -> HttpResponse:
    """List the patients whose secondary is to be entered by hand, on one side or the other."""
    if not may_see(request.user, *SEES):
        raise PermissionDenied
    typed = request.GET.get("q", "").strip()
    pages: Paginator[Any] = Paginator(differing_secondaries(typed), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "sync/secondary_worklist.html",
        {
            **admin.site.each_context(request),
            "title": "Secondary worklist",
            "app_label": "sync",
            "page": page,
            "entries": entries(list(page)),
            "typed": typed,
        },
    )
