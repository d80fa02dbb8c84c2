"""What findings found, kept where that takes long: when it is made anew, and by whom."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from kareo.records.acting import acting
from pm.models import InsurancePlan, InsurancePolicy
from sync.drift import counts, findings
from sync.drift.counts import Found, found_now
from sync.drift.findings import Finding
from sync.models import FoundBefore, SyncEvent
from tests.conftest import AtOnce
from tests.editing import edit
from tests.factories import CompanyFactory, EHRPatientFactory, PlanFactory, orphan_plan
from tests.sync.drift.secondaries import secondary

FINDINGS = {finding.id: finding for finding in findings.FINDINGS}
STALE, ORPHANS = FINDINGS["stale-names"], FINDINGS["orphan-plans"]
SEARCHED = "_searched"

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every search pass for slow."""
    monkeypatch.setattr(counts, "SLOW", -1)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch, all_slow: None) -> list[str]:
    """Return the ids of the findings that were searched for, slowly."""
    done: list[str] = []
    searched = counts._searched

    def note(finding: Finding, kept: FoundBefore | None) -> Found:
        done.append(finding.id)
        return searched(finding, kept)

    monkeypatch.setattr(counts, SEARCHED, note)
    return done


def ask(finding: Finding, actor: str = "reader") -> Found:
    return found_now([finding], actor)[finding.id]


def slow(*keys: Any) -> Found:
    """Return what was found slowly, and holds now."""
    return Found(list(keys), is_slow=True)


def pass_time(**time: float) -> None:
    """Let what is kept, and the log, be as much older."""
    passed = datetime.timedelta(**time)
    moments = ("made_at", "searched_at", "claimed_at")
    FoundBefore.objects.update(**{name: F(name) - passed for name in moments})
    SyncEvent.objects.update(created_at=F("created_at") - passed)


def rename_a_company(actor: str = "writer") -> InsurancePlan:
    plan = PlanFactory()
    with acting(actor):
        edit(plan.company, name="Renamed")
    return plan


class TestAQuickOne:
    def test_is_made_each_time_and_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counts, "SLOW", 600)
        for count in (1, 2):
            rename_a_company()
            found = ask(STALE)
            assert (len(found.keys), found.made_at) == (count, None)
        assert not FoundBefore.objects.exists()

    def test_is_not_kept_any_more_where_it_was_slow_before(
        self, monkeypatch: pytest.MonkeyPatch, all_slow: None
    ) -> None:
        ask(STALE)
        assert FoundBefore.objects.exists()
        monkeypatch.setattr(counts, "SLOW", 600)
        rename_a_company()
        pass_time(minutes=2)

        assert len(ask(STALE).keys) == 1
        assert not FoundBefore.objects.exists()


