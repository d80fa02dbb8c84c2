"""Write what was decided: records on the other side, links and events, in sets."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record, Refused, Unanswered
from kareo.records.acting import current_action
from kareo.records.asking.answers import record_key
from kareo.records.refusals import or_tell
from kareo.records.rows.writing import insert
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, OtherName, Patient
from sync.models import InsuranceLink, SyncEvent
from sync.propagation.flagging import flag
from sync.roles import may_see_other_list
from sync.rules import Cause, Decision, Outcome, decide
from sync.rules.decision import CREATED

logger = logging.getLogger(__name__)


class PropagationFailed(Refused):
    """Raised when the other side could not be written. Nothing was saved on either."""


def propagate(records: Sequence[Record], cause: Cause = Cause.SAVED) -> list[SyncEvent]:
    """Carry out the rules for `records` and return the events, in the caller's transaction.

    Raises Refused, in words for the user, where the records can't be saved so, and
    PropagationFailed where the other side can't be written: the caller's records are then not to
    be saved either.
    """
    try:
        decision = decide(records, cause, hold=True)
        refuse_unanswered(decision)
        return apply(decision)
    except Refused:
        raise
    except Exception as error:
        # Keys, not texts: a text may need a query, and the transaction is broken.
        keys = ", ".join(map(record_key, records[:10]))
        logger.exception("Propagating %d records failed: %s", len(records), keys)
        raise PropagationFailed(
            "Nothing was saved: the other list couldn't be written along with this one. Try again."
            f" {or_tell()}"
        ) from error


def refuse_unanswered(decision: Decision) -> None:
    """Refuse where a form's answers don't hold any more, now that nobody else can write.

    A question that its user hasn't seen has come up; or what was chosen in the other list, or the
    page had preset, can't be had, or not by that user.
    """
    for record in decision.added:
        if record.typed_by:
            record.refuse_unasked(decision.doubts(record))
    for outcome in decision.outcomes:
        source = outcome.source
        if outcome.makes_link and not outcome.takes_choice:
            if source.answers and source.answers.is_preset:
                raise Unanswered(
                    "Nothing was saved yet: what this page was going to link isn't the same any"
                    " more, or was linked meanwhile. See what Save will do now, and save again."
                )
            raise Unanswered(
                "Nothing was saved: what you chose in the other list is gone, was linked meanwhile,"
                " was changed, or has another address. See what Save will do now, and save again."
            )
        if (
            source.answers
            and source.answers.choice
            and source.typed_by
            and not may_see_other_list(source.typed_by, source._meta.label)
        ):
            raise Refused(
                "Nothing was saved: your role doesn't show you the other list, so you can't choose"
                " anything there."
            )


def apply(decision: Decision) -> list[SyncEvent]:
    """Write the targets, corrections, links and events of `decision`, and return the events."""
    outcomes = decision.outcomes
    with transaction.atomic(savepoint=False):
        _restore(outcomes)
        _create(outcomes)
        _update(outcomes)
        _remove(outcomes)
        if links := [o.link for o in outcomes if o.link and o.makes_link]:
            insert(links, "default")
        flag(outcomes)
        return _log(decision.events)


def _restore(outcomes: Sequence[Outcome]) -> None:
    """Store again, under their old keys, what was deleted; first end the links that go."""
    if ends := [o.link.pk for o in outcomes if o.link and o.ends_link]:
        InsuranceLink.objects.filter(pk__in=ends).delete()
    for model, records in _by_model(o.source for o in outcomes if o.restores).items():
        for record in records:
            record.stamp()
        insert(records, "default")
        if model is InsuranceCompany:
            OtherName.objects.follow(records)


def _remove(outcomes: Sequence[Outcome]) -> None:
    gone = _by_model(o.source for o in outcomes if o.removes)
    for model in sorted(gone, key=_ORDER.index, reverse=True):
        keys = [record.pk for record in gone[model]]
        # Django's own, which tells nobody: the decision has told all of it.
        QuerySet.delete(model._base_manager.filter(pk__in=keys))


def _by_model(records: Iterable[Any]) -> dict[Any, list[Any]]:
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record)
    return by_model


# Each after those that it refers to.
_ORDER: list[Any] = [
    InsuranceCompany,
    InsurancePlan,
    Insurance,
    Patient,
    EHRPatient,
    InsurancePolicy,
]


def _create(outcomes: Sequence[Outcome]) -> None:
    # Companies first: plans refer to them.
    for model in (InsuranceCompany, InsurancePlan, Insurance):
        new: list[Any] = [
            o.target for o in outcomes if o.kind == CREATED and isinstance(o.target, model)
        ]
        for record in new:
            record.stamp()  # whoever decided has derived them
        insert(new, "default")


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
            record.assign(values)
        model.objects.write_back([record for record, _ in records.values()], fields)


def _log(events: list[SyncEvent]) -> list[SyncEvent]:
    action, now = current_action(), timezone.now()
    for event in events:
        event.actor, event.batch, event.created_at = action.actor, action.batch, now
    insert(events, "default")
    return events
