"""Which saves and deletes set the rules to work, and the locks they take first.

Writes that send no signals (`QuerySet.update`, `bulk_create`, raw SQL) are not seen here: they show
as drift until the pair is saved or repaired.
"""

import hashlib
from typing import Any

from django.db import connections
from django.db.models.signals import post_save, pre_delete

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record, fixing_fields, locking, saved_together
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync.apply import propagate
from sync.decide import Happened
from sync.models import InsuranceLink

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
        pre_delete.connect(record_deleted, model, dispatch_uid=f"sync.deleted.{label}")
    for model in (InsurancePlan, Insurance):
        locking.connect(lock_pairs, model, dispatch_uid=f"sync.locking.{model._meta.label}")
    for keyed in (InsuranceCompany, Insurance):
        locking.connect(lock_addresses, keyed, dispatch_uid=f"sync.address.{keyed._meta.label}")
    fixing_fields.connect(fix_company_name, Insurance, dispatch_uid="sync.company_name")


def record_saved(instance: Record, raw: bool, **kwargs: Any) -> None:
    if not raw:  # fixtures load rows before their peers, and events with them
        propagate([instance])


def records_saved(records: list[Record], **kwargs: Any) -> None:
    propagate(records)


def record_deleted(instance: Record, **kwargs: Any) -> None:
    # Before the delete, while the link still says what becomes an orphan.
    propagate([instance], Happened.DELETED)


def fix_company_name(record: Insurance, **kwargs: Any) -> dict[str, str]:
    """A linked insurance shows PM's company name: decision 4."""
    if record.pk is None or not InsuranceLink.objects.filter(insurance=record.pk).exists():
        return {}
    return {
        "company_name": "The company name comes from PM and can't be edited here. Rename the"
        " company in PM and save its plan, or move the plan to another company there."
    }


def lock_pairs(
    sender: type[Record], records: list[Record], deleting: bool, using: str, **kwargs: Any
) -> None:
    """Lock the links of stored plans or insurances, so that both sides of a pair save in turn."""
    keys = [record.pk for record in records if record.pk is not None]
    if not keys:
        return
    side = "plan" if sender is InsurancePlan else "insurance"
    rows = InsuranceLink.objects.using(using).select_for_update(no_key=not deleting)
    links = list(rows.filter(**{f"{side}__in": keys}).order_by("pk"))
    if deleting:
        # No patient may take the counterpart between the look for users and the delete.
        other: type[Record] = Insurance if side == "plan" else InsurancePlan
        peers = [link.insurance_id if side == "plan" else link.plan_id for link in links]
        locked = other._base_manager.using(using).select_for_update().filter(pk__in=peers)
        list(locked.order_by("pk").values_list("pk"))


# The import writes many companies at once: it holds this alone, every other writer shares it.
IMPORT_LOCK = "kareo insurance import"


def lock_addresses(records: list[Any], deleting: bool, using: str, **kwargs: Any) -> None:
    """Let one writer at a time ask which company has an address, and make one if none has.

    PostgreSQL only: on SQLite the whole transaction is already alone.
    """
    connection = connections[using]
    keys = {record for record in map(_new_address, records) if record}
    if deleting or not keys or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(key)"
            " FROM unnest(%s::bigint[]) AS key",
            [lock_number(IMPORT_LOCK), sorted(map(lock_number, keys))],
        )


def _new_address(record: Any) -> str:
    """Return the address key that saving `record` looks for, `""` where it looks for none."""
    if isinstance(record, Insurance) and not record._state.adding:
        return ""  # an EHR edit never looks for a company
    record.derive()
    return str(record.address_key)


def lock_number(name: str) -> int:
    """Return a signed 64-bit number for `name`, the same in every process."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
