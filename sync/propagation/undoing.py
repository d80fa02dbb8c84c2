"""Take back what was done at once, in both lists: `batch-undone`."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kareo.records import Record, Refused
from kareo.records.commits import whole
from pm.constraints import ONE_POLICY_PER_RANK
from pm.models import InsuranceCompany
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.sides import EHR, PM
from sync.propagation.flagging import flag_anew
from sync.propagation.locks import lock_addresses, lock_links, lock_links_of_companies
from sync.propagation.moving import NotAsShown
from sync.propagation.writing import apply
from sync.rules import Decision
from sync.rules.undoing import Batch, Undoing, undo_batch

COMPANY, PLAN, INSURANCE = "pm.InsuranceCompany", "pm.InsurancePlan", "ehr.Insurance"


def undoing(batch: UUID) -> Undoing:
    """Return what taking this batch back does; reads only. Raises Refused."""
    return undo_batch(_found(batch), list)


def undo(batch: UUID, shown: str, *, rest: bool = False) -> list[SyncEvent]:
    """Take this batch back, and return the events.

    Raises NotAsShown unless that is the decision whose fingerprint was `shown`; and Refused where
    there is nothing to take back, or some of it can't be: with `rest` all else is.
    """
    return whole(partial(_undo, batch, shown, rest))


def _undo(key: UUID, shown: str, rest: bool) -> list[SyncEvent]:
    with transaction.atomic():
        batch = _found(key)
        _lock(batch)
        done = undo_batch(_found(key), _locked)
        if done.decision.fingerprint != shown:
            raise NotAsShown("undone", "Undo")
        if done.refused and not rest:
            raise Refused(
                "Nothing was undone: some of it can't be. Look at what stays as it is, and choose"
                " to undo the rest."
            )
        if not done.decision.outcomes:
            raise Refused("Nothing was undone: nothing of it is left to be undone.")
        with ONE_POLICY_PER_RANK.waiting("default"):
            events = apply(done.decision)
        _flag(done.decision)
        return events


def _found(key: UUID) -> Batch:
    events = list(SyncEvent.objects.filter(batch=key).order_by("pk"))
    if not events:
        raise Refused(
            "Nothing can be undone: the log has nothing of it any more, or never had. Old entries"
            " of saves that changed nothing are removed from it."
        )
    batch = Batch(events)
    if by := batch.is_undone_by:
        who = f" by {by.actor}" if by.actor else ""
        raise Refused(f"Nothing was undone: it was undone already{who}. Undo that to do it again.")
    return batch


def _lock(batch: Batch) -> None:
    """Take what comes before all rows, in the order of `locks`."""
    companies = InsuranceCompany.objects.filter(pk__in=batch.keys(COMPANY))
    addresses = set(companies.values_list("address_key", flat=True))
    for past in batch.pasts.values():
        if past.deleted and (key := past.deleted.get("address_key")):
            addresses.add(key)
    if batch.keys(COMPANY):
        lock_addresses("default", [*addresses, ""])
        lock_links_of_companies("default", companies)
    plans, insurances = batch.keys(PLAN), batch.keys(INSURANCE)
    halves = [link for *_states, link in batch.links.values()]
    plans += [link["plan"] for link in halves]
    linked = EHR.links_of([*insurances, *(link["insurance"] for link in halves)])
    lock_links("default", PM, {*plans, *(link.plan_id for link in linked.values())}, alone=True)


def _locked(rows: QuerySet[Any]) -> list[Any]:
    if not issubclass(rows.model, Record):  # links, which are locked by now
        return list(rows)
    keys = rows.order_by().values_list("pk", flat=True)
    found: list[Any] = rows.model._default_manager.lock_and_read(list(keys), alone=True)
    return found


def _flag(decision: Decision) -> None:
    """Store anew which pairs agree: of what went back, and of companies that got another name."""
    renamed: list[InsuranceCompany] = []
    keys: dict[str, list[int]] = {PLAN: [], INSURANCE: []}
    for outcome in decision.outcomes:
        source: Any = outcome.source
        if isinstance(source, InsuranceCompany) and "name" in outcome.corrections:
            renamed.append(source)
        elif source._meta.label in keys:
            keys[source._meta.label].append(source.pk)
    touched = Q(plan__in=keys[PLAN]) | Q(insurance__in=keys[INSURANCE])
    flag_anew(list(InsuranceLink.objects.filter(touched).values_list("plan", flat=True)))
    if renamed:
        lock_links_of_companies("default", renamed)
    for company in renamed:
        InsuranceLink.objects.flag_names(company)
