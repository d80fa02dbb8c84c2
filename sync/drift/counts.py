"""What the findings find now, kept where finding it takes long, for all users and processes.

A small practice's findings are all searched for anew each time, and nothing is kept. Where that is
slow, what was found is kept in a table, and what was logged since says which records to look at
again. Only where the log says too much, or not enough, everything is searched again: by one at a
time, at most once in a while. The others see what was found before, and when; but whoever did
something since then sees what it did. A page that only counts doesn't wait for a search, which is
done once it was answered.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from kareo.records.rows.reading import rows_about
from pm.models import InsurancePlan
from sync.drift.dismissed import read_once
from sync.drift.findings import FINDINGS, MOST_COUNTED, Finding, Keys
from sync.models import FoundBefore, SyncEvent

SLOW = 0.05  # seconds
PAUSE = datetime.timedelta(minutes=1)  # between two searches for one finding
# From an event's time until it can be read, at most: its transaction ends later, and another
# machine's clock may be behind.
COMMITTED = datetime.timedelta(minutes=1)
# Until everything is searched again, for what was written without an event, or in a transaction
# that took longer than that; `recheck_pairs` does it at once.
WHOLE = datetime.timedelta(hours=1)
MOST_FOLLOWED = 500  # events; to look at what more of them touched takes as long as to search
LONG = 100_000  # plans; among more, what was never searched for may take seconds
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

Later = Callable[[Callable[[], Any]], None]  # does it once the page was answered


@dataclass(frozen=True, slots=True)
class Found:
    """The keys that a finding found, as `Finding.search` returns them.

    `made_at` says when, where that may have changed since. `is_slow`: not to be searched for again
    where these will do. `is_known` is False where it is being searched for, for the first time.
    """

    keys: Keys
    made_at: datetime.datetime | None = None
    is_slow: bool = False
    is_known: bool = True

    @property
    def shown(self) -> Keys:
        """The keys without those beyond MOST_COUNTED, which nobody works through at once."""
        return self.keys[:MOST_COUNTED]

    @property
    def is_more(self) -> bool:
        return len(self.keys) > MOST_COUNTED


def found_now(
    findings: Sequence[Finding], actor: str, later: Later | None = None
) -> dict[str, Found]:
    """Return {id: what it finds} of each finding, as `actor` is to see it.

    With `later` nothing that takes long is searched for at once, but for what `actor` changed.
    Never fails or waits because the database can't be written to just now.
    """
    kept = FoundBefore.objects.in_bulk([finding.id for finding in findings])
    if later and len(kept) < len(findings) and rows_about(InsurancePlan.objects.all()) > LONG:
        kept |= _kept_as_unknown([each for each in findings if each.id not in kept])
    known = [row.made_at for row in kept.values() if row.searched_at > NEVER]
    news = _events_since(min(known)) if known else []
    with read_once():
        return {each.id: _found(each, kept.get(each.id), news, actor, later) for each in findings}


def search_anew() -> None:
    """Search everything now, so that no reader has to: after an upgrade, or writes by other means.

    What takes long to find is kept, as ever.
    """
    kept = FoundBefore.objects.in_bulk()
    for finding in FINDINGS:
        _searched(finding, kept.get(finding.id))


def _found(
    finding: Finding,
    kept: FoundBefore | None,
    news: list[SyncEvent],
    actor: str,
    later: Later | None,
) -> Found:
    if kept is None:
        return _searched(finding, None)
    now = timezone.now()
    since = [event for event in news if event.created_at > kept.made_at - COMMITTED]
    if kept.searched_at <= NEVER:
        before = Found([], is_slow=True, is_known=False)
        is_due, is_wanted = True, later is None
    elif kept.made_at > now + COMMITTED:  # by a clock that was ahead
        before, is_due, is_wanted = Found([]), True, True
    elif (keys := _followed(finding, kept, since)) is not None:
        if since:
            _keep(kept, keys, now, now - PAUSE)
        before = Found(keys, is_slow=True)
        is_due, is_wanted = now - kept.searched_at >= WHOLE, False
    else:
        before = Found(kept.keys, kept.made_at, is_slow=True)
        is_due, is_wanted = True, _is_own(since, kept, actor)
    if not is_wanted and not (is_due and _claimed(kept)):
        return before
    if is_wanted or later is None:
        return _searched(finding, kept)
    later(partial(_searched, finding, kept))
    return before


def _kept_as_unknown(findings: Sequence[Finding]) -> dict[str, FoundBefore]:
    """Keep that these were never searched for, so that one searches and the others know.

    Return nothing where that can't be kept.
    """
    rows = [
        FoundBefore(finding=each.id, made_at=NEVER, searched_at=NEVER, claimed_at=NEVER)
        for each in findings
    ]
    made = _unless_busy(lambda: FoundBefore.objects.bulk_create(rows, ignore_conflicts=True))
    return {row.finding: row for row in made or []}


def _events_since(moment: datetime.datetime) -> list[SyncEvent]:
    """Return what was logged since then or shortly before, newest first: MOST_FOLLOWED + 1."""
    events = SyncEvent.objects.filter(created_at__gt=moment - COMMITTED).order_by("-created_at")
    long = ("changes", "reason", "source_text", "target_text")
    return list(events.defer(*long)[: MOST_FOLLOWED + 1])


def _followed(finding: Finding, kept: FoundBefore, since: list[SyncEvent]) -> Keys | None:
    """Return what was kept, brought up to date by the events since; None where they don't say."""
    today = timezone.localdate()
    if len(since) > MOST_FOLLOWED or timezone.localdate(kept.made_at) != today:
        return None  # some findings are about today
    return finding.follow(kept.keys, since) if since else kept.keys


