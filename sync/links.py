"""Where a record and its log are found."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

# Policies are edited on their patient's page and have none of their own.
WITHOUT_PAGE = frozenset({"pm.InsurancePolicy"})


def change_url(model_label: str, pk: int) -> str:
    """Return the address of a record's admin page."""
    return reverse(f"admin:{model_label.lower().replace('.', '_')}_change", args=[pk])


def record_link(model_label: str, pk: int | None, text: str) -> SafeString:
    """Return `text` as a link to the record, or plain where it has no page."""
    if not model_label or pk is None or model_label in WITHOUT_PAGE:
        return format_html("{}", text)
    return format_html('<a href="{}">{}</a>', change_url(model_label, pk), text)


def plans_url(company: int) -> str:
    """Return the address of the list of a company's plans."""
    query = urlencode({"company__id__exact": company})
    return f"{reverse('admin:pm_insuranceplan_changelist')}?{query}"


def log_url(**filters: object) -> str:
    """Return the address of the sync log, filtered."""
    return f"{reverse('admin:sync_syncevent_changelist')}?{urlencode(filters)}"
