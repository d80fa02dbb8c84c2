"""The rules that can fire on a page, as they stand there before anything is typed."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from kareo.pages.back import way_back
from kareo.records import Person
from kareo.records.registry import WHO_HAS
from pm.models import InsurancePlan
from sync.pairs.sides import side_at, side_of
from sync.pairs.state import PairState, pair_of
from sync.roles import may_see, may_see_other_list
from sync.rules.table import (
    COMPANY,
    INSURANCE,
    PLAN,
    PM_COMPANY_EDITED,
    PM_FIRST,
    RULES,
    Page,
    Rule,
)
from sync.screens.after_save.coverage import RANKS
from sync.screens.after_save.next_steps import may
from sync.screens.once import pair_on
from sync.screens.urls import change_url, list_url, patient_in_other_system

PREVIEWED_LABELS = {COMPANY, PLAN, INSURANCE}


@dataclass(frozen=True, slots=True)
class Banner:
    """A rule as it shows on a page: its sentence, and what it means for the record there."""

    rule: Rule
    text: str
    url: str = ""
    button: str = ""
    warns: bool = False  # something is about to stay behind

    @property
    def group(self) -> tuple[str, bool]:
        """Equal for neighbors that stand under one icon and one label."""
        return self.rule.label or self.rule.id, self.warns

    @property
    def icon(self) -> str:
        if self.warns:
            return "⚠"
        return "⊘" if self.rule.label else "⇄"


def page_of(context: Any) -> Page | None:
    """Return which kind of admin page is being made, None for a page of another kind."""
    if "cl" in context:
        return Page.LIST
    if "deleted_objects" in context or "deletable_objects" in context:
        return Page.DELETE
    if context.get("add"):
        return Page.ADD
    return Page.CHANGE if context.get("change") else None


def has_preview(context: Any) -> bool:
    """Return whether this page says in a panel what saving does: its banners stand there."""
    opts = context.get("opts")
    return (
        opts is not None
        and opts.label in PREVIEWED_LABELS
        and page_of(context) in {Page.ADD, Page.CHANGE}
    )


def banners_of_page(context: Any) -> list[Banner]:
    """Return the rules that can fire on this page, for this user."""
    opts, page = context.get("opts"), page_of(context)
    if not opts or not page or _is_read_only(context, page):
        return []
    rules = [rule for rule in RULES if (opts.label, page) in rule.pages]
    return [_banner(rule, page, context) for rule in rules]


def banners_of_fields(context: Any) -> list[Banner]:
    """Return the rules that speak of this form's own fields, to stand beside them."""
    label, patient = context["opts"].label, context.get("original")
    beside = [rule for rule in RULES if label in rule.beside]
    others = [Banner(rule, "" if rule.id in RANKS else rule.banner) for rule in beside]
    others.sort(key=lambda banner: banner.rule.id in RANKS)
    last = others.pop()
    there = side_at(label).other
    other = f"{there.app}.Patient"
    if _is_read_only(context, Page.CHANGE):
        return [_to_read(context, last, there.place, other)]
    may_enter = may(context["user"], "change", other)
    to_do = "enter it there by hand" if may_enter else f"ask {WHO_HAS[other]} to enter it there"
    not_copied = f"Neither primary nor secondary is copied to {there.place}: {to_do}."
    last = replace(last, text=not_copied)  # of both ranks
    if may_enter and isinstance(patient, Person):
        url, button = patient_in_other_system(patient, way_back(context["request"]))
        last = replace(last, url=url, button=button)
    return [*others, last]


def _to_read(context: Any, banner: Banner, place: str, other: str) -> Banner:
    """Say on a page that is only read whom to ask, with the link to who is seen there, too."""
    label, user = context["opts"].label, context["user"]
    text = (
        f"Neither primary nor secondary is copied to {place}."
        f" Ask {WHO_HAS[label]} to change this patient."
    )
    if not may_see(user, other):
        return replace(banner, text=text)
    url, button = patient_in_other_system(context["original"], way_back(context["request"]))
    return replace(banner, text=text, url=url, button=button)


def _is_read_only(context: Any, page: Page) -> bool:
    """Return whether this is a record's page without a Save button."""
    return page is Page.CHANGE and context.get("has_change_permission") is False


def _banner(rule: Rule, page: Page, context: Any) -> Banner:
    if rule is PM_FIRST:
        return _pm_first(context)
    if rule is PM_COMPANY_EDITED and page is not Page.DELETE:
        return _company_edited(page, context)
    if page is Page.LIST:
        return Banner(rule, rule.on_lists or rule.banner)
    if page is Page.DELETE:
        if rule.when_deleting or context.get("protected"):
            return Banner(rule, rule.when_deleting or rule.banner)
        return _stays_behind(rule, context)
    if rule.orphaned and pair_on(context).state is PairState.ORPHAN:
        return Banner(rule, rule.orphaned, warns=True)
    return Banner(rule, rule.banner)


def _company_edited(page: Page, context: Any) -> Banner:
    """Say until when EHR names are stale: whoever may change plans has a button for them."""
    rule, user = PM_COMPANY_EDITED, context["user"]
    text = rule.on_lists if page is Page.LIST else rule.banner
    if may(user, "change", PLAN):
        text = text.replace("each plan is saved", "you bring them up to date")
    if page is Page.LIST or not may_see(user, PLAN):
        return Banner(rule, text)
    plans = list_url(InsurancePlan, company__id__exact=context["original"].pk)
    return Banner(rule, text, plans, "Show its plans")


def _stays_behind(rule: Rule, context: Any) -> Banner:
    """Warn of what a deletion leaves in the other list, by its name for those who may see it."""
    record = context.get("object")  # none where several are deleted
    sees = record and may_see_other_list(context["user"], record._meta.label)
    other = pair_of(record).counterpart_of(record) if sees else None
    if sees and other is None:
        there = side_of(record).other
        return Banner(rule, f"It has no {there.noun} in {there.place}: nothing is left there.")
    if other is None:
        return Banner(rule, rule.banner, warns=True)
    text = f"{rule.banner.removesuffix('.')}:"
    return Banner(rule, text, change_url(other._meta.label, other.pk), str(other), warns=True)


def _pm_first(context: Any) -> Banner:
    """Advise to go to PM, with a button for those who may do it there."""
    url, button, user = "", "", context["user"]
    plan = pair_on(context).plan if context.get("original") else None
    if plan and user.has_perm("pm.change_insuranceplan"):
        url, button = change_url(PLAN, plan.pk), "Edit its plan in PM"
    elif not plan and user.has_perm("pm.add_insuranceplan"):
        url, button = reverse("admin:pm_insuranceplan_add"), "Add a plan in PM"
    text = PM_FIRST.banner if button else f"{PM_FIRST.banner} Ask billing."
    return Banner(PM_FIRST, text, url, button)
