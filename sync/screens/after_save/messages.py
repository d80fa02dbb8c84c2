"""What a save did in the other list, as messages on the page that follows."""

from collections.abc import Sequence
from copy import copy
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pm.models import InsuranceCompany
from sync.models import SyncEvent
from sync.roles import may_see
from sync.rules import RULES_BY_ID
from sync.rules.decision import CREATED, NOT_PROPAGATED, UNCHANGED, fingerprint
from sync.rules.reasons import Code
from sync.rules.table import COMPANY, PM_COMPANY_ADDED, PM_COMPANY_EDITED, PM_PLAN_EDITED
from sync.screens.after_save.coverage import patient_of, tells_of_patient, told_of
from sync.screens.after_save.next_steps import add_a_plan, moved_from, next_step
from sync.screens.after_save.of_sets import joined, told_of_set
from sync.screens.after_save.other_patients import (
    PATIENTS,
    deleted_patients,
    may_deactivate,
    may_rename,
    may_renumber,
    still_active,
    still_called,
    still_numbered,
    still_there,
)
from sync.screens.log.sentences import is_deletion
from sync.screens.urls import WITHOUT_PAGE, log_url, record_link
from sync.screens.who_has import still_have
from sync.screens.wording.events import (
    effect_of_both,
    effect_seen_by,
    goes_with_plans,
    name_shown,
    warns,
    worth_telling,
)
from sync.screens.wording.namesakes import tell_apart

# More than these are summed up, one line a rule.
MOST_MESSAGES = 5
# Of a patient's own fields: whether a request may change it, and what the other list keeps then.
LEFT_BEHIND = (
    (may_deactivate, still_active),
    (may_rename, still_called),
    (may_renumber, still_numbered),
)
DELETED_COMPANIES = f"{PM_COMPANY_EDITED.label}: {PM_COMPANY_EDITED.nothing}"


def tell(request: HttpRequest, events: QuerySet[SyncEvent], next_page: str) -> None:
    """Add a message for each of a batch's events, or one for each rule where they are many.

    And one where they aren't what the page said before the save. No step leads to the `next_page`.
    """
    # A tertiary policy has no rule, but somebody may take it for copied.
    has_rule, is_policy = ~Q(rule=""), Q(source_model="pm.InsurancePolicy")
    is_deleted = Q(source_model__in=(COMPANY, *PATIENTS), reason__code=Code.DELETED)
    worth = events.filter(has_rule | is_policy | is_deleted | Q(reason__code=Code.ADDED))
    few = list(worth.order_by("pk")[: MOST_MESSAGES + 1])
    if told := told_of_set(request.user, few, worth):
        _add(request, *told)
    elif few and few[0].source_model == COMPANY and is_deletion(few[0]):  # so are the others
        _add(request, DELETED_COMPANIES, [PM_COMPANY_EDITED.id])
    elif (gone := deleted_patients(events, few[0] if few else None)) is not None:
        if stays := still_there(request.user, gone):
            _add(request, stays, [], warning=True)
    elif _is_company_with_plans(few):
        _tell_deactivated(request, few[0])
    elif len(few) <= MOST_MESSAGES:
        _tell_each(request, few, next_page)
    else:
        _sum_up(request, worth, batch=few[0].batch)
    for may_leave, left_behind in LEFT_BEHIND:
        if may_leave(request) and (left := left_behind(request.user, events)):
            _add(request, left, [], warning=True)
    _compare(request, events)


def _tell_each(request: HttpRequest, events: list[SyncEvent], next_page: str) -> None:
    groups: dict[Any, list[SyncEvent]] = {}
    worth = worth_telling(events)
    if any(map(goes_with_plans, worth)):  # which says it of the plans
        worth = [event for event in worth if event.rule != PM_PLAN_EDITED.id]
    if getattr(request, "is_as_it_was", False):  # as the page says that was saved
        worth = [event for event in worth if not _is_of_nothing(event)]
    several = _is_of_several(request, worth)
    stays = [event for event in events if event not in worth]  # with its first plan
    for event in worth:
        groups.setdefault(_told_with(event), []).append(event)
    for group in groups.values():
        told = told_of(request.user, group) if tells_of_patient(group[0]) else None
        if told is None and (others := [e for e in group if e.reason.get("code") != Code.ADDED]):
            _tell_effects(request, others, stays, next_page, which=several)
        for each in told or []:
            _add(request, each.text, each.rules, warning=each.warns)


def _is_of_several(request: HttpRequest, events: Sequence[SyncEvent]) -> bool:
    """Return whether several records were saved, or were selected: then a message names its own."""
    selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
    saved = {(each.source_model, each.source_id) for each in events}
    with_pages = [model for model, _key in saved if model not in WITHOUT_PAGE]
    return len(selected) > 1 or len(with_pages) > 1


def _is_of_nothing(event: SyncEvent) -> bool:
    return event.outcome in (UNCHANGED, NOT_PROPAGATED) and not (
        event.source_changes or event.reason
    )


def _told_with(event: SyncEvent) -> Any:
    """Return what is equal for events that are told together: one patient's, one addition's."""
    if tells_of_patient(event):
        return patient_of(event)
    if event.outcome == CREATED:
        return event.rule, event.source_model, event.source_id
    return event.pk


