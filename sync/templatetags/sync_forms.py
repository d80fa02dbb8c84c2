"""What sync shows on the forms of companies, plans and insurances: preview and cards."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.text import capfirst

from pm.models import InsuranceCompany, InsurancePlan
from sync import candidates, drift, rules
from sync.links import change_url, log_url
from sync.models import SyncEvent
from sync.pairs import Pair, pair_of
from sync.preview import preview
from sync.sight import may_see, may_see_other_list
from sync.translation import PLAN_TO_INSURANCE, as_insurance
from sync.wording import effect, field_name, record_kind

register = template.Library()


@register.inclusion_tag("sync/preview_panel.html", takes_context=True)
def preview_panel(context: Any) -> dict[str, Any]:
    """Show where the preview goes; filled in already where an added record comes back unsaved."""
    opts, record = context["opts"], context.get("original")
    may_save = "has_change_permission" if record else "has_add_permission"
    if not context.get(may_save):
        return {}
    key = [record.pk] if record else []
    told = None
    form = context["adminform"].form
    if form.is_bound and not record:  # so that a question about it can be answered without scripts
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        told = preview(form, formsets, None, context["user"])
    # Nothing is wrong, so it was a question that brought the page back.
    asked = told is not None and not told.missing and not told.problems
    url = reverse("sync:preview", args=[opts.model_name, *key])
    return {"url": url, "preview": told, "asked": asked}


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a pair, as both sides have it."""

    name: str
    plan: Any
    insurance: Any
    differs: bool


@register.inclusion_tag("sync/counterpart.html", takes_context=True)
def counterpart_card(context: Any) -> dict[str, Any]:
    """Show the record on the other side of a plan or insurance, and what puts the pair right."""
    record: Any = context["original"]
    pair = pair_of(record)
    other = pair.insurance if isinstance(record, InsurancePlan) else pair.plan
    name, label = str(record._meta.model_name), record._meta.label
    may_repair = context["user"].has_perm(f"{record._meta.app_label}.change_{name}")
    seen = may_see_other_list(context["user"], label)
    last = SyncEvent.objects.about(record).exclude(rule="").first()
    return {
        "pair": pair,
        "other": other,
        "may_see": seen,
        "kind": record_kind(other._meta.label) if other else "",
        "url": change_url(other._meta.label, other.pk) if other else "",
        "rows": side_by_side(pair),
        "last": last,
        "last_effect": effect(last) if last else "",
        "log": log_url(about=f"{label}:{record.pk}"),
        "candidates": candidates.likely(record) if may_repair and seen and not other else [],
        "may_repair": may_repair,
        "repair_url": reverse("sync:repair", args=[name, record.pk]),
        "link_url": reverse("sync:link", args=[name, record.pk]),
        "csrf_token": context.get("csrf_token"),
    }


def side_by_side(pair: Pair) -> list[Row]:
    """Return what the two sides of a pair have in each field that crosses over."""
    if not pair.plan or not pair.insurance:
        return []
    values = as_insurance(pair.plan, pair.plan.company.name)
    rows = []
    for name in ("company_name", *PLAN_TO_INSURANCE.values()):
        label = capfirst(field_name(rules.INSURANCE, name))
        plan, insurance = _shown(values[name]), _shown(getattr(pair.insurance, name))
        rows.append(Row(label, plan, insurance, name in pair.changes))
    return rows


def _shown(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


@register.inclusion_tag("sync/stale_names.html", takes_context=True)
def stale_names_card(context: Any) -> dict[str, Any]:
    """Show how many EHR names show an old name of this company, and the button that cures them."""
    company: InsuranceCompany = context["original"]
    if not may_see(context["user"], rules.PLAN, rules.INSURANCE):
        return {}
    old_names = drift.old_names(company)
    return {
        "old_names": old_names[:3],
        "count": sum(shown for _name, shown in old_names),
        "may_repair": context["user"].has_perm("pm.change_insuranceplan"),
        "repair_url": reverse("sync:repair_company", args=[company.pk]),
        "csrf_token": context.get("csrf_token"),
    }