class TestASlowOne:
    def test_is_searched_for_once_while_nothing_happens(self, searches: list[str]) -> None:
        plan = rename_a_company()
        pass_time(minutes=2)

        answers = [ask(STALE) for _ in range(3)]

        assert answers == [slow(plan.pk)] * 3
        assert searches == ["stale-names"]

    def test_shows_what_was_found_before_and_when_until_a_minute_has_passed(
        self, searches: list[str]
    ) -> None:
        ask(STALE)
        plan = rename_a_company()
        made_at = FoundBefore.objects.get().made_at

        assert [ask(STALE) for _ in range(2)] == [Found([], made_at, is_slow=True)] * 2
        assert len(searches) == 1

        pass_time(minutes=1, seconds=1)

        assert ask(STALE) == slow(plan.pk)
        assert len(searches) == 2

    def test_shows_ones_own_change_at_once(self, searches: list[str]) -> None:
        ask(STALE)
        plan = rename_a_company("biller")

        assert ask(STALE, "reader").keys == []
        assert ask(STALE, "biller") == slow(plan.pk)
        assert ask(STALE, "reader").keys == [plan.pk]
        assert len(searches) == 2

    def test_shows_ones_own_change_among_very_many(
        self, searches: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask(ORPHANS)
        with acting("biller"):
            plan = orphan_plan()
        PlanFactory.create_batch(3)
        monkeypatch.setattr(counts, "MOST_FOLLOWED", 2)

        assert ask(ORPHANS, "reader").keys == []
        assert ask(ORPHANS, "nobody yet").keys == []
        assert ask(ORPHANS, "biller") == slow(plan.pk)

    def test_is_not_searched_for_by_others_while_one_does(self, searches: list[str]) -> None:
        ask(STALE)
        rename_a_company()
        pass_time(minutes=5)
        FoundBefore.objects.update(claimed_at=timezone.now())

        assert ask(STALE).made_at is not None
        assert len(searches) == 1

    def test_never_gives_way_to_an_older_one(
        self, all_slow: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask(STALE)
        kept = FoundBefore.objects.get()
        FoundBefore.objects.update(keys=[5], made_at=kept.made_at + datetime.timedelta(seconds=30))

        counts._searched(STALE, kept)

        assert FoundBefore.objects.get().keys == [5]

    def test_does_not_miss_what_was_committed_late(self, searches: list[str]) -> None:
        ask(STALE)
        before = FoundBefore.objects.get().made_at - datetime.timedelta(seconds=30)
        plan = rename_a_company()
        SyncEvent.objects.update(created_at=before)
        pass_time(minutes=1, seconds=1)

        assert ask(STALE) == slow(plan.pk)


class TestFollowing:
    """What the log says is looked at at once, by everybody, without a search."""

    def test_a_change_shows_at_once(self, searches: list[str]) -> None:
        ask(ORPHANS)
        plan = orphan_plan()

        assert ask(ORPHANS) == slow(plan.pk)
        assert searches == ["orphan-plans"]
        assert FoundBefore.objects.get().keys == []  # so that not every page writes

    def test_what_it_says_is_kept_after_a_minute(self, searches: list[str]) -> None:
        ask(ORPHANS)
        plan = orphan_plan()
        pass_time(minutes=1, seconds=1)

        assert ask(ORPHANS) == slow(plan.pk)
        assert FoundBefore.objects.get().keys == [plan.pk]
        assert len(searches) == 1

    def test_everything_is_searched_again_after_an_hour_by_one(self, searches: list[str]) -> None:
        ask(ORPHANS)
        written_behind = PlanFactory.build(company=CompanyFactory())
        InsurancePlan.objects.bulk_create([written_behind])
        assert ask(ORPHANS).keys == []
        pass_time(hours=1)
        FoundBefore.objects.update(made_at=timezone.now())

        assert [ask(ORPHANS) for _ in range(2)] == [slow(written_behind.pk)] * 2
        assert len(searches) == 2

    def test_what_a_clock_that_was_ahead_kept_is_searched_again(self, searches: list[str]) -> None:
        ask(ORPHANS)
        ahead = timezone.now() + datetime.timedelta(days=2)
        FoundBefore.objects.update(made_at=ahead, searched_at=ahead, claimed_at=ahead)
        plan = orphan_plan()

        assert ask(ORPHANS).keys == [plan.pk]
        assert FoundBefore.objects.get().made_at <= timezone.now()

    def test_everything_is_searched_again_on_another_day(self, searches: list[str]) -> None:
        finding = FINDINGS["coverage"]
        policy = secondary("C1", effective_on=timezone.localdate())
        EHRPatientFactory(chart_number="C1")
        ask(finding)
        InsurancePolicy.objects.update(ends_on=policy.effective_on)
        yesterday = timezone.now() - datetime.timedelta(days=1)
        FoundBefore.objects.update(keys=[], made_at=yesterday, claimed_at=yesterday)

        assert ask(finding) == slow("C1")
        assert len(searches) == 2

    def test_of_very_many_what_is_left_is_searched_for_once_it_may_be_few(
        self, searches: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(findings, "MOST_COUNTED", 1)
        plans = [orphan_plan() for _ in range(4)]
        pass_time(minutes=2)
        ask(ORPHANS)
        assert len(FoundBefore.objects.get().keys) == 2
        for plan in InsurancePlan.objects.filter(pk__in=FoundBefore.objects.get().keys):
            edit(plan, is_active=False)

        found = ask(ORPHANS, "reader")
        assert len(found.keys) == 2
        assert found.made_at is not None  # not known now
        pass_time(minutes=1, seconds=1)

        assert set(ask(ORPHANS).keys) <= {plan.pk for plan in plans}
        assert len(searches) == 2


class Later(list[Callable[[], Any]]):
    """What a page leaves for after its answer."""

    def ask(self, finding: Finding, actor: str = "reader") -> Found:
        return found_now([finding], actor, self.append)[finding.id]

    def do(self) -> None:
        while self:
            self.pop()()


UNKNOWN = Found([], is_slow=True, is_known=False)


class TestAPageThatOnlyCounts:
    @pytest.fixture
    def long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counts, "rows_about", lambda _rows: counts.LONG + 1)

    @pytest.fixture
    def later(self) -> Later:
        return Later()

    def test_searches_at_once_among_few(self, searches: list[str], later: Later) -> None:
        plan = orphan_plan()
        assert later.ask(ORPHANS) == slow(plan.pk)
        assert not later

    def test_leaves_the_first_search_among_many_for_later_and_to_one(
        self, long: None, searches: list[str], later: Later
    ) -> None:
        plan = orphan_plan()

        assert [later.ask(ORPHANS), later.ask(ORPHANS)] == [UNKNOWN] * 2
        assert (len(later), searches) == (1, [])

        later.do()
        assert later.ask(ORPHANS) == slow(plan.pk)
        assert searches == ["orphan-plans"]

    def test_is_searched_for_by_another_where_the_first_did_not(
        self, long: None, searches: list[str], later: Later
    ) -> None:
        later.ask(ORPHANS)
        later.clear()  # the process was killed
        pass_time(minutes=1, seconds=1)

        assert later.ask(ORPHANS) == UNKNOWN
        assert len(later) == 1

    def test_a_list_searches_at_once_what_is_not_known(
        self, long: None, searches: list[str], later: Later
    ) -> None:
        plan = orphan_plan()
        later.ask(ORPHANS)

        assert ask(ORPHANS) == slow(plan.pk)
        assert later.ask(ORPHANS) == slow(plan.pk)

    def test_what_is_due_each_hour_is_left_for_later(
        self, searches: list[str], later: Later
    ) -> None:
        ask(ORPHANS)
        written_behind = PlanFactory.build(company=CompanyFactory())
        InsurancePlan.objects.bulk_create([written_behind])
        pass_time(hours=1)
        FoundBefore.objects.update(made_at=timezone.now())

        assert later.ask(ORPHANS) == slow()
        later.do()
        assert later.ask(ORPHANS) == slow(written_behind.pk)

    def test_what_others_changed_is_left_for_later_and_ones_own_is_not(
        self, searches: list[str], later: Later
    ) -> None:
        ask(STALE)
        plan = rename_a_company("biller")
        pass_time(minutes=1, seconds=1)

        assert later.ask(STALE).keys == []
        assert later.ask(STALE).made_at is not None
        assert later.ask(STALE, "biller") == slow(plan.pk)
        assert len(later) == 1


@contextmanager
def written_to() -> Iterator[None]:
    """Hold the database as somebody does who is in the middle of a long save."""
    begun, done = Event(), Event()

    def write() -> None:
        try:
            with transaction.atomic():
                PlanFactory()
                begun.set()
                done.wait(30)
        finally:
            begun.set()
            connections.close_all()

    writer = Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        done.set()
        writer.join()


@contextmanager
def only_read() -> Iterator[None]:
    """Let nothing be written, as in a copy that follows another database."""
    on, off = (
        ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
        if connection.vendor == "postgresql"
        else ("PRAGMA query_only = 1", "PRAGMA query_only = 0")
    )
    with connection.cursor() as cursor:
        cursor.execute(on)
        try:
            yield
        finally:
            cursor.execute(off)


@pytest.mark.django_db(transaction=True)
class TestReaders:
    @pytest.mark.parametrize("busy", [written_to, only_read])
    @pytest.mark.parametrize("is_kept", [False, True])
    def test_none_fails_or_waits_where_nothing_can_be_kept(
        self, searches: list[str], busy: Callable[[], Any], is_kept: bool
    ) -> None:
        if is_kept:
            ask(STALE)
        plan = rename_a_company("biller")
        pass_time(minutes=2)

        with busy():
            started = monotonic()
            found = ask(STALE, "reader" if is_kept and connection.vendor == "sqlite" else "biller")
            assert monotonic() - started < 5  # the writer stays for 30

        if is_kept and connection.vendor == "sqlite":
            assert found.keys == []
            assert found.made_at is not None
        else:
            assert found == slow(plan.pk)
        assert ask(STALE, "biller").keys == [plan.pk]

    def test_what_was_never_counted_is_searched_at_once_where_that_cannot_be_kept(
        self, searches: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(counts, "rows_about", lambda _rows: counts.LONG + 1)
        plan, later = orphan_plan(), Later()

        with only_read():
            assert later.ask(ORPHANS) == slow(plan.pk)
        assert not later

    def test_of_many_one_searches_and_none_fails(
        self, searches: list[str], at_once: AtOnce
    ) -> None:
        ask(STALE)
        plan = rename_a_company()
        pass_time(minutes=2)
        searches.clear()

        def write() -> list[Any]:
            return [rename_a_company().pk for _ in range(10)]

        def read() -> list[Found]:
            return [ask(STALE) for _ in range(10)]

        written, *read_by_each = at_once(write, *[read] * 8)

        assert len(searches) <= 1  # on SQLite none, where the writer always came first
        for found in read_by_each:
            for each in found:
                assert set(each.keys) <= {plan.pk, *written}
        pass_time(minutes=2)
        assert set(ask(STALE).keys) == {plan.pk, *written}

    def test_ones_own_change_is_searched_for_though_another_is_at_it(
        self, searches: list[str]
    ) -> None:
        ask(STALE)
        plan = rename_a_company("biller")
        FoundBefore.objects.update(claimed_at=timezone.now())

        assert ask(STALE, "biller") == slow(plan.pk)