def _is_company_with_plans(events: Sequence[SyncEvent]) -> bool:
    """Return whether they begin with the one company that was deactivated with its plans."""
    companies = [event for event in events if event.rule == PM_COMPANY_EDITED.id]
    return len(companies) == 1 and goes_with_plans(companies[0])


def _tell_deactivated(request: HttpRequest, company: SyncEvent) -> None:
    """Say it in one message, however many plans there are, and who still has one of these."""
    record = InsuranceCompany(pk=company.source_id)
    url = log_url(batch=company.batch, rule=PM_PLAN_EDITED.id)
    parts = (
        _name_of(request.user, company) if _is_of_several(request, [company]) else "",
        effect_seen_by(request.user, company),
        still_have(record, request.user),
        format_html('<a href="{}">See the sync log</a>.', url),
    )
    _add(request, joined(parts), [PM_COMPANY_EDITED.id, PM_PLAN_EDITED.id])


def _tell_effects(
    request: HttpRequest,
    events: list[SyncEvent],
    stays: Sequence[SyncEvent],
    next_page: str,
    *,
    which: bool,
) -> None:
    """Say what was saved with what `stays` here, what the other list has now, what is left.

    Of several records that were saved, say of `which`, unless it is the other list's that is named.
    """
    user: Any = request.user
    effects: list[SafeString | str]
    are_both_created = len(events) == 2 and events[0].outcome == CREATED
    if are_both_created and may_see(user, *(event.target_model for event in events)):
        effects = [effect_of_both(*events)]
    else:
        effects = [*dict.fromkeys(effect_seen_by(user, event) for event in events)]
    effects.append(name_shown(events[-1]))
    moved, left = moved_from(user, events[0])
    steps = [left, *(next_step(user, event) for event in events)]
    if moved:
        effects = [moved] if events[0].outcome == UNCHANGED else [moved, *effects]
    for company in stays:
        effects = [_saved_together(user, company, events[0]), *effects]
        steps = [add_a_plan(company, "Add another plan"), *steps]
    if which and not _names_target(user, events[0]):
        effects = [_name_of(user, events[0]), *effects]
    steps = [step for step in steps if f'href="{next_page}"' not in step]
    rules = [event.rule for event in (events[0], *stays)]
    _add(request, joined([*effects, *steps]), rules, warning=any(map(warns, events)))


def _name_of(user: Any, event: SyncEvent) -> SafeString:
    """Name the record that a message is of; what was deleted has no page any more."""
    [told] = tell_apart(user, [copy(event)])
    key = None if is_deletion(event) else told.source_id
    return format_html("{}:", record_link(told.source_model, key, told.source_text))


def _names_target(user: Any, event: SyncEvent) -> bool:
    return event.outcome != NOT_PROPAGATED and may_see(user, event.target_model)


def _saved_together(user: Any, company: SyncEvent, plan: SyncEvent) -> SafeString:
    """Say in one sentence that a company and its first plan were saved."""
    name = plan.source_text.removeprefix(f"{company.source_text} – ")
    [told] = tell_apart(user, [copy(company)])
    return format_html(
        "Company {} and its plan {} were saved; {}.",
        record_link(told.source_model, told.source_id, told.source_text),
        record_link(plan.source_model, plan.source_id, name),
        PM_COMPANY_ADDED.with_plan,
    )


def _add(request: HttpRequest, text: str, rules: list[str], *, warning: bool = False) -> None:
    level = messages.WARNING if warning else messages.SUCCESS
    messages.add_message(request, level, text, extra_tags=" ".join(rules))


def _sum_up(request: HttpRequest, events: QuerySet[SyncEvent], batch: object) -> None:
    # What `warns` may say of one of them.
    keeps_nothing = Q(reason={}) | Q(reason__code=Code.PLANS_TOO)
    is_quiet = Q(rule="") | (Q(rule=PM_COMPANY_EDITED.id) & keeps_nothing)
    stays = Q(outcome=NOT_PROPAGATED) & ~is_quiet
    is_second = Q(target_model=COMPANY, reason__code=Code.ONLY_INACTIVE)
    warned = stays | (Q(outcome=CREATED) & (~Q(source_changes={}) | is_second))
    counts = events.values_list("rule", "outcome").annotate(
        Count("pk"), warned=Count("pk", filter=warned)
    )
    for rule, rows in groupby(counts.order_by("rule", "outcome"), key=itemgetter(0)):
        outcomes = list(rows)
        text = format_html(
            '{}: {}. <a href="{}">See them in the sync log</a>.',
            RULES_BY_ID[rule].title if rule else "Other changes",
            ", ".join(
                f"{count} {SyncEvent.Outcome(outcome).label.lower()}"
                for _, outcome, count, _ in outcomes
            ),
            log_url(batch=batch, rule=rule or "none"),
        )
        _add(request, text, [rule], warning=any(row[3] for row in outcomes))


def _compare(request: HttpRequest, events: QuerySet[SyncEvent]) -> None:
    said = request.POST.get("_previewed")
    if said and (done := list(events)) and fingerprint(done) != said:
        messages.warning(
            request,
            "This is not what the page showed before you saved: someone else changed a record"
            " meanwhile. Check whether it is still what you want.",
        )
