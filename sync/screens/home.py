"""The counts on the first page, and what it lists."""

import datetime
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from sync.drift.findings import FINDINGS, MOST_COUNTED, Finding
from sync.models import SyncEvent
from sync.roles import may_see
from sync.screens.urls import finding_url
from sync.screens.wording.findings import FINDINGS_IN_WORDS, Words

# Among a million plans a finding takes seconds to count. Such a count is kept for a while, and says
# when it was made, until its user saves something; what is counted at once is always counted anew.
SLOW = 0.5  # seconds
KEPT = 300  # seconds


@dataclass(frozen=True, slots=True)
class Counted:
    """A finding with its count."""

    finding: Finding
    count: int
    counted_at: datetime.datetime | None = None  # where the count was kept

    @property
    def words(self) -> Words:
        return FINDINGS_IN_WORDS[self.finding.id]

    @property
    def url(self) -> str:
        return finding_url(self.finding)

    @property
    def shown(self) -> str:
        """The number; of very many, that it is more."""
        return f"{MOST_COUNTED:,}+" if self.count > MOST_COUNTED else f"{self.count:,}"


def counts_for(user: Any) -> list[Counted]:
    """Return the counts that `user` may see, one query each; what waits for somebody first."""
    own = SyncEvent.objects.filter(actor=user.get_username()).values_list("pk", flat=True).first()
    counts = [_counted(finding, own or 0) for finding in FINDINGS if may_see(user, *finding.sees)]
    return sorted(counts, key=lambda counted: not counted.count)


def _counted(finding: Finding, last_event: int) -> Counted:
    key = f"sync.drift.{finding.id}.{last_event}"
    if kept := cache.get(key):
        return Counted(finding, *kept)
    started = monotonic()
    count = finding.count()
    if monotonic() - started > SLOW:
        cache.set(key, (count, timezone.now()), KEPT)
    return Counted(finding, count)
