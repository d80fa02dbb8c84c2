"""Write what was decided: records on the other side, links and events, in sets.

Set writes send no signals, so nothing echoes back.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ehr.models import Insurance
from kareo.actions import current_action
from kareo.querysets import set_values
from kareo.records import Record
from kareo.saving import Refused, StaleRecord, locking
from pm.models import InsuranceCompany, InsurancePlan
from sync.decide import CREATED, Happened, Outcome, decide
from sync.likeness import token_of
from sync.locks import lock_addresses
from sync.models import InsuranceLink, SyncEvent
from sync.sight import may_see_other_list

logger = logging.getLogger(__name__)


class PropagationFailed(Refused):
    """Raised when the other side could not be written. Nothing was saved on either."""


def propagate(records: Sequence[Record], happened: Happened = Happened.SAVED) -> list[SyncEvent]:
    """Carry out the rules for `records` and return the events, in the caller's transaction.

    Raises PropagationFailed, in words for the user, where that fails: the caller's records are
    then not to be saved either.
    """
    try:
        outcomes = decide(records, happened)
        refuse_unheeded(outcomes)
        return apply(outcomes)
    except Refused:
        raise
    except Exception as error:
        # Keys, not texts: a text may need a query, and the transaction is broken.
        keys = [f"{record._meta.label} {record.pk}" for record in records]
        logger.exception("Propagating %s failed", ", ".join(keys))
        raise PropagationFailed(
            "Nothing was saved: the other list could not be written along with this one. Try"
            " again. If it happens again, tell your administrator: the server's log says why."
        ) from error


def refuse_unheeded(outcomes: Sequence[Outcome]) -> None:
    """Refuse where what a user picked on the other side can't be had, or not by that user."""
    for outcome in outcomes:
        source, asked = outcome.source, outcome.source.asked
        if outcome.linking and not outcome.heeds_choice:
            raise Refused(
                "Nothing was saved: what was chosen on the other side is no longer there, has got a"
                " counterpart, or has another address. See what is there now, and save again."
            )
        if source.chosen and asked and not may_see_other_list(asked.user, source._meta.label):
            raise Refused(
                "Nothing was saved: your role doesn't show you the other list, so nothing can be"
                " chosen there."
            )


def repair(
    model: type[InsurancePlan] | type[Insurance],
    pks: Iterable[int],
    *,
    linked: bool | None = None,
) -> list[SyncEvent]:
    """Put the pairs of these plans or insurances right, and return the events.

    A linked insurance takes its plan's values; an orphan is sent as if it were added. `linked`
    leaves out the orphans, or where it is False the pairs: somebody may just have deleted or linked
    a counterpart.
    """
    keys = list(pks)
    with transaction.atomic():
        records: list[Any] = list(model._default_manager.filter(pk__in=keys))
        if model is Insurance:
            # First of all, as in a save: an orphan will look for a company at its address.
            orphans = Insurance.objects.filter(pk__in=keys, link=None)
            addresses = set(orphans.values_list("address_key", flat=True))
            if addresses:
                lock_addresses("default", addresses)
        locking.send(sender=model, records=records, deleting=False, using="default")
        stored: list[Any] = model.objects.lock_and_read(keys)
        side = "plan_id" if model is InsurancePlan else "insurance_id"
        links = InsuranceLink.objects.filter(**{f"{side}__in": keys})
        if linked is not None:
            pairs = set(links.values_list(side, flat=True))
            stored = [record for record in stored if (record.pk in pairs) is linked]
        if model is Insurance:
            wanted = links.filter(insurance__in=[record.pk for record in stored])
            plans = dict(wanted.values_list("insurance_id", "plan_id"))
            stored = [record for record in stored if record.pk not in plans]
            if not {record.address_key for record in stored} <= addresses:
                raise StaleRecord(
                    "An insurance was changed by someone else meanwhile. Nothing was saved. Try"
                    " again."
                )
            stored += InsurancePlan.objects.lock_and_read(plans.values())
        return propagate(stored, Happened.REPAIRED)


def join(orphan: InsurancePlan | Insurance, other: int) -> list[SyncEvent]:
    """Link `orphan` with the orphan on the other side whose key is `other`, and return the events.

    The insurance takes its plan's values. Raises Refused where one of them is no orphan any more.
    """
    keys = (orphan.pk, other) if isinstance(orphan, InsurancePlan) else (other, orphan.pk)
    with transaction.atomic():
        # The plan first, always: two people may choose the same counterpart.
        plans = InsurancePlan.objects.lock_and_read(keys[:1])
        insurances = Insurance.objects.lock_and_read(keys[1:])
        taken = InsuranceLink.objects.filter(Q(plan=keys[0]) | Q(insurance=keys[1]))
        if not plans or not insurances or taken.exists():
            raise Refused(
                "Nothing was linked: one of the two was deleted, or linked with another, meanwhile."
                " Load the page again to see what is there now."
            )
        plans[0].chosen = token_of(insurances[0])
        return propagate(plans, Happened.REPAIRED)


def apply(outcomes: Sequence[Outcome]) -> list[SyncEvent]:
    """Write the targets, corrections, links and events of `outcomes`, and return the events."""
    with transaction.atomic(savepoint=False):
        _create(outcomes)
        _update(outcomes)
        _link(outcomes)
        return _log(outcomes)


def _create(outcomes: Sequence[Outcome]) -> None:
    # Companies first: plans refer to them.
    for model in (InsuranceCompany, InsurancePlan, Insurance):
        new = [o.target for o in outcomes if o.outcome == CREATED and isinstance(o.target, model)]
        if new:
            model.objects.bulk_create(new)


def _update(outcomes: Sequence[Outcome]) -> None:
    writes: dict[type[Record], dict[int, tuple[Record, dict[str, Any]]]] = defaultdict(dict)
    for outcome in outcomes:
        for record, values in outcome.written():
            _, others = writes[type(record)].get(id(record), (record, {}))
            writes[type(record)][id(record)] = (record, {**others, **values})
    for model, records in writes.items():
        fields: dict[str, None] = {}
        for record, values in records.values():
            fields.update(dict.fromkeys(values))
            set_values(record, values)
        model.objects.write([record for record, _ in records.values()], fields)


def _link(outcomes: Sequence[Outcome]) -> None:
    links = []
    for outcome in outcomes:
        if outcome.linking:
            pair: list[Any] = [outcome.source, outcome.target]
            plan, insurance = pair if isinstance(outcome.source, InsurancePlan) else pair[::-1]
            links.append(InsuranceLink(plan=plan, insurance=insurance))
    if links:
        InsuranceLink.objects.bulk_create(links)


def _log(outcomes: Sequence[Outcome]) -> list[SyncEvent]:
    action, now = current_action(), timezone.now()
    events = [event_of(outcome) for outcome in outcomes]
    for event in events:
        event.actor, event.batch, event.created_at = action.actor, action.batch, now
    return SyncEvent.objects.bulk_create(events) if events else []


def event_of(outcome: Outcome) -> SyncEvent:
    """Return the log's entry for `outcome`, unsaved: a preview says the same words."""
    source, target = outcome.source, outcome.target
    event = SyncEvent(
        rule=outcome.rule.id if outcome.rule else "",
        outcome=outcome.outcome,
        source_model=source._meta.label,
        source_id=source.pk,
        source_text=str(source),
        source_changes=outcome.source_changes | outcome.corrections,
        changes=outcome.changes,
        note=outcome.note,
    )
    if target:
        event.target_model, event.target_id = target._meta.label, target.pk
        event.target_text = str(target)
    return event
