"""What the first page and the bar on top show of sync."""

import datetime
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django import template
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kareo.site import APP_ORDER
from sync.drift import MOST_COUNTED, PARAMETER, QUESTIONS, Question, questions_on
from sync.models import SyncEvent
from sync.sight import may_see
from sync.worklist import SEES

register = template.Library()

# Among a million plans a question takes seconds. Such an answer is kept for a while, and says when
# it was found, until its user saves something; what is answered at once is always asked anew.
SLOW = 0.5  # seconds
KEPT = 300  # seconds


@dataclass(frozen=True, slots=True)
class Counted:
    """A question with its answer."""

    question: Question
    count: int
    counted_at: datetime.datetime | None = None  # where the answer was kept

    @property
    def shown(self) -> str:
        """The number; of very many, that it is more."""
        return f"{MOST_COUNTED:,}+" if self.count > MOST_COUNTED else f"{self.count:,}"


@register.simple_tag
def drift_counts(user: AbstractUser | AnonymousUser) -> list[Counted]:
    """Return the counts that `user` may see, one query each; what waits for somebody first."""
    own = SyncEvent.objects.filter(actor=user.get_username()).values_list("pk", flat=True).first()
    counts = [_counted(asked, own or 0) for asked in QUESTIONS if asked.shown_to(user)]
    return sorted(counts, key=lambda counted: not counted.count)


def _counted(question: Question, last_event: int) -> Counted:
    key = f"sync.drift.{question.id}.{last_event}"
    if kept := cache.get(key):
        return Counted(question, *kept)
    started = monotonic()
    count = question.count()
    if monotonic() - started > SLOW:
        cache.set(key, (count, timezone.now()), KEPT)
    return Counted(question, count)


@register.simple_tag(takes_context=True)
def worklist_link(context: Any) -> SafeString | str:
    """Return the link to the secondary worklist for the bar, nothing for who may not see it."""
    request = context.get("request")
    if request is None or not may_see(request.user, *SEES):
        return ""
    url = reverse("sync:secondary_worklist")
    here = mark_safe(' aria-current="true"') if request.path == url else ""
    return format_html('<a href="{}"{}>Secondary worklist</a>', url, here)


@register.simple_tag(takes_context=True)
def list_advice(context: Any) -> SafeString | str:
    """Say on a list that shows the answer to a question what to do with the records there."""
    request, shown = context.get("request"), context.get("cl")
    if request is None or shown is None:
        return ""
    wanted = request.GET.get(PARAMETER)
    for asked in questions_on(shown.model, request.user):
        if asked.id == wanted:
            return format_html(
                '<p class="rule-banner" data-drift="{}"><span aria-hidden="true">☑</span>'
                "<span><strong>{}.</strong> {}</span></p>",
                asked.id,
                asked.title,
                asked.advice,
            )
    return ""


@register.filter
def daily(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the apps that the work is done in."""
    return [app for app in app_list if app["app_label"] in APP_ORDER]


@register.filter
def occasional(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the other apps: users, groups and refused logins."""
    return [app for app in app_list if app["app_label"] not in APP_ORDER]
