"""What sync adds to the lists of PM and the EHR."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kareo.pages.lists.batches import in_batches, keys_of
from kareo.pages.lists.long import ListFilter
from kareo.records.commits import whole
from kareo.records.registry import WHO_HAS
from pm.models import InsurancePlan
from sync.drift.counts import found_now
from sync.drift.findings import FINDINGS, MOST_COUNTED, Finding
from sync.pairs.sides import side_of
from sync.propagation import dismiss_all, repair
from sync.roles import may_see
from sync.rules.table import INSURANCE
from sync.screens.after_save.next_steps import may
from sync.screens.urls import FINDING
from sync.screens.wording.findings import FINDINGS_IN_WORDS, meaning_of

STALE_NAMES = "stale-names"  # the finding
OF_PAIRS = {finding.id for finding in FINDINGS if finding.of_pairs}
MOST_DISMISSED = 10  # companies at once: of each two of them an entry is logged


def findings_on(model: type[Model], user: Any) -> list[Finding]:
    """Return the findings that the list of `model` shows to `user`."""
    return [each for each in FINDINGS if each.model is model and may_see(user, *each.sees)]


class FindingFilter(ListFilter):
    """The records that one of the findings on this list is about."""

    title = "sync"
    parameter_name = FINDING
    orders: ClassVar = {finding.id: finding.together for finding in FINDINGS}
    is_cut = False  # there are more, which take too long to find

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = findings_on(model_admin.model, request.user)
        return [(finding.id, FINDINGS_IN_WORDS[finding.id].title) for finding in found]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Raise IncorrectLookupParameters where this list has no such finding for this user."""
        if self.value() is None:
            return queryset
        shows_names = bool(columns_on(request))
        for finding in findings_on(queryset.model, request.user):
            if finding.id == self.value():
                found = found_now([finding], request.user.get_username())[finding.id]
                self.is_cut = found.is_slow and found.is_more
                narrowed = finding.narrow(queryset, found.shown if self.is_cut else found.keys)
                return narrowed.select_related("link__insurance") if shows_names else narrowed
        raise IncorrectLookupParameters(f"{queryset.model._meta.label} has no such finding")


@admin.display(description="EHR still shows")
def stale_name(plan: InsurancePlan) -> str:
    """Return the company name that the EHR shows for `plan`."""
    link = getattr(plan, "link", None)  # it may have ended since it was found
    return link.insurance.company_name if link else ""


def columns_on(request: HttpRequest) -> Sequence[Any]:
    """Return what a list of plans shows beside its own columns."""
    is_of_names = request.GET.get(FINDING) == STALE_NAMES
    return (stale_name,) if is_of_names and may_see(request.user, INSURANCE) else ()


def advice_on(changelist: ChangeList, user: Any) -> SafeString | str:
    """Say on a list that is narrowed to a finding what to do there, or whom `user` is to ask."""
    narrowed = [each for each in changelist.filter_specs if isinstance(each, FindingFilter)]
    for spec in narrowed:
        if (wanted := spec.value()) and wanted in FINDINGS_IN_WORDS:
            title, advice = FINDINGS_IN_WORDS[wanted]
            label = changelist.model._meta.label
            if not may(user, "change", label):
                advice = f"{meaning_of(wanted)} {_elsewhere(wanted, label, user)}"
            if not changelist.result_count and not changelist.query:
                advice = "None left."
            if spec.is_cut:
                advice += f" There are more than {MOST_COUNTED:,}; {MOST_COUNTED:,} are shown."
            return format_html(
                '<p class="rule-banner" data-drift="{}"><span aria-hidden="true">☑</span>'
                "<span><strong>{}.</strong> {}</span></p>",
                wanted,
                title,
                advice,
            )
    return ""


def _elsewhere(finding: str, label: str, user: Any) -> str:
    """Say where else `user` puts right what is found on a list, or whom to ask."""
    if finding in OF_PAIRS and may(user, "change", INSURANCE):
        return "Open a plan, then its insurance, and choose “Bring the EHR up to date” there."
    return f"Ask {WHO_HAS[label]}."


@admin.action(
    description="Bring the EHR up to date for the selected %(verbose_name_plural)s",
    permissions=["change"],
)
def bring_ehr_up_to_date(
    model_admin: Any, request: HttpRequest, queryset: Any
) -> HttpResponse | None:
    """Put the selected pairs right; PM's values win. An orphan is skipped, and the page says so.

    The effect is told by the events, as after any save.
    """

    def put_right(batch: Sequence[int]) -> int:
        return len(repair(queryset.model, batch, linked=True))

    def tell(pairs: int, selected: int) -> None:
        if orphans := selected - pairs:
            messages.warning(request, skipped_in_words(queryset.model, orphans))

    title = "The EHR is being brought up to date"
    return in_batches(request, title, partial(keys_of, queryset), put_right, tell)


@admin.action(
    description="Note that the selected %(verbose_name_plural)s aren't the same",
    permissions=["change"],
)
def dismiss_look_alikes(model_admin: Any, request: HttpRequest, queryset: Any) -> None:
    """Note of each two of the selected companies that they only look alike."""
    companies = list(queryset.order_by("pk")[: MOST_DISMISSED + 1])
    if not 1 < len(companies) <= MOST_DISMISSED:
        least = f"Nothing was noted: tick 2 to {MOST_DISMISSED} companies that look alike."
        messages.error(request, least)
        return
    whole(partial(dismiss_all, companies))
    messages.success(request, dismissed_in_words(len(companies)))


def dismissed_in_words(count: int) -> str:
    """Say that `count` companies aren't the same one."""
    several = "two" if count == 2 else str(count)
    return (
        f"Noted that the {several} aren't the same company. If one changes, they are shown again."
    )


def skipped_in_words(model: type[Model], count: int) -> str:
    """Say that `count` orphans among the selected were skipped, and what to do about them."""
    there, opts = side_of(model).other, model._meta
    if count == 1:
        skipped, which = f"1 {opts.verbose_name} was skipped: it has", "it"
    else:
        skipped, which = f"{count} {opts.verbose_name_plural} were skipped: they have", "each one"
    return (
        f"{skipped} no {there.noun} in {there.place}. Open {which} to add it to {there.place}, or"
        " deactivate it."
    )
