"""Which saves and deletes set the rules to work, and the locks they take first.

Writes that send no signals (`QuerySet.update`, `bulk_create`, raw SQL) are not seen here: they show
as drift until the pair is saved or repaired.
"""

from typing import Any

from django.db.models.signals import post_save, pre_delete

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.querysets import RecordQuerySet
from kareo.records import Record
from kareo.saving import Question, asking, deleting_together, fixing_fields, locking, saved_together
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync.apply import propagate
from sync.decide import Happened
from sync.likeness import chosen_key
from sync.locks import lock_addresses, lock_counterparts, lock_links
from sync.models import InsuranceLink
from sync.twins import questions

RECORDS: tuple[type[Record], ...] = (
    InsuranceCompany,
    InsurancePlan,
    InsurancePolicy,
    PMPatient,
    Insurance,
    EHRPatient,
)


def connect() -> None:
    for model in RECORDS:
        label = model._meta.label
        post_save.connect(record_saved, model, dispatch_uid=f"sync.saved.{label}")
        saved_together.connect(records_saved, model, dispatch_uid=f"sync.together.{label}")
        deleting_together.connect(records_deleted, model, dispatch_uid=f"sync.gone.{label}")
        pre_delete.connect(record_deleted, model, dispatch_uid=f"sync.deleted.{label}")
    for model in (InsurancePlan, Insurance):
        locking.connect(lock_pairs, model, dispatch_uid=f"sync.locking.{model._meta.label}")
    for user in (InsurancePolicy, EHRPatient):
        locking.connect(lock_used_pairs, user, dispatch_uid=f"sync.used.{user._meta.label}")
    for keyed in (InsuranceCompany, InsurancePlan, Insurance):
        locking.connect(lock_new_addresses, keyed, dispatch_uid=f"sync.address.{keyed._meta.label}")
    for choosing in (InsurancePlan, Insurance):  # after the address, in which order repairs lock
        locking.connect(lock_chosen, choosing, dispatch_uid=f"sync.chosen.{choosing._meta.label}")
    for listed in (InsuranceCompany, InsurancePlan, Insurance):
        asking.connect(ask_about, listed, dispatch_uid=f"sync.asking.{listed._meta.label}")
    fixing_fields.connect(fix_company_names, Insurance, dispatch_uid="sync.company_names")


def record_saved(instance: Record, raw: bool, **kwargs: Any) -> None:
    if not raw:  # fixtures load rows before their peers, and events with them
        propagate([instance])


def records_saved(records: list[Record], **kwargs: Any) -> None:
    propagate(records)


def record_deleted(instance: Record, origin: Any = None, **kwargs: Any) -> None:
    # Before the delete, while the link still says what becomes an orphan.
    if not (isinstance(origin, RecordQuerySet) and origin.model is type(instance)):
        propagate([instance], Happened.DELETED)


def records_deleted(records: list[Record], **kwargs: Any) -> None:
    propagate(records, Happened.DELETED)


def ask_about(record: Record, user: Any, **kwargs: Any) -> list[Question]:
    return questions(record, user)


def fix_company_names(records: list[Insurance], **kwargs: Any) -> dict[int, dict[str, str]]:
    """A linked insurance shows PM's company name: decision 4."""
    keys = [record.pk for record in records if record.pk is not None]
    links = (
        InsuranceLink.objects.filter(insurance__in=keys) if keys else InsuranceLink.objects.none()
    )
    why = (
        "The company name comes from PM and can't be edited here. Rename the company in PM and"
        " save its plan, or move the plan to another company there."
    )
    return {key: {"company_name": why} for key in links.values_list("insurance", flat=True)}


def lock_pairs(
    sender: type[Record], records: list[Record], deleting: bool, using: str, **kwargs: Any
) -> None:
    """Both sides of a pair save in turn."""
    keys = [record.pk for record in records if record.pk is not None]
    if keys:
        side = "plans" if sender is InsurancePlan else "insurances"
        links = lock_links(using, alone=deleting, **{side: keys})
        if deleting:
            lock_counterparts(using, links, of=sender)


def lock_used_pairs(records: list[Any], deleting: bool, using: str, **kwargs: Any) -> None:
    """No pair is deleted while a patient or policy comes to use a side of it.

    PostgreSQL looks at foreign keys when the transaction ends: too late to hold off a delete.
    """
    if deleting:
        return

    def used(*names: str) -> set[int]:
        return {key for r in records for name in names if (key := getattr(r, name, None))}

    plans, insurances = used("plan_id"), used("primary_insurance_id", "secondary_insurance_id")
    if plans or insurances:
        lock_links(using, plans=plans, insurances=insurances)


def lock_new_addresses(records: list[Any], deleting: bool, using: str, **kwargs: Any) -> None:
    """Two insurances added at one address, or one and its company, are saved in turn."""
    if not deleting:
        keys = map(_new_address, records)
        lock_addresses(using, [key for key in keys if key is not None])


def lock_chosen(
    sender: type[Record], records: list[Record], deleting: bool, using: str, **kwargs: Any
) -> None:
    """Two records added for one orphan are saved in turn, and the second finds it linked."""
    other: type[InsurancePlan] | type[Insurance] = (
        Insurance if sender is InsurancePlan else InsurancePlan
    )
    picked = {chosen_key(record, other) for record in records if record._state.adding}
    if not deleting and (keys := picked - {None}):
        other.objects.using(using).lock_and_read(keys)


def _new_address(record: Any) -> str | None:
    """Return the key of what saving `record` looks for at its address, None where for nothing."""
    if not isinstance(record, InsuranceCompany) and not record._state.adding:
        return None  # an EHR edit never looks for a company
    record.derive()
    if isinstance(record, InsurancePlan):
        # It looks for its twin, where its form would have asked; no company is sought there.
        return f"plan {record.address_key}" if record.asked else None
    return str(record.address_key)
