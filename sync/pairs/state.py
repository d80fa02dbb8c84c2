"""A plan and its insurance, and whether they agree."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from ehr.models import Insurance
from pm.models import InsurancePlan
from sync.models import InsuranceLink
from sync.pairs.sides import side_of
from sync.pairs.translation import Changes, differences, given_by


class PairState(models.TextChoices):
    IN_SYNC = "in_sync", "In sync"
    STALE_NAME = "stale_name", "Stale name"
    DIFFERS = "differs", "Differs"
    ORPHAN = "orphan", "Orphan"


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands on each side, and what bringing the insurance up to date would change."""

    plan: InsurancePlan | None = None
    insurance: Insurance | None = None
    changes: Changes = field(default_factory=dict)

    @property
    def state(self) -> PairState:
        if not (self.plan and self.insurance):
            return PairState.ORPHAN
        if not self.changes:
            return PairState.IN_SYNC
        return PairState.STALE_NAME if set(self.changes) == {"company_name"} else PairState.DIFFERS

    def counterpart_of(self, record: InsurancePlan | Insurance) -> Any:
        """Return the half that `record` is not; None where there is none."""
        return getattr(self, side_of(record).other.noun)


def pair_of(record: InsurancePlan | Insurance) -> Pair:
    """Return the pair that `record` belongs to."""
    here = side_of(record)
    links = InsuranceLink.objects.select_related("plan__company", "insurance")
    link = links.filter(**{here.noun: record}).first()
    if link is None:
        halves: dict[str, Any] = {here.noun: record}
        return Pair(**halves)
    return Pair(link.plan, link.insurance, differences(link.insurance, given_by(link.plan)))
