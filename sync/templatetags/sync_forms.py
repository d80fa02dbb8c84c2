"""What sync shows on the forms of companies, plans and insurances: preview and cards."""

from typing import Any

from django import template
from django.urls import reverse

from sync.screens import cards
from sync.screens.preview import preview

register = template.Library()


@register.inclusion_tag("sync/preview_panel.html", takes_context=True)
def preview_panel(context: Any) -> dict[str, Any]:
    """Show where the preview goes; filled in already where an added record comes back unsaved."""
    opts, record = context["opts"], context.get("original")
    may_save = "has_change_permission" if record else "has_add_permission"
    if not context.get(may_save):
        return {}
    told, form = None, context["adminform"].form
    if form.is_bound and not record:  # so that a question about it can be answered without scripts
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        told = preview(form, formsets, None, context["user"])
    url = reverse("sync:preview", args=[opts.model_name, *([record.pk] if record else [])])
    # Nothing is wrong, so it was a question that brought the page back.
    return {"url": url, "preview": told, "asked": told is not None and told.can_be_saved}


@register.inclusion_tag("sync/counterpart.html", takes_context=True)
def counterpart_card(context: Any) -> dict[str, Any]:
    """Show the record on the other side of a plan or insurance, and what puts the pair right."""
    card = cards.counterpart_card(context["original"], context["user"])
    return {**card, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("sync/stale_names.html", takes_context=True)
def stale_names_card(context: Any) -> dict[str, Any]:
    """Show how many EHR names show an old name of this company, and the button for them."""
    card = cards.stale_names_card(context["original"], context["user"])
    return {**card, "csrf_token": context.get("csrf_token")}
