"""What to do next after a save, and by whom: by its user, else by whoever may."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kareo.records.registry import WHO_HAS
from kareo.records.texts.names import name_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.pairs.sides import side_at
from sync.roles import may_see
from sync.rules import table
from sync.rules.reasons import Code
from sync.screens.urls import change_url, link_to, list_url, record_link
from sync.screens.wording.events import warns
from sync.screens.wording.namesakes import tell_apart

MOST_LEFT = 3  # companies that are named


def may(user: Any, action: str, label: str) -> bool:
    """Return whether `user` may `action` ("add", "change") records of the model `label`."""
    app, _, model = label.lower().partition(".")
    allowed: bool = user.has_perm(f"{app}.{action}_{model}")
    return allowed


def next_step(user: Any, event: SyncEvent) -> SafeString | str:
    """Return what is left to do after `event`, with a link where `user` may do it; "" if nothing"""
    step = STEPS.get((event.rule, event.reason.get("code")))
    return step(user, event) if step else ""


def _add_a_plan(user: Any, event: SyncEvent) -> SafeString:
    if not may(user, "add", table.PLAN):
        return _ask(table.PLAN, "add one")
    return add_a_plan(event, "Add a plan")


def add_a_plan(event: SyncEvent, words: str) -> SafeString:
    """Return a link to a new plan of the company that `event` is about."""
    url = f"{reverse('admin:pm_insuranceplan_add')}?company={event.source_id}"
    return link_to(url, words)


def _update_names(user: Any, event: SyncEvent) -> SafeString:
    them = "it" if event.reason["count"] == 1 else "them"
    if not may(user, "change", table.PLAN):
        return _ask(table.PLAN, f"bring {them} up to date")
    url = change_url(event.source_model, event.source_id)
    return format_html('<a href="{}">Open the company</a> to bring {} up to date.', url, them)


def _see_inactive_plans(user: Any, event: SyncEvent) -> SafeString | str:
    if not may_see(user, table.PLAN):
        return ""
    url = list_url(InsurancePlan, company__id__exact=event.source_id, is_active__exact=0)
    return format_html(
        '<a href="{}">See {}</a>', url, "it" if event.reason["count"] == 1 else "them"
    )


def moved_from(user: Any, event: SyncEvent) -> tuple[SafeString | str, SafeString | str]:
    """Say where a plan was moved, and what to do with the company it left if that has none now."""
    rules = (table.PM_PLAN_EDITED.id, table.PLANS_MOVED.id)
    is_moved = event.rule in rules and "company" in event.source_changes
    if not is_moved or not may_see(user, table.COMPANY):
        return "", ""
    [told] = tell_apart(user, [copy(event)])
    old, new = told.source_changes["company"]
    plan = record_link(told.source_model, told.source_id, event.reason.get("name") or "Plan")
    moved = format_html("Plan {} moved to {}.", plan, new.get("told", new["text"]))
    return moved, _left(user, old["id"], old.get("told", old["text"]))


def left_by(user: Any, events: QuerySet[SyncEvent]) -> Iterator[SafeString | str]:
    """Say which companies have no plans left, of a few that plans were moved from."""
    if may_see(user, table.COMPANY):
        keys = events.values_list("source_changes__company__0__id", flat=True)
        few = [*keys.order_by("source_changes__company__0__id").distinct()[: MOST_LEFT + 1]]
        companies = InsuranceCompany.objects.filter(pk__in=few[:MOST_LEFT]).order_by("pk")
        for company in companies if len(few) <= MOST_LEFT else ():
            yield _left(
                user, company.pk, company.picker_text if company.told_apart else company.name
            )


def _left(user: Any, key: int, name: str) -> SafeString | str:
    """Say that a company has no plans left, and what to do; "" where it has, or is inactive."""
    if not InsuranceCompany.objects.filter(pk=key, is_active=True, plans=None).exists():
        return ""
    left = f"{name} has no plans left"
    if not may(user, "change", table.COMPANY):
        return format_html("{}. {}", left, _ask(table.COMPANY, "deactivate it"))
    url = change_url(table.COMPANY, key)
    return format_html('{}: <a href="{}">open it to deactivate it</a>.', left, url)


def _complete(user: Any, event: SyncEvent) -> SafeString | str:
    if event.target_model != table.COMPANY:
        return ""
    if may_see(user, table.COMPANY) and (namesake := _namesake(event)):
        return _one_of_two(user, event, namesake)
    if may_see(user, table.COMPANY) and _has_taken_its_place(event):
        return _put_away(user, event)
    if not may(user, "change", table.COMPANY):
        return _ask(table.COMPANY, "enter the company's payer ID")
    url = change_url(event.target_model, event.target_id or 0)
    return format_html('<a href="{}">Enter the company\'s payer ID</a>', url)


def _namesake(event: SyncEvent) -> InsuranceCompany | None:
    """Return another active company of the name of the one that was made."""
    key = event.target_id or 0
    made = InsuranceCompany.objects.filter(pk=key)
    others = InsuranceCompany.objects.active().exclude(pk=key)
    return others.filter(name_key=made.values("name_key")[:1]).order_by("pk").first()


def _has_taken_its_place(event: SyncEvent) -> bool:
    """Return whether a company was made beside an inactive one of its name and address."""
    if event.reason["code"] != Code.ONLY_INACTIVE:
        return False
    return name_key(event.reason["company"]["text"]) == name_key(event.target_text)


def _put_away(user: Any, event: SyncEvent) -> SafeString:
    company = event.reason["company"]
    there = record_link(table.COMPANY, company["id"], f"the inactive {company['text']}")
    if not may(user, "change", table.COMPANY):
        to_do = "activate that one and move the plan to it"
        return _ask(table.COMPANY, to_do, format_html("If it is the same as {}, ask", there))
    plans = list_url(InsurancePlan, company__id__exact=event.target_id)
    return format_html(
        'If it is the same as {}, activate that one and <a href="{}">move the plan</a> to it.',
        there,
        plans,
    )


def _one_of_two(user: Any, event: SyncEvent, namesake: InsuranceCompany) -> SafeString:
    there = record_link(table.COMPANY, namesake.pk, namesake.picker_text)
    if not may(user, "change", table.PLAN):
        ask = _ask(table.PLAN, "move the plan to it", "If that is the same, ask")
        return format_html("PM has {}, too. {}", there, ask)
    plans = list_url(InsurancePlan, company__id__exact=event.target_id)
    return format_html(
        'PM has {}, too. If that is the same, <a href="{}">move the plan</a> to it.', there, plans
    )


def _move_the_plan(user: Any, event: SyncEvent) -> SafeString | str:
    reason = event.reason
    if not reason["typed"] or not warns(event):
        return ""
    if not may(user, "change", table.PLAN):
        return _ask(table.PLAN, "move it", "Wrong company? Ask")
    url = change_url(event.target_model, event.target_id or 0)
    return format_html('Wrong company? <a href="{}">Move the plan</a>', url)


def _open_the_orphan(user: Any, event: SyncEvent) -> SafeString:
    here, url = side_at(event.source_model), change_url(event.source_model, event.source_id)
    return format_html(
        '<a href="{}">Open the {}</a> to link it, or to send it to {}.',
        url,
        here.noun,
        here.other.place,
    )


def _deactivate_the_other(user: Any, event: SyncEvent) -> SafeString | str:
    if not event.target_id:
        return ""
    label, key = event.target_model, event.target_id
    if may(user, "change", label):
        url = change_url(label, key)
        return format_html('If nobody needs it, <a href="{}">deactivate it</a>.', url)
    it = record_link(label, key, event.target_text) if may_see(user, label) else "it"
    return _ask(label, "deactivate it", format_html("If nobody needs {}, ask", it))


def _ask(label: str, to_do: str, ask: str = "Ask") -> SafeString:
    return format_html("{} {} to {}.", ask, WHO_HAS[label], to_do)


Step = Callable[[Any, SyncEvent], SafeString | str]
# Of an insurance that is new to PM, by the code of the reason.
ADDED_STEPS: dict[str, Step] = {
    Code.NO_COMPANY: _complete,
    Code.ONLY_INACTIVE: _complete,
    Code.TOO_THIN: _complete,
    Code.MATCHED: _move_the_plan,
}
# By rule, and the code of the reason.
STEPS: dict[tuple[str, str | None], Step] = {
    (table.PM_COMPANY_ADDED.id, None): _add_a_plan,
    (table.PM_COMPANY_EDITED.id, Code.STALE_NAMES): _update_names,
    (table.PM_COMPANY_EDITED.id, Code.PLANS_INACTIVE): _see_inactive_plans,
    (table.PM_PLAN_EDITED.id, Code.NO_COUNTERPART): _open_the_orphan,
    (table.PLANS_MOVED.id, Code.NO_COUNTERPART): _open_the_orphan,
    (table.EHR_INSURANCE_EDITED.id, Code.NO_COUNTERPART): _open_the_orphan,
    **{
        (rule.id, code): step
        for rule in (
            table.EHR_INSURANCE_ADDED_MATCHED,
            table.EHR_INSURANCE_ADDED_UNMATCHED,
            table.PAIR_REPAIRED,
        )
        for code, step in ADDED_STEPS.items()
    },
    (table.PM_PLAN_DELETED.id, None): _deactivate_the_other,
    (table.EHR_INSURANCE_DELETED.id, None): _deactivate_the_other,
}
