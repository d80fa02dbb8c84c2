"""What the first page and the bar on top show of sync."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kareo.site import APP_ORDER
from sync.drift import MOST_COUNTED, QUESTIONS, Question
from sync.worklist import may_see

register = template.Library()


@dataclass(frozen=True, slots=True)
class Counted:
    """A question with its answer."""

    question: Question
    count: int

    @property
    def shown(self) -> str:
        """The number; of very many, that it is more."""
        return f"{MOST_COUNTED:,}+" if self.count > MOST_COUNTED else f"{self.count:,}"


@register.simple_tag
def drift_counts(user: AbstractUser | AnonymousUser) -> list[Counted]:
    """Return the counts that `user` may see, each in one query; what waits for somebody first."""
    counts = [Counted(asked, asked.count()) for asked in QUESTIONS if asked.shown_to(user)]
    return sorted(counts, key=lambda counted: not counted.count)


@register.simple_tag(takes_context=True)
def worklist_link(context: Any) -> SafeString | str:
    """Return the link to the secondary worklist for the bar, nothing for who may not see it."""
    request = context.get("request")
    if request is None or not may_see(request.user):
        return ""
    url = reverse("sync:secondary_worklist")
    here = mark_safe(' aria-current="true"') if request.path == url else ""
    return format_html('<a href="{}"{}>Secondary worklist</a>', url, here)


@register.filter
def daily(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the apps that the work is done in."""
    return [app for app in app_list if app["app_label"] in APP_ORDER]


@register.filter
def occasional(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the other apps: users, groups and refused logins."""
    return [app for app in app_list if app["app_label"] not in APP_ORDER]
