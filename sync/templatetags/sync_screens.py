"""What sync shows on the pages of PM and EHR, which know nothing of it."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ehr.models import Insurance
from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync import drift, rules
from sync.links import change_url, log_url, record_link
from sync.models import SyncEvent
from sync.pairs import Pair, pair_of
from sync.rules import RULES, Page, Rule
from sync.wording import change_in_words, effect, record_kind

register = template.Library()


@dataclass(frozen=True, slots=True)
class Banner:
    """A rule as it shows on a page: its sentence, and what it means for the record there."""

    rule: Rule
    text: str
    url: str = ""
    button: str = ""


def page_of(context: Any) -> Page | None:
    """Return which kind of admin page is being made, None for a page of another kind."""
    if "cl" in context:
        return Page.LIST
    if "deleted_objects" in context or "deletable_objects" in context:
        return Page.DELETE
    if context.get("add"):
        return Page.ADD
    return Page.CHANGE if context.get("change") else None


@register.inclusion_tag("sync/banners.html", takes_context=True)
def rule_banners(context: Any) -> dict[str, Any]:
    """Show the rules that can fire on this page."""
    opts, page = context.get("opts"), page_of(context)
    shown = [rule for rule in RULES if opts and (opts.label, page) in rule.pages]
    record, user = context.get("original"), context.get("user")
    return {"banners": [_banner(rule, record, user) for rule in shown]}


@register.inclusion_tag("sync/banners.html", takes_context=True)
def field_banners(context: Any) -> dict[str, Any]:
    """Show the rules that speak of this form's own fields, beside them."""
    label = context["opts"].label
    return {"banners": [Banner(rule, rule.banner) for rule in RULES if label in rule.beside]}


def _banner(rule: Rule, record: Model | None, user: Any) -> Banner:
    text, url, button = rule.banner, "", ""
    if rule is rules.PM_COMPANY_EDITED:
        still = drift.old_names(record if isinstance(record, InsuranceCompany) else None)
        if still:
            names = ", ".join(f"{count} still show {name}" for name, count in still[:3])
            more = len(still) - 3
            text = f"{text.rstrip('.')}: {names}{f' and {more} other names' if more > 0 else ''}."
    if rule is rules.PM_FIRST:
        pair = pair_of(record) if isinstance(record, Insurance) else None
        if pair and pair.plan and user.has_perm("pm.change_insuranceplan"):
            url, button = change_url(rules.PLAN, pair.plan.pk), "Edit its plan in PM"
        elif not (pair and pair.plan) and user.has_perm("pm.add_insuranceplan"):
            url, button = reverse("admin:pm_insuranceplan_add"), "Add a plan in PM"
    return Banner(rule, text, url, button)


@register.inclusion_tag("sync/counterpart.html", takes_context=True)
def counterpart(context: Any) -> dict[str, Any]:
    """Show the record on the other side of a plan or insurance, and what puts the pair right."""
    record: Any = context.get("original")
    if not isinstance(record, InsurancePlan | Insurance):
        return {}
    pair: Pair = pair_of(record)
    other = pair.insurance if isinstance(record, InsurancePlan) else pair.plan
    return {
        "pair": pair,
        "other": other,
        "kind": record_kind(other._meta.label) if other else "",
        "url": change_url(other._meta.label, other.pk) if other else "",
        "differences": [
            change_in_words(rules.INSURANCE, name, change) for name, change in pair.changes.items()
        ],
        "repair_url": reverse("sync:repair", args=[record._meta.model_name, record.pk]),
        "may_repair": context["user"].has_perm(
            f"{record._meta.app_label}.change_{record._meta.model_name}"
        ),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def record_history(record: Record, most: int = 100) -> list[SyncEvent]:
    """Return the newest events that `record` caused or that wrote it."""
    return list(SyncEvent.objects.about(record)[:most])


@register.simple_tag
def recent_events(user: AbstractUser | AnonymousUser, most: int = 8) -> list[SyncEvent]:
    """Return the newest events of this user."""
    return list(SyncEvent.objects.filter(actor=user.get_username())[:most])


@register.simple_tag
def log_link(record: Record) -> str:
    """Return the address of the log, searched for this record."""
    return log_url(q=str(record))


@register.filter
def in_words(event: SyncEvent) -> SafeString:
    """Say what the event did on the other side."""
    return effect(event)


@register.filter
def changed_fields(event: SyncEvent) -> list[str]:
    """Return what changed on the record that was saved, one line a field."""
    items = event.source_changes.items()
    return [change_in_words(event.source_model, name, change) for name, change in items]


@register.filter
def source_link(event: SyncEvent) -> SafeString:
    """Return the record that was saved, as a link."""
    link = record_link(event.source_model, event.source_id, event.source_text)
    return format_html("{}: {}", record_kind(event.source_model), link)
