"""The counts on the first page, and what it lists."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

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
    is_known: bool  # False where it is being counted for the first time

    @property
    def is_done(self) -> bool:
        return self.is_known and not self.count

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


def counts_for(request: HttpRequest) -> list[Counted]:
    """Return the counts that the user may see; what waits for somebody first."""
    user: Any = request.user
    seen = [finding for finding in FINDINGS if may_see(user, *finding.sees)]
    later = request.afterwards.append  # type: ignore[attr-defined]  # of our middleware
    found = found_now(seen, user.get_username(), later)
    counts = [
        Counted(each, len(now.keys), now.made_at, now.is_known)
        for each in seen
        for now in [found[each.id]]
    ]
    return sorted(counts, key=lambda counted: counted.is_done)
