"""The counts on the first page, and what it lists."""

import datetime
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest

from sync.drift.counts import found_now
from sync.drift.findings import FINDINGS, MOST_COUNTED, Finding
from sync.models import DriftReport
from sync.roles import may_change, may_see
from sync.rules.table import INSURANCE
from sync.screens.urls import finding_url
from sync.screens.wording.findings import DRIFT_IN_WORDS, FINDINGS_IN_WORDS, Words, meaning_of

# Who sees the whole: both lists, and the users.
WHOLE = {"auth.User", *(label for finding in FINDINGS for label in finding.sees)}
# Whose change puts right what is worked on elsewhere than on a list: either does.
WORKLIST = ("pm.InsurancePolicy", "ehr.Patient")


@dataclass(frozen=True, slots=True)
class Counted:
    """A finding with its count."""

    finding: Finding
    is_own: bool  # the user may put it right
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
    def meaning(self) -> str:
        """What it is, in a sentence: what to do about it stands on its list."""
        return meaning_of(self.finding.id)

    @property
    def url(self) -> str:
        return finding_url(self.finding)

    @property
    def shown(self) -> str:
        """The number; of very many, that it is more."""
        return f"{MOST_COUNTED:,}+" if self.count > MOST_COUNTED else f"{self.count:,}"


class Counts(NamedTuple):
    """The counts that a user may see: what waits for this one, what for others, what is clean."""

    own: list[Counted]
    others: list[Counted]
    clean: list[Counted]


def counts_for(request: HttpRequest) -> Counts:
    """Return the counts that the user may see, by who may do something about them."""
    user: Any = request.user
    seen = [finding for finding in FINDINGS if may_see(user, *finding.sees)]
    later = request.afterwards.append  # type: ignore[attr-defined]  # of our middleware
    found = found_now(seen, user.get_username(), later)
    counts = [
        Counted(each, may_put_right(user, each), len(now.keys), now.made_at, now.is_known)
        for each in seen
        for now in [found[each.id]]
    ]
    waiting = [counted for counted in counts if not counted.is_done]
    return Counts(
        [counted for counted in waiting if counted.is_own],
        [counted for counted in waiting if not counted.is_own],
        [counted for counted in counts if counted.is_done],
    )


def may_put_right(user: Any, finding: Finding) -> bool:
    """Return whether `user` may change the records on whose list a finding is worked on.

    Or, of pairs, their other half.
    """
    labels = (finding.model._meta.label,) if finding.model else WORKLIST
    of_pairs = (INSURANCE,) if finding.of_pairs else ()
    return any(may_change(user, label) for label in (*labels, *of_pairs))


def drift_report_for(user: Any) -> DriftReport | None:
    """Return what `report_drift` found last, for whoever sees the whole; None if it never ran."""
    return DriftReport.objects.first() if may_see(user, *WHOLE) else None


def drift_in_words(report: DriftReport) -> str:
    """Say how many of what drift that the page doesn't count by itself; "" where nothing does."""
    others = [kind for kind in report.counts if kind not in FINDINGS_IN_WORDS]
    counts = [(DRIFT_IN_WORDS[kind], report.counts[kind]) for kind in others]
    return "; ".join(f"{title}: {count:,}" for title, count in counts if count)
