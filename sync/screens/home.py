"""The counts on the first page, and what it lists."""

import datetime
from dataclasses import dataclass
from typing import Any

from sync.drift.counts import found_now
from sync.drift.findings import FINDINGS, MOST_COUNTED, Finding
from sync.roles import may_see
from sync.screens.urls import finding_url
from sync.screens.wording.findings import FINDINGS_IN_WORDS, Words


@dataclass(frozen=True, slots=True)
class Counted:
    """A finding with its count."""

    finding: Finding
    count: int
    made_at: datetime.datetime | None  # where it may have changed since

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
    """Return the counts that `user` may see; what waits for somebody first."""
    seen = [finding for finding in FINDINGS if may_see(user, *finding.sees)]
    found = found_now(seen, user.get_username())
    counts = [Counted(each, len(found[each.id].keys), found[each.id].made_at) for each in seen]
    return sorted(counts, key=lambda counted: not counted.count)
