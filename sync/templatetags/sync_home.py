"""What the first page and the bar on top show of sync."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from kareo.site import APP_ORDER
from sync.screens import home, worklist
from sync.screens.lists import advice_on

register = template.Library()

register.simple_tag(home.counts_for, name="finding_counts")


@register.simple_tag(takes_context=True)
def worklist_link(context: Any) -> SafeString | str:
    """Return the link to the secondary worklist for the bar."""
    request = context.get("request")
    return worklist.worklist_link(request) if request else ""


@register.simple_tag(takes_context=True)
def list_advice(context: Any) -> SafeString | str:
    """Say on a list that is narrowed to a finding what to do with the records there."""
    request, shown = context.get("request"), context.get("cl")
    return advice_on(request, shown.model) if request and shown else ""


@register.filter
def daily(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the apps that the work is done in."""
    return [app for app in app_list if app["app_label"] in APP_ORDER]


@register.filter
def occasional(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the other apps: users, groups and refused logins."""
    return [app for app in app_list if app["app_label"] not in APP_ORDER]
