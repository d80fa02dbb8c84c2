"""Which saves and deletes set the rules to work, and the locks that each takes first.

One receiver a signal and model. What it locks stands in it as consecutive statements, in the order
that `locks` gives and explains.

Writes that send no signals (`QuerySet.update`, `bulk_create`, raw SQL) aren't seen here: the page
of the pair shows them, and `report_drift` finds them all.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record, deleting, saved, saving
from kareo.records.asking.charts import alike_keys
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync.pairs.sides import EHR, PM, Side, side_of
from sync.propagation.locks import (
    hold_link,
    lock_active_plans,
    lock_addresses,
    lock_alike,
    lock_in_links,
    lock_links,
    lock_links_of_companies,
)
from sync.propagation.writing import propagate
from sync.rules import Cause
from sync.rules.deciding import DECIDERS


def companies_saving(records: list[InsuranceCompany], using: str, **kwargs: Any) -> None:
    # It may be moved to, or from, an address at which an insurance is just being added.
    stored = _as_stored(using, records)
    keys = _address_keys(records)
    # Of those typed into a form without an address, the second of two alike is asked about once
    # the first is there.
    typed = [company for company in _added(records) if company.typed_by]
    names = [f"company {company.name_key}" for company in typed if not company.address_key]
    lock_addresses(using, [*keys, *names, *(key for _name, key in stored.values())])
    renamed = [r for r in records if r.pk in stored and stored[r.pk][0] != r.name]
    with_plans = [company for company in records if company.plans_too and not company.is_active]
    if renamed or with_plans:
        lock_links_of_companies(using, [*renamed, *with_plans])
    if with_plans:
        lock_active_plans(using, with_plans)


def plans_saving(records: list[InsurancePlan], using: str, **kwargs: Any) -> None:
    # Of those typed into a form, the second of two alike is asked about once the first is there.
    # No company is looked for at a plan's address, so the address itself stays free.
    typed = [plan for plan in _added(records) if plan.typed_by]
    lock_addresses(using, (f"plan {key}" for key in _address_keys(typed) if key))
    _hold_links(using, PM, records)
    _lock_chosen_orphans(using, EHR, records)


def insurances_saving(records: list[Insurance], using: str, **kwargs: Any) -> None:
    # An edit never looks for a company.
    lock_addresses(using, _address_keys(_added(records)))
    _hold_links(using, EHR, records)
    _lock_chosen_orphans(using, PM, records)


def policies_saving(records: list[InsurancePolicy], using: str, **kwargs: Any) -> None:
    # No pair is deleted while somebody comes to use a side of it: PostgreSQL looks at foreign keys
    # when the transaction ends, which is too late to hold off a delete.
    lock_links(using, PM, (policy.plan_id for policy in records))


def pm_patients_saving(records: list[PMPatient], using: str, **kwargs: Any) -> None:
    # Of those typed into a form, the second to become alike is asked about once the first is there.
    lock_alike(using, _alike(records))


def ehr_patients_saving(records: list[EHRPatient], using: str, **kwargs: Any) -> None:
    lock_alike(using, _alike(records))
    # As for a policy.
    used = ((p.primary_insurance_id, p.secondary_insurance_id) for p in records)
    lock_links(using, EHR, chain.from_iterable(used))


def records_saved(records: list[Record], **kwargs: Any) -> None:
    propagate(records)


def halves_deleting(sender: type[Record], records: list[Record], using: str, **kwargs: Any) -> None:
    here = side_of(sender)
    links = lock_links(using, here, _keys(records), alone=True)
    lock_in_links(using, links, here.other)
    records_deleting(sender, records, using)


def pm_patients_deleting(records: list[PMPatient], using: str, **kwargs: Any) -> None:
    # Their policies go along with them. Django would send a `pre_delete` for each; this is one set.
    there = PMPatient.objects.using(using).lock_and_read(_keys(records), alone=True)
    policies = InsurancePolicy.objects.using(using)
    keys = policies.filter(patient__in=there).values_list("pk", flat=True)
    propagate([*policies.lock_and_read(keys, alone=True), *there], Cause.DELETED)


def records_deleting(
    sender: type[Record], records: Iterable[Record], using: str, **kwargs: Any
) -> None:
    # Now, while the link still says what becomes an orphan; of those only that are still there.
    there = sender.objects.using(using).lock_and_read(_keys(records), alone=True)
    propagate(there, Cause.DELETED)


Receivers = dict[type[Record], Callable[..., None]]

SAVING: Receivers = {
    InsuranceCompany: companies_saving,
    InsurancePlan: plans_saving,
    PMPatient: pm_patients_saving,
    InsurancePolicy: policies_saving,
    Insurance: insurances_saving,
    EHRPatient: ehr_patients_saving,
}
SAVED: Receivers = dict.fromkeys(DECIDERS, records_saved)
DELETING: Receivers = {
    **dict.fromkeys(DECIDERS, records_deleting),
    InsurancePlan: halves_deleting,
    Insurance: halves_deleting,
    PMPatient: pm_patients_deleting,
}


def connect() -> None:
    for signal, receivers in ((saving, SAVING), (saved, SAVED), (deleting, DELETING)):
        for model, receiver in receivers.items():
            uid = f"sync.{receiver.__name__}.{model._meta.label}"
            signal.connect(receiver, model, dispatch_uid=uid)


def _keys(records: Iterable[Record]) -> list[int]:
    return [record.pk for record in records if record.pk is not None]


def _added(records: Iterable[Any]) -> list[Any]:
    return [record for record in records if record._state.adding]


def _alike(records: Iterable[Any]) -> list[str]:
    """Return what the patients among `records` who come from a form may have alike with others."""
    typed = [patient for patient in records if patient.typed_by]
    return [
        f"{patient._meta.label} {kind} {key}"
        for patient in typed
        for kind, key in alike_keys(patient).items()
        if key
    ]


def _address_keys(records: Iterable[Any]) -> list[str]:
    """Return the address keys that `records` are about to have."""
    for record in records:
        record.derive()
    return [record.address_key for record in records]


def _as_stored(using: str, companies: Iterable[InsuranceCompany]) -> dict[int, tuple[str, str]]:
    """Return {key: (name, address key)}."""
    if not (keys := _keys(companies)):
        return {}
    rows = InsuranceCompany.objects.using(using).filter(pk__in=keys)
    told = rows.values_list("pk", "name", "address_key")
    return {key: (name, address) for key, name, address in told}


def _hold_links(using: str, side: Side, records: Sequence[Any]) -> None:
    """Lock the links; of one record alone, as nearly always, read its counterpart along."""
    if len(records) == 1 and records[0].pk is not None:
        hold_link(using, side, records[0])
    else:
        lock_links(using, side, _keys(records))


def _lock_chosen_orphans(using: str, there: Side, records: Iterable[Any]) -> None:
    """Let two that are added for one orphan be saved in turn: the second finds it linked."""
    if chosen := {record.chosen_key(there.model) for record in _added(records)} - {None}:
        there.model._default_manager.using(using).lock_and_read(chosen)
