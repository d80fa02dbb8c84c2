"""Records that look alike, a group after the other: to merge them, or to note that they aren't."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from kareo.pages.forms.pickers import is_key
from kareo.pages.sending.once import sent_once
from kareo.records import Refused
from kareo.records.commits import whole
from kareo.records.refusals import refusal_in_words
from kareo.records.registry import WHO_HAS
from pm.models import InsuranceCompany
from sync.drift.counts import found_now
from sync.drift.findings import FINDINGS, MOST_COUNTED, Finding
from sync.drift.look_alikes import LOOK_ALIKES
from sync.propagation import dismiss_all
from sync.propagation.merging import MOST
from sync.roles import may_change, may_see
from sync.screens.lists import MOST_DISMISSED, dismissed_in_words
from sync.screens.merging.side_by_side import Row, counted_rows, differing
from sync.screens.urls import FINDING, finding_url, list_url, merge_url, record_link
from sync.screens.wording.findings import FINDINGS_IN_WORDS, meaning_of

ON_A_PAGE = 10  # groups
ALIKE = {finding.id: finding for finding in FINDINGS if finding.id in LOOK_ALIKES}


@dataclass(frozen=True, slots=True)
class Group:
    """Records that look alike, with what differs."""

    keys: Sequence[int]
    title: str
    names: Sequence[SafeString]
    rows: Sequence[Row]
    merge_url: str


@require_safe
@staff_member_required
def look_alikes(request: HttpRequest, finding: str) -> HttpResponse:
    """Show the groups that a finding finds, each with what may be done with it."""
    found = _seen_by(request.user, finding)
    model: Any = found.model
    keys = found_now([found], request.user.get_username())[found.id].keys
    groups = LOOK_ALIKES[found.id].groups(keys)
    page = Paginator(groups, ON_A_PAGE).get_page(request.GET.get("p"))
    label, words = model._meta.label, FINDINGS_IN_WORDS[found.id]
    may = may_change(request.user, label)
    records = model._default_manager.select_related(*model.read_along).in_bulk(
        [key for keys in page for key in keys]
    )
    context = {
        **admin.site.each_context(request),
        "title": words.title,
        "advice": words.advice if may else f"{meaning_of(found.id)} Ask {WHO_HAS[label]}.",
        "opts": model._meta,
        "page": page,
        "groups": [_group([records[k] for k in keys if k in records], request) for keys in page],
        "is_cut": len(keys) > MOST_COUNTED,
        "may": may,
        "dismisses": may and model is InsuranceCompany,
        "finding": found.id,
        "list_url": list_url(model, **{FINDING: found.id}),
    }
    return TemplateResponse(request, "sync/look_alike_groups.html", context)


@require_POST
@staff_member_required
@sent_once()
def dismiss_group(request: HttpRequest, finding: str) -> HttpResponse:
    """Note of the companies that were sent that none of them is another one."""
    found = _seen_by(request.user, finding)
    if found.model is not InsuranceCompany or not may_change(request.user, found.sees[0]):
        raise PermissionDenied
    keys = [int(key) for key in request.POST.getlist("key") if is_key(key)]
    companies = list(InsuranceCompany.objects.filter(pk__in=keys).order_by("pk"))
    if not 1 < len(companies) <= MOST_DISMISSED:
        messages.error(request, "Nothing was noted: some of them are gone, or they are too many.")
        return redirect(finding_url(found))
    try:
        whole(partial(dismiss_all, companies))
    except (Refused, DatabaseError) as error:
        messages.error(request, refusal_in_words(error, request.user))
    else:
        messages.success(request, dismissed_in_words(len(companies)))
    return redirect(finding_url(found))


def _seen_by(user: Any, finding: str) -> Finding:
    if (found := ALIKE.get(finding)) is None:
        raise Http404
    if not may_see(user, *found.sees):
        raise PermissionDenied
    return found


def _group(records: Sequence[Any], request: HttpRequest) -> Group:
    names = [record_link(each._meta.label, each.pk, _telling(each)) for each in records]
    rows = [*differing(records), *counted_rows(records, request.user)]
    keys = [record.pk for record in records]
    return Group(keys, str(records[0]), names, rows, merge_url(type(records[0]), keys[:MOST]))


def _telling(record: Any) -> str:
    return getattr(record, "picker_text", "") or str(record)
