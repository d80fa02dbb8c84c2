"""Fill in admin pages as a browser would: every field that the page shows is sent back."""

import re
from typing import Any

from django.forms import MultiWidget
from django.test import Client
from django.urls import reverse

from kareo.pages.sending.once import PAGE
from sync.matching.companies import Match
from sync.models import SyncEvent
from sync.rules.decision import Outcome
from sync.rules.reasons import of_match
from sync.screens.wording.reasons import reason_in_words


def change_url(record: Any) -> str:
    """Return the URL of the record's admin page."""
    return reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_change", args=[record.pk])


def page_url(model: str, pk: int | None = None) -> str:
    """Return the URL of the admin page that adds a `model`, or that changes the one with `pk`."""
    app = "ehr" if model == "insurance" else "pm"
    return reverse(f"admin:{app}_{model}_{'change' if pk else 'add'}", args=[pk] if pk else [])


def link_url(record: Any) -> str:
    """Return the URL of the page where the record's counterpart is chosen."""
    return reverse("sync:link", args=[record._meta.model_name, record.pk])


def shown_values(form: Any) -> dict[str, Any]:
    """Return what a browser would send for `form` if nothing were typed."""
    values: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if bound.field.disabled or value is None or value is False:
            continue
        if isinstance(bound.field.widget, MultiWidget):
            parts: Any = bound.field.widget.decompress(value)
            values |= {f"{bound.html_name}_{number}": part for number, part in enumerate(parts)}
        else:
            values[bound.html_name] = "on" if value is True else value
    return values


def page_values(response: Any) -> dict[str, Any]:
    """Return what a browser would send for a whole admin page."""
    values = shown_values(response.context["adminform"].form) | page_id_of(response)
    for inline in response.context["inline_admin_formsets"]:
        values |= shown_values(inline.formset.management_form)
        for form in inline.formset.forms:
            values |= shown_values(form)
    return values


def page_id_of(response: Any) -> dict[str, Any]:
    """Return the id that the page has in each of its forms, under the name of its field."""
    found = re.search(f'name="{PAGE}" value="([^"]+)"', response.text)
    return {PAGE: found[1]} if found else {}


def submit(client: Client, url: str, page: Any = None, **typed: Any) -> Any:
    """Load the page at `url` (or take `page`, loaded earlier), type, and press Save."""
    values = page_values(page or client.get(url)) | typed
    return client.post(url, {key: value for key, value in values.items() if value is not None})


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return {field: messages} of a refused page; what is about no field under `__all__`."""
    return dict(response.context["adminform"].form.errors)


def messages_of(response: Any) -> list[str]:
    """Return the messages of the page that follows, tags and entities taken out."""
    return [str(message) for message in response.context["messages"]]


def why(decided: Any) -> str:
    """Return the reason of an event, an outcome or a match, as people read it."""
    if isinstance(decided, Match):
        return reason_in_words(of_match(decided), "ehr.Insurance")
    label = decided.source_model if isinstance(decided, SyncEvent) else decided.source._meta.label
    return reason_in_words(decided.reason, label) if decided.reason else ""


def rule_of(outcome: Outcome) -> str:
    """Return the id of the rule that decided; there must be one."""
    assert outcome.rule is not None
    return outcome.rule.id
