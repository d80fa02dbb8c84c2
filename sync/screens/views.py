"""What stands behind the forms and buttons that sync puts on the pages of PM and the EHR."""

from collections.abc import Callable, Sequence
from copy import copy
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from kareo.pages.by_itself import by_itself
from kareo.pages.forms.pickers import is_key
from kareo.pages.lists.batches import in_batches
from kareo.pages.sending.once import sent_once
from kareo.records import Refused
from kareo.records.asking.answers import Question
from kareo.records.refusals import refusal_in_words
from pm.models import InsuranceCompany, InsurancePlan
from sync.pairs.flags import stale_names
from sync.pairs.sides import SIDES, side_of
from sync.propagation import dismiss, link_orphans, repair
from sync.roles import may_see_other_list
from sync.screens.cards import Candidate, candidates, likely_candidates
from sync.screens.lists import dismissed_in_words
from sync.screens.preview.making import PREVIEWED, preview
from sync.screens.preview.sending import ASKED, asked_of, sending
from sync.screens.urls import change_url
from sync.screens.wording.records import record_kind

T = TypeVar("T")

PAIRED = {str(side.model._meta.model_name): side.model for side in SIDES.values()}
# What the button's page showed: whether the record had a counterpart.
SEEN_AS = {"pair": True, "orphan": False}
MOST_FOUND = 20  # of a search; a narrower one finds the rest
PAGES = {str(model._meta.model_name): model for model in PREVIEWED}


@by_itself
@require_POST
def preview_page(request: HttpRequest, model_name: str, pk: str | None = None) -> HttpResponse:
    """Say what saving the page that was sent will do. Whoever may save it may ask."""
    if not admin.site.has_permission(request):
        raise PermissionDenied  # no way to the login page: a script asks
    model_admin: Any = admin.site.get_model_admin(PAGES[model_name])
    record = model_admin.get_object(request, pk) if pk else None
    if pk and record is None:
        raise Http404
    if record is None:
        allowed = model_admin.has_add_permission(request)
    else:
        allowed = model_admin.has_change_permission(request, record)
    if not allowed:
        raise PermissionDenied
    before = copy(record)
    form, formsets = model_admin.filled_in(request, record)
    told = preview(form, formsets, before, request.user)
    return render(request, "sync/preview.html", {"preview": told})


@require_POST
@staff_member_required
@sent_once()
def repair_pair(request: HttpRequest, model_name: str, pk: int) -> HttpResponse:
    """Put one pair right, as `pair-repaired` says, and go back to the record's page."""
    record = _to_change(request, PAIRED[model_name], pk)
    page = change_url(record._meta.label, record.pk)
    linked = SEEN_AS.get(request.POST.get("seen_as", ""))
    if linked is False and (question := _asked_first(request, record)):
        messages.warning(request, question.text)
        return redirect(f"{page}?{urlencode({ASKED: question.id})}")
    events = _try(request, lambda: repair(PAIRED[model_name], [record.pk], linked=linked))
    if events == []:
        messages.error(
            request,
            "Nothing was done: its counterpart was deleted, or it got one, after you opened the"
            " page. The page now shows the current state.",
        )
    return redirect(page)


def _asked_first(request: HttpRequest, record: Any) -> Question | None:
    """Return what to ask before an orphan is sent, unless it was asked or `record` is none now."""
    if hasattr(record, "link") or not may_see_other_list(request.user, record._meta.label):
        return None
    return asked_of(sending(record, request.user), request.POST.get(ASKED, ""))


@require_POST
@staff_member_required
@sent_once(in_parts=True)
def repair_company(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring all EHR names up to date that show an old name of this company."""
    company = get_object_or_404(InsuranceCompany, pk=pk)
    if not request.user.has_perm("pm.change_insuranceplan"):
        raise PermissionDenied

    def stale() -> list[int]:
        return list(stale_names().filter(plan__company=company).values_list("plan", flat=True))

    def put_right(batch: Sequence[int]) -> int:
        return len(repair(InsurancePlan, batch, linked=True))

    def tell(pairs: int, stale: int) -> None:
        if not stale:
            messages.info(request, "All its EHR names are up to date already.")

    title = "EHR names are being brought up to date"
    do = partial(in_batches, request, title, stale, put_right, tell)
    return _try(request, do) or redirect(change_url(company._meta.label, company.pk))


@require_POST
@staff_member_required
@sent_once()
def dismiss_look_alike(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that another company isn't this one, until either changes."""
    company = _to_change(request, InsuranceCompany, pk)
    other = request.POST.get("other", "")
    if not is_key(other):
        messages.error(request, "Nothing was dismissed: no company was chosen.")
    elif _try(request, lambda: dismiss(company, int(other))):
        messages.success(request, dismissed_in_words(2))
    return redirect(change_url(company._meta.label, company.pk))


@staff_member_required
@sent_once()
def link_pair(request: HttpRequest, model_name: str, pk: int) -> HttpResponse:
    """Let the user choose the counterpart of an orphan, and link the two."""
    record = _to_change(request, PAIRED[model_name], pk)
    if not may_see_other_list(request.user, record._meta.label):
        raise PermissionDenied
    page = change_url(record._meta.label, record.pk)
    if request.method == "POST":
        other = request.POST.get("counterpart", "")
        if is_key(other):
            _try(request, lambda: link_orphans(record, int(other)))
        else:
            messages.error(request, "Nothing was linked: no counterpart was chosen.")
        return redirect(page)
    if hasattr(record, "link"):
        messages.info(request, f"{record} has a counterpart already.")
        return redirect(page)
    typed = request.GET.get("q", "").strip()
    context = {
        **admin.site.each_context(request),
        "title": "Choose the counterpart",
        "object": record,
        "opts": record._meta,
        "kind": record_kind(side_of(record).other.model._meta.label),
        "page": page,
        "typed": typed,
        "candidates": _found(request, record, typed) if typed else likely_candidates(record),
    }
    return render(request, "sync/link.html", context)


def _found(request: HttpRequest, record: Any, typed: str) -> list[Candidate]:
    """Search the other side's orphans as its own list would."""
    there = side_of(record).other
    model_admin: Any = admin.site.get_model_admin(there.model)
    found, _duplicates = model_admin.get_search_results(request, there.orphans(), typed)
    return candidates(record, [(orphan, "") for orphan in found[:MOST_FOUND]])


def _to_change(request: HttpRequest, model: type[Any], pk: int) -> Any:
    """Return the record, which this user may change."""
    if not request.user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"):
        raise PermissionDenied
    return get_object_or_404(model, pk=pk)


def _try(request: HttpRequest, write: Callable[[], T]) -> T | None:
    """Return what `write` does; None where it was refused, which the user is told."""
    try:
        return write()
    except (Refused, DatabaseError) as error:
        messages.error(request, refusal_in_words(error, request.user))
        return None
