"""Put pairs right, and link orphans: `pair-repaired`."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from ehr.models import Insurance
from kareo.records import Refused, StaleRecord
from kareo.records.asking.answers import Answers, record_key
from pm.models import InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.sides import EHR, PM, side_of
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
        looking = EHR.orphans().filter(pk__in=keys if here is EHR else [])
        addresses = set(looking.values_list("address_key", flat=True))
        lock_addresses("default", addresses)
        links = lock_links("default", here, keys)
        pairs = {here.key_in(link) for link in links}
        orphans = set(keys) - pairs if linked is not True else set()
        plans = {link.plan_id for link in links} if linked is not False else set()
        # Each table's rows in one sorted statement, the plans first.
        found: list[Any] = InsurancePlan.objects.lock_and_read(
            plans | orphans if here is PM else plans
        )
        if here is EHR:
            insurances = Insurance.objects.lock_and_read(orphans | (pairs if plans else set()))
            found += [insurance for insurance in insurances if insurance.pk in orphans]
        taken = set(here.keys_linked(orphans))  # somebody just linked them
        found = [r for r in found if not (isinstance(r, here.model) and r.pk in taken)]
        if any(isinstance(r, Insurance) and r.address_key not in addresses for r in found):
            raise StaleRecord(
                "An insurance was changed by someone else meanwhile. Nothing was saved. Try again."
            )
        return propagate(found, Cause.REPAIRED)


def link_orphans(orphan: InsurancePlan | Insurance, other: int) -> list[SyncEvent]:
    """Link `orphan` with the orphan on the other side whose key is `other`, and return the events.

    The insurance takes its plan's values. Raises Refused where one of them isn't an orphan now.
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
        plans[0].answers = Answers(choice=record_key(insurances[0]))
        return propagate(plans, Cause.REPAIRED)
