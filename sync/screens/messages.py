"""What a save did in the other list, as messages on the page that follows."""

from itertools import groupby
from operator import itemgetter

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ehr.models import Patient as EHRPatient
from kareo.records import Person
from pm.models import Patient as PMPatient
from sync.models import SyncEvent
from sync.rules import RULES_BY_ID
from sync.rules.decision import CREATED, NOT_PROPAGATED, fingerprint
from sync.rules.table import PM_COMPANY_EDITED
from sync.screens.urls import change_url, log_url, patient_in_other_system
from sync.screens.wording.events import effect_seen_by, warns, worth_telling

PATIENTS: dict[str, type[Person]] = {p._meta.label: p for p in (PMPatient, EHRPatient)}
# More than these are summed up, one line a rule.
MOST_MESSAGES = 5


def tell(request: HttpRequest, events: QuerySet[SyncEvent]) -> None:
    """Add a message for each of a batch's events, or one for each rule where they are many.

    And one where they aren't what the page said before the save.
    """
    # A tertiary policy has no rule, but somebody may take it for copied.
    worth = events.filter(~Q(rule="") | Q(source_model="pm.InsurancePolicy"))
    few = list(worth.order_by("pk")[: MOST_MESSAGES + 1])
    if len(few) <= MOST_MESSAGES:
        _tell_each(request, few)
    else:
        _sum_up(request, worth, batch=few[0].batch)
    _compare(request, events)


def _tell_each(request: HttpRequest, events: list[SyncEvent]) -> None:
    for event in worth_telling(events):
        text = format_html("{} {}", effect_seen_by(request.user, event), next_step(event))
        level = messages.WARNING if warns(event) else messages.SUCCESS
        messages.add_message(request, level, text, extra_tags=event.rule)


def _sum_up(request: HttpRequest, events: QuerySet[SyncEvent], batch: object) -> None:
    # As `warns` says.
    warned = Q(outcome=NOT_PROPAGATED) | (Q(outcome=CREATED) & ~Q(source_changes={}))
    counts = events.values_list("rule", "outcome").annotate(
        Count("pk"), warned=Count("pk", filter=warned)
    )
    for rule, rows in groupby(counts.order_by("rule", "outcome"), key=itemgetter(0)):
        outcomes = list(rows)
        text = format_html(
            '{}: {}. <a href="{}">See them in the sync log</a>.',
            RULES_BY_ID[rule].title if rule else "Other changes",
            ", ".join(
                f"{count} {SyncEvent.Outcome(outcome).label.lower()}"
                for _, outcome, count, _ in outcomes
            ),
            log_url(batch=batch, rule=rule or "none"),
        )
        level = messages.WARNING if any(row[3] for row in outcomes) else messages.SUCCESS
        messages.add_message(request, level, text, extra_tags=rule)


def _compare(request: HttpRequest, events: QuerySet[SyncEvent]) -> None:
    said = request.POST.get("_previewed")
    if said and (done := list(events)) and fingerprint(done) != said:
        messages.warning(
            request,
            "This is not what the page showed before you saved: someone else changed a record"
            " meanwhile. Check whether it is still what you want.",
        )


def next_step(event: SyncEvent) -> SafeString | str:
    """Return a link to where the user now does by hand what didn't cross over."""
    if event.rule == PM_COMPANY_EDITED.id and event.reason:
        url = change_url(event.source_model, event.source_id)
        return format_html('<a href="{}">Open the company</a>', url)
    concerned = [(event.source_model, event.source_id), (event.target_model, event.target_id)]
    for label, key in concerned if event.rule else []:
        if model := PATIENTS.get(label):
            patient = model._default_manager.filter(pk=key).first()
            link = patient_in_other_system(patient) if patient else None
            return format_html('<a href="{}">{}</a>', *link) if link else ""
    return ""