def _is_own(since: list[SyncEvent], kept: FoundBefore, actor: str) -> bool:
    """Return whether `actor` did anything since then."""
    if len(since) > MOST_FOLLOWED:  # not all are here
        newest = SyncEvent.objects.filter(actor=actor).first()
        since = [newest] if newest else []
    # Those of shortly before count, too: they may have been committed after it was made.
    return any(event.actor == actor for event in since)


def _searched(finding: Finding, kept: FoundBefore | None) -> Found:
    """Search everything; keep what was found where that takes long."""
    now, started = timezone.now(), monotonic()
    keys = finding.search()
    if monotonic() - started < SLOW:
        if kept:
            _unless_busy(FoundBefore.objects.filter(pk=kept.pk).delete)
        return Found(keys)
    if kept:
        _keep(kept, keys, now, now, searched_at=now, claimed_at=now)
    else:
        row = FoundBefore(finding=finding.id, keys=keys)
        row.made_at = row.searched_at = row.claimed_at = now
        _unless_busy(lambda: FoundBefore.objects.bulk_create([row], ignore_conflicts=True))
    return Found(keys, is_slow=True)


def _keep(
    kept: FoundBefore,
    keys: Keys,
    now: datetime.datetime,
    before: datetime.datetime,
    **moments: datetime.datetime,
) -> None:
    """Keep what was found now, unless something is kept that was found after `before`."""
    older = FoundBefore.objects.filter(pk=kept.pk)
    older = older.filter(Q(made_at__lt=before) | Q(made_at__gt=now + COMMITTED))
    _unless_busy(lambda: older.update(keys=keys, made_at=now, **moments))


def _claimed(kept: FoundBefore) -> bool:
    """Return whether it is for us to search now: for one of those who ask at once."""
    now = timezone.now()
    free = FoundBefore.objects.filter(pk=kept.pk, claimed_at__lte=now - PAUSE)
    return bool(_unless_busy(lambda: free.update(claimed_at=now)))


def _unless_busy(write: Callable[[], Any]) -> Any:
    """Return what `write` returns; None where the database can't be written to just now."""
    try:
        with _without_waiting(), transaction.atomic():
            return write()
    except DatabaseError:  # a writer has it, or it is a copy that is only read
        return None


@contextmanager
def _without_waiting() -> Iterator[None]:
    """On SQLite, fail rather than wait for a writer. On PostgreSQL none touches this table."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience:d}")
