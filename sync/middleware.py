"""After a save, say what it did in the other list."""

from collections.abc import Callable
from itertools import groupby
from operator import itemgetter

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ehr.models import Patient as EHRPatient
from kareo.actions import current_action
from kareo.people import Person
from pm.models import Patient as PMPatient
from sync import rules
from sync.foretell import fingerprint
from sync.links import change_url, log_url
from sync.models import SyncEvent
from sync.people import link_elsewhere
from sync.rules import RULES_BY_ID
from sync.wording import effect_seen_by, warns, worth_telling

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
            # A tertiary policy has no rule, but somebody may take it for copied.
            told = ~Q(rule="") | Q(source_model="pm.InsurancePolicy")
            events = SyncEvent.objects.filter(batch=current_action().batch)
            tell(request, events.filter(told))
            compare(request, events)
        return response


def tell(request: HttpRequest, events: QuerySet[SyncEvent]) -> None:
    """Add a message for each event, or one for each rule where they are many."""
    few = list(events.order_by("pk")[: MOST_MESSAGES + 1])
    if len(few) <= MOST_MESSAGES:
        for event in worth_telling(few):
            text = format_html("{} {}", effect_seen_by(request.user, event), way_on(event))
            level = level_of(event.outcome, bool(event.source_changes))
            messages.add_message(request, level, text, extra_tags=event.rule)
        return
    corrected = Count("pk", filter=~Q(source_changes={}))
    counts = events.values_list("rule", "outcome").annotate(Count("pk"), corrected=corrected)
    for rule, rows in groupby(counts.order_by("rule", "outcome"), key=itemgetter(0)):
        outcomes = list(rows)
        text = format_html(
            '{} records: {} – {}. <a href="{}">See them in the sync log</a>.',
            sum(count for _, _, count, _ in outcomes),
            RULES_BY_ID[rule].when if rule else "saved",
            ", ".join(
                f"{count} {SyncEvent.Outcome(outcome).label.lower()}"
                for _, outcome, count, _ in outcomes
            ),
            log_url(batch=few[0].batch, rule=rule or "none"),
        )
        level = max(level_of(outcome, bool(changed)) for _, outcome, _, changed in outcomes)
        messages.add_message(request, level, text, extra_tags=rule)


def compare(request: HttpRequest, events: QuerySet[SyncEvent]) -> None:
    """Say so where a save did something else than its page had said it would."""
    said = request.POST.get("_previewed")
    if said and (done := list(events)) and fingerprint(done) != said:
        messages.warning(
            request,
            "This is not what the page showed before you saved: someone else changed a record"
            " meanwhile. Check whether it is still what you want.",
        )


def level_of(outcome: str, corrected: bool) -> int:
    return messages.WARNING if warns(outcome, corrected) else messages.SUCCESS


def way_on(event: SyncEvent) -> SafeString | str:
    """Return a link to where the user now does by hand what did not cross over."""
    if event.rule == rules.PM_COMPANY_EDITED.id and event.note:
        url = change_url(event.source_model, event.source_id)
        return format_html('<a href="{}">Open the company</a>', url)
    if event.source_model == "ehr.Patient":
        patient: Person | None = EHRPatient.objects.filter(pk=event.source_id).first()
    elif event.source_model == "pm.InsurancePolicy" and event.rule:
        patient = PMPatient.objects.filter(pk=event.target_id or 0).first()
    else:
        return ""
    return link_elsewhere(patient) if patient else ""
