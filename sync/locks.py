"""What a save or delete locks before it writes: links and addresses, always in one order."""

import hashlib
from collections.abc import Iterable

from django.db import connections, models

from ehr.models import Insurance
from pm.models import InsurancePlan
from sync.models import InsuranceLink

# The import writes many companies at once: it holds this alone, every other writer shares it.
IMPORT_LOCK = "kareo insurance import"


def lock_links(
    using: str, *, plans: Iterable[int] = (), insurances: Iterable[int] = (), alone: bool = False
) -> list[InsuranceLink]:
    """Lock and return the links of these plans and insurances, sorted.

    Whoever writes a side of a pair, or comes to use one, holds its link first. `alone` also keeps
    out those who only refer to the link.
    """
    pairs = models.Q(plan__in=list(plans)) | models.Q(insurance__in=list(insurances))
    rows = InsuranceLink.objects.using(using).select_for_update(no_key=not alone)
    return list(rows.filter(pairs).order_by("pk"))


def lock_counterparts(using: str, links: Iterable[InsuranceLink], of: type[models.Model]) -> None:
    """Lock the records on the other side of `links` against all use, before `of` are deleted."""
    other: type[models.Model] = Insurance if of is InsurancePlan else InsurancePlan
    keys = [link.insurance_id if other is Insurance else link.plan_id for link in links]
    rows = other._base_manager.using(using).select_for_update().filter(pk__in=keys)
    list(rows.order_by("pk").values_list("pk"))


def lock_addresses(using: str, keys: Iterable[str]) -> None:
    """Let one writer at a time ask which company has an address, and make one if none has.

    PostgreSQL only: on SQLite the whole transaction is already alone. An empty key matches
    nothing, but whoever gives one may still make a company, which the import must not do as well.
    """
    connection = connections[using]
    asked = set(keys)
    if not asked or connection.vendor != "postgresql":
        return
    numbers = sorted(lock_number(key) for key in asked if key)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s)"
            " UNION ALL SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key",
            [lock_number(IMPORT_LOCK), numbers],
        )


def lock_import(using: str) -> None:
    """Keep out everybody who asks for or makes a company, until the transaction ends."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(IMPORT_LOCK)])


def lock_number(name: str) -> int:
    """Return a signed 64-bit number for `name`, the same in every process."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
