"""Put pairs right, and link orphans: `pair-repaired`."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from ehr.models import Insurance
from kareo.records import Refused, StaleRecord
from kareo.records.registry import Answers, choice_of
from pm.models import InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.sides import EHR, PM, Side, side_of
from sync.propagation.locks import lock_addresses, lock_links
from sync.propagation.writing import propagate
from sync.rules import Cause


def repair(
    model: type[InsurancePlan] | type[Insurance], pks: Iterable[int], *, linked: bool | None = None
) -> list[SyncEvent]:
    """Put the pairs of these plans or insurances right, and return the events.

    A linked insurance takes its plan's values; an orphan is sent as if it were added. `linked`
    leaves out the orphans, or where it is False the pairs: somebody may just have deleted or linked
    a counterpart.
    """
    here, keys = side_of(model), list(pks)
    with transaction.atomic():
        # An orphan of the EHR will look for a company at its address.
        addresses = _addresses_of_orphans(keys) if here is EHR else set()
        lock_addresses("default", addresses)
        links = lock_links("default", here, keys)
        orphans = set(keys) - {here.key_in(link) for link in links}
        found: list[Any] = []
        if linked is not False:
            found += InsurancePlan.objects.lock_and_read(link.plan_id for link in links)
        if linked is not True:
            found += _lock_orphans(here, orphans)
        if any(isinstance(r, Insurance) and r.address_key not in addresses for r in found):
            raise StaleRecord(
                "An insurance was changed by someone else meanwhile. Nothing was saved. Try again."
            )
        return propagate(found, Cause.REPAIRED)


def _addresses_of_orphans(keys: list[int]) -> set[str]:
    orphans = EHR.orphans().filter(pk__in=keys)
    return set(orphans.values_list("address_key", flat=True))


def _lock_orphans(here: Side, keys: set[int]) -> list[Any]:
    """Return the records with these keys, locked; without those that somebody just linked."""
    records: list[Any] = here.model._default_manager.lock_and_read(keys)
    linked = here.keys_linked(record.pk for record in records)
    return [record for record in records if record.pk not in linked]


def link_orphans(orphan: InsurancePlan | Insurance, other: int) -> list[SyncEvent]:
    """Link `orphan` with the orphan on the other side whose key is `other`, and return the events.

    The insurance takes its plan's values. Raises Refused where one of them is no orphan any more.
    """
    keys = (orphan.pk, other) if side_of(orphan) is PM else (other, orphan.pk)
    with transaction.atomic():
        plans = InsurancePlan.objects.lock_and_read(keys[:1])
        insurances = Insurance.objects.lock_and_read(keys[1:])
        taken = InsuranceLink.objects.filter(Q(plan=keys[0]) | Q(insurance=keys[1]))
        if not plans or not insurances or taken.exists():
            raise Refused(
                "Nothing was linked: one of the two was deleted, or linked with another, meanwhile."
                " Load the page again to see what is there now."
            )
        plans[0].answers = Answers(choice=choice_of(insurances[0]))
        return propagate(plans, Cause.REPAIRED)
