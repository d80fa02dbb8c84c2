"""What sync shows on the pages of PM and EHR, which know nothing of it."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.urls import reverse
from django.utils.safestring import SafeString

from kareo.people import Person
from kareo.records import Record
from pm.models import InsuranceCompany
from sync import drift, rules
from sync.links import change_url, log_url, plans_url
from sync.models import SyncEvent
from sync.pairs import PairState, pair_of
from sync.people import elsewhere
from sync.rules import RULES, Page, Rule
from sync.sight import may_see
from sync.wording import change_in_words, effect_seen_by, source_seen_by

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
    """Show the rules that can fire on this page, for this user."""
    opts, page = context.get("opts"), page_of(context)
    if not opts or not page or _only_looking(context, page):
        return {}
    shown = [rule for rule in RULES if (opts.label, page) in rule.pages]
    return {"banners": [_banner(rule, page, context) for rule in shown]}


@register.inclusion_tag("sync/banners.html", takes_context=True)
def field_banners(context: Any) -> dict[str, Any]:
    """Show the rules that speak of this form's own fields, beside them."""
    label, patient = context["opts"].label, context.get("original")
    if _only_looking(context, Page.CHANGE):
        return {}
    first, *others = [rule for rule in RULES if label in rule.beside]
    # One way to the other system is enough.
    way_on = elsewhere(patient) if isinstance(patient, Person) else ("", "")
    banners = [Banner(first, first.banner, *way_on)]
    return {"banners": banners + [Banner(rule, rule.banner) for rule in others]}


def _only_looking(context: Any, page: Page) -> bool:
    """Return whether this is a record's page without a Save button."""
    return page is Page.CHANGE and context.get("has_change_permission") is False


def _banner(rule: Rule, page: Page, context: Any) -> Banner:
    record, user = context.get("original"), context["user"]
    if page is Page.LIST and rule is not rules.PM_FIRST:
        return Banner(rule, f"When {rule.when}: {rule.then}.")
    if page is Page.DELETE and rule.when_deleting:
        return Banner(rule, rule.when_deleting)
    if rule.orphaned and pair_of(record).state is PairState.ORPHAN:
        return Banner(rule, rule.orphaned)
    if rule is rules.PM_COMPANY_EDITED:
        seen = may_see(user, rules.PLAN, rules.INSURANCE)
        text = _with_old_names(rule, record) if seen else rule.banner
        return Banner(rule, text, plans_url(record.pk), "Show its plans")
    if rule is rules.PM_FIRST:
        pair = pair_of(record) if record else None
        if pair and pair.plan:
            if user.has_perm("pm.change_insuranceplan"):
                url = change_url(rules.PLAN, pair.plan.pk)
                return Banner(rule, rule.banner, url, "Edit its plan in PM")
        elif user.has_perm("pm.add_insuranceplan"):
            url = reverse("admin:pm_insuranceplan_add")
            return Banner(rule, rule.banner, url, "Add a plan in PM")
    return Banner(rule, rule.banner)


def _with_old_names(rule: Rule, company: InsuranceCompany) -> str:
    """Add how many EHR names still show which old name, the commonest first."""
    still = drift.old_names(company)
    if not still:
        return rule.banner
    names = ", ".join(f"{count} still show {name}" for name, count in still[:3])
    more = f" and {len(still) - 3} other names" if len(still) > 3 else ""
    return f"{rule.banner.rstrip('.')}: {names}{more}."


@register.simple_tag
def record_history(record: Record, most: int = 100) -> list[SyncEvent]:
    """Return the newest events that `record` caused, that wrote it or that concern it."""
    return list(SyncEvent.objects.about(record)[:most])


@register.simple_tag
def recent_events(user: AbstractUser | AnonymousUser, most: int = 8) -> list[SyncEvent]:
    """Return the newest events of this user."""
    return list(SyncEvent.objects.filter(actor=user.get_username())[:most])


@register.simple_tag
def log_link(record: Record) -> str:
    """Return the address of all that the log has of this record."""
    return log_url(about=f"{record._meta.label}:{record.pk}")


@register.filter
def in_words(event: SyncEvent, user: AbstractUser | AnonymousUser) -> SafeString:
    """Say what the event did on the other side."""
    return effect_seen_by(user, event)


@register.filter
def changed_fields(event: SyncEvent) -> list[str]:
    """Return what changed on the record that was saved, one line a field."""
    items = event.source_changes.items()
    return [change_in_words(event.source_model, name, change) for name, change in items]


@register.filter
def source_link(event: SyncEvent, user: AbstractUser | AnonymousUser) -> SafeString:
    """Return the record that was saved, as a link."""
    return source_seen_by(user, event)
