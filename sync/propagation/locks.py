"""What a save, delete, repair or import locks before it writes, always in this order.

1. Addresses, or what patients may have alike (advisory locks, sorted by number), by whoever may
   make or be a company there, or types such a patient into a form.
2. Links, sorted by key, by whoever writes a side of a pair, or comes to use one.
3. Rows, each table's sorted by key: plans before insurances and companies, patients before their
   policies, a record of the other side before one's own.

Any other order ends in deadlocks when two people save at once.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import connections

from kareo.records.rows.reading import read
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink
from sync.pairs.sides import Held, Side

# The import writes many companies at once: it holds this alone, every other writer shares it.
IMPORT_LOCK = "kareo insurance import"


def lock_addresses(using: str, keys: Iterable[str]) -> None:
    """Let one writer at a time ask which company has an address, and make one if none has.

    PostgreSQL only: on SQLite the whole transaction is already alone. An empty key matches
    nothing, but whoever gives one may still make a company, which the import must not do as well.
    """
    connection = connections[using]
    wanted = set(keys)
    if not wanted or connection.vendor != "postgresql":
        return
    numbers = sorted(lock_number(key) for key in wanted if key)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s)"
            " UNION ALL SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key",
            [lock_number(IMPORT_LOCK), numbers],
        )


def lock_alike(using: str, keys: Iterable[str]) -> None:
    """Let one writer at a time ask whether there is a record of such a key, and save one."""
    connection = connections[using]
    numbers = sorted(lock_number(key) for key in keys)
    if numbers and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [numbers]
            )


def lock_import(using: str) -> None:
    """Keep out everybody who asks for or makes a company, until the transaction ends."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(IMPORT_LOCK)])


def hold_link(using: str, side: Side, record: Any) -> None:
    """Lock the link of one stored record with its counterpart, and let the record hold both.

    In one statement, for which both must be locked: of what another writer has just released, only
    locked rows are read as he left them.
    """
    links = read(
        InsuranceLink,
        f"{side.noun}_id",
        [record.pk],
        using,
        along=side.read_along(),
        lock="NO KEY UPDATE",
        locked_along=[side.other.noun],
    )
    record.held = Held(links[0] if links else None)


def lock_links_of_companies(using: str, companies: Iterable[InsuranceCompany]) -> None:
    """Lock the links of all plans of these companies, whose names may go stale."""
    rows = InsuranceLink.objects.using(using).select_for_update(of=("self",), no_key=True)
    list(rows.filter(plan__company__in=companies).order_by("pk").values_list("pk"))


def lock_active_plans(using: str, companies: Iterable[InsuranceCompany]) -> None:
    """Lock the active plans of these companies, which are about to be written with them."""
    rows = InsurancePlan.objects.using(using).active().select_for_update(no_key=True)
    list(rows.filter(company__in=companies).order_by("pk").values_list("pk"))


def lock_links(
    using: str, side: Side, keys: Iterable[int | None], *, alone: bool = False
) -> list[InsuranceLink]:
    """Lock and return the links of the records of `side` with these keys, sorted.

    `alone` also keeps out those who only refer to the link.
    """
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return []
    rows = InsuranceLink.objects.using(using).select_for_update(no_key=not alone)
    return list(rows.filter(**{f"{side.noun}__id__one_of": wanted}).order_by("pk"))


def lock_in_links(using: str, links: Iterable[InsuranceLink], side: Side) -> None:
    """Lock the records of `side` in these links against all use, before their counterparts go."""
    rows = side.model._base_manager.using(using).select_for_update()
    rows = rows.filter(pk__in=[side.key_in(link) for link in links]).order_by("pk")
    list(rows.values_list("pk"))


def lock_number(name: str) -> int:
    """Return a signed 64-bit number for `name`, the same in every process."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
