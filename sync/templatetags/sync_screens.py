"""What sync shows on the pages of PM and the EHR, which know nothing of it."""

from typing import Any

from django import template
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from kareo.records import Person, Record
from kareo.records.asking.answers import record_key
from kareo.site import APP_ORDER
from sync.models import SyncEvent
from sync.pairs.sides import SIDES
from sync.roles import may_see
from sync.rules.undoing import Batch
from sync.screens import cards, home, worklist
from sync.screens import who_has as patients
from sync.screens.banners import banners_of_fields, banners_of_page, has_preview
from sync.screens.lists import advice_on
from sync.screens.log import provenance, sentences
from sync.screens.log.recent import recent_actions
from sync.screens.preview.making import preview
from sync.screens.preview.sending import ASKED, sending
from sync.screens.search.nothing_found import found_by, nothing_found
from sync.screens.urls import log_url, record_link, same_patients
from sync.screens.wording import events as wording
from sync.screens.wording.namesakes import tell_apart
from sync.screens.wording.records import changes_in_words

register = template.Library()

MOST_NAMED = 20  # patients who stay, of many that are deleted at once


@register.inclusion_tag("sync/banners.html", takes_context=True)
def rule_banners(context: Any) -> dict[str, Any]:
    """Show the rules that can fire on this page, for this user, unless its preview shows them."""
    return {"banners": [] if has_preview(context) else banners_of_page(context)}


@register.simple_tag(takes_context=True)
def patients_that_stay(context: Any) -> SafeString:
    """Say that to delete patients leaves the other list's, to whoever may see those."""
    deleted = context["queryset"] if "queryset" in context else [context["object"]]
    if not deleted or not isinstance(deleted[0], Person):
        return SafeString()
    other, found = same_patients(deleted)
    if not found or not may_see(context["user"], other._meta.label):
        return SafeString()
    where = capfirst(SIDES[other._meta.app_label].place)
    links = [record_link(other._meta.label, each.pk, str(each)) for each in found[:MOST_NAMED]]
    if (more := len(found) - MOST_NAMED) > 0:
        links.append(format_html("{} more", more))
    stay = "patient stays" if len(found) == 1 else "patients stay"
    named = format_html_join(", ", "{}", ((link,) for link in links))
    return format_html("<p>{}'s {}: {}</p>", where, stay, named)


@register.inclusion_tag("sync/banners.html", takes_context=True)
def field_banners(context: Any) -> dict[str, Any]:
    """Show the rules that speak of this form's own fields, beside them."""
    return {"banners": banners_of_fields(context)}


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
    return {
        "url": url,
        "banners": banners_of_page(context),
        "preview": told,
        "is_question": told is not None and told.can_be_saved,
    }


@register.inclusion_tag("sync/counterpart.html", takes_context=True)
def counterpart_card(context: Any) -> dict[str, Any]:
    """Show the record on the other side of a plan or insurance, and what puts the pair right.

    Of an orphan that may be sent, also what that will do.
    """
    card = cards.counterpart_card(context)
    if card["may_repair"] and card["may_see"] and not card["other"]:
        card["sends"] = sending(context["original"], context["user"])
        card["asked"] = context["request"].GET.get(ASKED, "")
    return {**card, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("sync/stale_names.html", takes_context=True)
def stale_names_card(context: Any) -> dict[str, Any]:
    """Show how many EHR names show an old name of this company, and the button for them."""
    return {**cards.stale_names_card(context), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("sync/to_complete.html", takes_context=True)
def to_complete_card(context: Any) -> dict[str, Any]:
    """Show why billing is to complete this company, and how."""
    return cards.to_complete_card(context)


@register.inclusion_tag("sync/look_alikes.html", takes_context=True)
def look_alikes_card(context: Any) -> dict[str, Any]:
    """Show the companies that may be this one, each with a button that says that it isn't."""
    return {**cards.look_alikes_card(context), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("sync/who_has.html", takes_context=True)
def who_has(context: Any) -> dict[str, Any]:
    """Show how many patients on each side have this record, with a link to them."""
    return patients.who_has(context)


@register.simple_tag
def along_with(companies: Any, user: Any) -> str:
    """Say what is deactivated along with these companies, and who has it."""
    return patients.along_with(companies, user)


@register.simple_tag
def record_history(
    record: Record, user: AbstractUser | AnonymousUser, most: int = 100
) -> list[SyncEvent]:
    """Return the newest events that `record` caused, that wrote it or that concern it."""
    events = SyncEvent.objects.about(record)[:most]
    return tell_apart(user, sentences.added_first(events, newest_first=True))


@register.simple_tag
def record_log_url(record: Record) -> str:
    """Return the URL of all that the log has of this record."""
    return log_url(about=record_key(record))


@register.filter
def own_changes(event: SyncEvent) -> list[str]:
    """Return what changed on the record that was saved, one line a field."""
    return changes_in_words(event.source_model, event.source_changes)


register.simple_tag(recent_actions)
register.simple_tag(home.counts_for, name="finding_counts")
register.simple_tag(home.drift_report_for, name="drift_report")
register.filter(home.drift_in_words)
register.filter(wording.rule_title)
register.filter("in_words", wording.effect_in_history)
register.filter("in_short", sentences.effect_in_short)
register.filter(sentences.done)
register.filter(sentences.moment)


@register.simple_tag(takes_context=True)
def worklist_link(context: Any) -> SafeString | str:
    """Return the link to the coverage worklist for the bar."""
    request = context.get("request")
    return worklist.worklist_link(request) if request else ""


@register.simple_tag(takes_context=True)
def list_advice(context: Any) -> SafeString | str:
    """Say on a list what to do with what it is narrowed to, or what to try to find something."""
    shown = context.get("cl")
    if not shown:
        return ""
    if nothing := nothing_found(shown, context["request"]):
        return nothing
    return format_html(
        "{}{}", found_by(shown, context["request"]), advice_on(shown, context["user"])
    )


@register.filter
def occasional(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the other apps: users, roles, sign-in attempts and the access log."""
    return [app for app in app_list if app["app_label"] not in APP_ORDER]


@register.simple_tag
def undone_by(event: SyncEvent) -> SyncEvent | None:
    """Return the first event of what took back what this one tells of; None where nothing did."""
    return Batch([event]).is_undone_by


@register.simple_tag(takes_context=True)
def why_here(context: Any) -> SafeString:
    """Say why the record of the page is here."""
    return provenance.why_here(context.get("original"), context["user"])
