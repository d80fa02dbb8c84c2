"""After a save, say what it did in the other list."""

from collections import Counter
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from kareo.actions import current_action
from sync.links import log_url
from sync.models import SyncEvent
from sync.rules import RULES_BY_ID
from sync.wording import effect

# More than these are summed up, one line a rule.
MOST_MESSAGES = 5


class EffectMiddleware:
    """Adds messages read from the events of this request's batch.

    Stored events are asked, not remembered ones: what was rolled back claims nothing. A pop-up
    closes on save, and its messages would show on some later page; it says beforehand what a save
    does, and the log has it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            request.method == "POST"
            and request.user.is_authenticated
            and IS_POPUP_VAR not in request.POST
        ):
            events = SyncEvent.objects.filter(batch=current_action().batch).exclude(rule="")
            tell(request, list(events.order_by("pk")))
        return response


def tell(request: HttpRequest, events: Sequence[SyncEvent]) -> None:
    """Add a message for each event, or one for each rule where they are many."""
    if len(events) <= MOST_MESSAGES:
        for event in events:
            messages.add_message(request, level_of([event]), effect(event), extra_tags=event.rule)
        return
    for rule, count in Counter(event.rule for event in events).items():
        of_rule = [event for event in events if event.rule == rule]
        outcomes = Counter(event.get_outcome_display().lower() for event in of_rule)
        text = format_html(
            '{} records: {} – {}. <a href="{}">See them in the sync log</a>.',
            count,
            RULES_BY_ID[rule].when,
            ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items()),
            log_url(batch=of_rule[0].batch, rule=rule),
        )
        messages.add_message(request, level_of(of_rule), text, extra_tags=rule)


def level_of(events: Sequence[SyncEvent]) -> int:
    """Warn where nothing crossed over, or what was typed was not what was saved."""
    warn = any(
        event.outcome == SyncEvent.Outcome.NOT_PROPAGATED
        or (event.outcome == SyncEvent.Outcome.CREATED and event.source_changes)
        for event in events
    )
    return messages.WARNING if warn else messages.SUCCESS
