"""Merge companies, plans and insurances in both lists: `companies-merged`, `plans-merged`.

`merging` shows what it does, from the rows as they are; `merge` locks them, decides again, and does
it only where that is the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction

from ehr.models import Insurance
from kareo.records import RecordQuerySet, Refused
from kareo.records.commits import whole
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.sides import EHR, PM, Side
from sync.propagation.flagging import flag_anew
from sync.propagation.locks import lock_addresses, lock_links, lock_links_of_companies
from sync.propagation.moving import NotAsShown
from sync.propagation.writing import apply
from sync.rules import Cause, Decision, decide
from sync.rules.merging import (
    Merging,
    Pair,
    Read,
    merge_companies,
    merge_pairs,
    move_plans,
    pairs_of,
    twins,
)

MOST = 10  # companies, or plans, at once: people look at each


@dataclass(frozen=True, slots=True)
class Choice:
    """What a user chose to merge, by keys: `others` into the one to `keep`.

    `model` is that of a company, a plan or an insurance; a plan and its insurance are merged
    together, whichever of the two is chosen. Of companies, `take` is {part: key of the company
    whose value is taken}, and `apart` has the keys of plans that aren't merged with the same plan
    of another company. `leave`: patients who would have one plan twice stay as they are; without
    it nothing is done where there are any.
    """

    model: type[InsuranceCompany] | type[InsurancePlan] | type[Insurance]
    keep: int
    others: tuple[int, ...]
    take: Mapping[str, int] = field(default_factory=dict)
    apart: Collection[int] = ()
    leave: bool = False

    @property
    def keys(self) -> tuple[int, ...]:
        return (self.keep, *self.others)


@dataclass(frozen=True, slots=True)
class Shown:
    """What merging does: the decision, what stays, and the plans that become the same."""

    decision: Decision
    stay: Sequence[Any]
    twins: Sequence[Sequence[InsurancePlan]] = ()


def merging(choice: Choice) -> Shown:
    """Return what merging as chosen does; reads only. Raises Refused."""
    return _decided(choice, hold=False)


def merge(choice: Choice, shown: str) -> list[SyncEvent]:
    """Merge as chosen, or do nothing, and return the events.

    Raises NotAsShown unless that is the decision whose fingerprint was `shown`, and Refused where
    it can't be done.
    """
    return whole(partial(_merge, choice, shown))


def _merge(choice: Choice, shown: str) -> list[SyncEvent]:
    with transaction.atomic():
        _lock(choice)
        decided = _decided(choice, hold=True)
        if decided.decision.fingerprint != shown:
            raise NotAsShown("merged", "Merge")
        if decided.stay and not choice.leave:
            raise Refused(
                "Nothing was merged: some patients would have one plan twice. End or remove one of"
                " the two on each of their pages, or choose to leave them as they are."
            )
        events = apply(decided.decision)
        flag_anew([o.source.pk for o in decided.decision.outcomes if _is_merged_plan(o.source)])
        return events


def _is_merged_plan(record: Any) -> bool:
    return isinstance(record, InsurancePlan) and record.merged_into_id is not None


def _lock(choice: Choice) -> None:
    """Take what comes before all rows: addresses, then links."""
    if choice.model is InsuranceCompany:
        companies = InsuranceCompany.objects.filter(pk__in=choice.keys)
        # An EHR add may be looking for one of them; an import adds plans.
        lock_addresses("default", [*companies.values_list("address_key", flat=True), ""])
        lock_links_of_companies("default", companies)
    else:
        here = PM if choice.model is InsurancePlan else EHR
        lock_links("default", here, choice.keys)


def _decided(choice: Choice, *, hold: bool) -> Shown:
    if choice.keep in choice.others:
        raise Refused("Nothing was merged: that is one and the same. Choose another one.")
    if not choice.others:
        raise Refused("Nothing was merged: choose at least two.")
    if len(choice.others) >= MOST:
        raise Refused(f"Nothing was merged: {MOST} at once at most. Merge the others afterwards.")
    read = _locked if hold else _as_it_is
    if choice.model is InsuranceCompany:
        return _of_companies(choice, read, hold)
    return _of_pairs(choice, PM if choice.model is InsurancePlan else EHR, read, hold)


def _of_companies(choice: Choice, read: Read, hold: bool) -> Shown:
    plans = read(InsurancePlan.objects.filter(company__in=choice.keys))
    companies = _chosen(choice, read(InsuranceCompany.objects.filter(pk__in=choice.keys)))
    if hold and _keys_of_plans(choice) != {plan.pk for plan in plans}:
        raise NotAsShown("merged", "Merge")  # somebody just added one
    kept, *others = companies
    for plan in plans:
        if plan.company_id == kept.pk:
            plan.company = kept  # under the name that it gets
    links = PM.links_of(plan.pk for plan in plans)
    same = twins(kept, plans, links)
    pairs = {pair.plan: pair for pair in pairs_of(plans, links)}
    merge_companies(kept, others, choice.take)
    merged = [
        (pairs[first], [pairs[plan] for plan in rest if plan.pk not in choice.apart])
        for first, *rest in same
        if first.pk not in choice.apart
    ]
    gone = {pair.plan for _kept, rest in merged for pair in rest}
    done = merge_pairs(merged, read)
    moved = move_plans(kept, [plan for plan in plans if plan not in gone])
    return _shown([*companies, *moved], done, hold, same)


def _of_pairs(choice: Choice, here: Side, read: Read, hold: bool) -> Shown:
    records = _chosen(choice, read(here.model.objects.filter(pk__in=choice.keys)))
    links = here.links_of(record.pk for record in records)
    kept, *others = pairs = [_pair(here, record, links.get(record.pk)) for record in records]
    if len({pair.plan.company_id for pair in pairs if pair.plan}) > 1:
        raise Refused(
            "Nothing was merged: these plans are of different companies. Merge the companies, or"
            " move the plans to one company, and merge them then."
        )
    return _shown([], merge_pairs([(kept, others)], read), hold)


def _pair(here: Side, record: Any, link: InsuranceLink | None) -> Pair:
    other = here.other.record_in(link) if link else None
    return Pair(record, other) if here is PM else Pair(other, record)


def _shown(
    records: Sequence[Any], done: Merging, hold: bool, same: Sequence[Sequence[InsurancePlan]] = ()
) -> Shown:
    once = {id(record): record for record in (*records, *done.records)}
    decision = decide(once.values(), Cause.MERGED, hold=hold)
    return Shown(decision, done.stay, same)


def _chosen(choice: Choice, found: Sequence[Any]) -> list[Any]:
    """Return the one to keep, then the others in the order chosen. Raises Refused."""
    by_key = {record.pk: record for record in found}
    if missing := [key for key in choice.keys if key not in by_key]:
        raise Refused(f"Nothing was merged: there is none with the key {missing[0]} any more.")
    kept, *others = (by_key[key] for key in dict.fromkeys(choice.keys))
    if not kept.is_active:
        raise Refused(
            f"Nothing was merged: {kept} is inactive, so it can't be kept. Activate it first, or"
            " keep another one."
        )
    if gone := next((each for each in others if each.merged_into_id), None):
        raise Refused(f"Nothing was merged: {gone} was merged already, into {gone.merged_into}.")
    return [kept, *others]


def _keys_of_plans(choice: Choice) -> set[int]:
    rows = InsurancePlan.objects.filter(company__in=choice.keys)
    return set(rows.order_by().values_list("pk", flat=True))


def _as_it_is(rows: RecordQuerySet[Any]) -> list[Any]:
    return list(rows.select_related(*rows.model.read_along).order_by("pk"))


def _locked(rows: RecordQuerySet[Any]) -> list[Any]:
    """Lock and read these rows; those that stopped being among them meanwhile stay out."""
    keys = set(rows.order_by().values_list("pk", flat=True))
    found = rows.model._default_manager.lock_and_read(keys)
    still = set(rows.filter(pk__in=keys).order_by().values_list("pk", flat=True)) if found else ()
    return [record for record in found if record.pk in still]
