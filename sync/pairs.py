"""A plan and its insurance, and whether they agree."""

from dataclasses import dataclass, field

from django.db import models

from ehr.models import Insurance
from pm.models import InsurancePlan
from sync.models import InsuranceLink
from sync.translation import Changes, as_insurance, differences


class PairState(models.TextChoices):
    IN_SYNC = "in_sync", "In sync"
    STALE_NAME = "stale_name", "Stale name"
    DIFFERS = "differs", "Differs"
    ORPHAN = "orphan", "Orphan"


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands on each side, and what bringing the insurance up to date would change."""

    plan: InsurancePlan | None
    insurance: Insurance | None
    changes: Changes = field(default_factory=dict)

    @property
    def state(self) -> PairState:
        if not (self.plan and self.insurance):
            return PairState.ORPHAN
        if not self.changes:
            return PairState.IN_SYNC
        return PairState.STALE_NAME if set(self.changes) == {"company_name"} else PairState.DIFFERS


def pair_of(record: InsurancePlan | Insurance) -> Pair:
    """Return the pair that `record` belongs to."""
    links = InsuranceLink.objects.select_related("plan__company", "insurance")
    if isinstance(record, InsurancePlan):
        link = links.filter(plan=record).first()
    else:
        link = links.filter(insurance=record).first()
    if link is None:
        plan = record if isinstance(record, InsurancePlan) else None
        return Pair(plan, record if isinstance(record, Insurance) else None)
    values = as_insurance(link.plan, link.plan.company.name)
    return Pair(link.plan, link.insurance, differences(link.insurance, values))
