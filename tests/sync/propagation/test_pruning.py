"""Which events are pruned from the log, and which are kept however old they are."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kareo.records.models import Record
from sync.importing.batches import import_rows
from sync.importing.payer_list import PayerRow
from sync.models import SyncEvent
from sync.propagation import link_orphans, pruning, repair
from sync.propagation.pruning import prune
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db

TOMORROW = timezone.now() + datetime.timedelta(days=1)


def done(before: datetime.datetime = TOMORROW, *, dry_run: bool = False) -> list[tuple[int, int]]:
    return list(prune(before, dry_run=dry_run))


def saved(record: Record, **values: Any) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def imported() -> None:
    row = PayerRow(line=2, company="Aetna", plan="HMO", phone="", payer_id="", address=PLACE)
    list(import_rows([row], "payers.csv", 10))


PLACE = {"street_2": "", **AETNA_ADDRESS}


def re_saved_plan() -> Callable[[], None]:
    return anew(PlanFactory()).save


def re_saved_insurance() -> Callable[[], None]:
    return insurance_of(PlanFactory()).save


def re_saved_company() -> Callable[[], None]:
    return anew(CompanyFactory()).save


def re_saved_orphan_plan() -> Callable[[], None]:
    return orphan_plan().save


def re_saved_orphan_insurance() -> Callable[[], None]:
    return orphan_insurance().save


def repaired_pair_in_sync() -> Callable[[], Any]:
    plan = PlanFactory()
    return lambda: repair(type(plan), [plan.pk])


@pytest.mark.parametrize(
    "prepare",
    [
        re_saved_plan,
        re_saved_insurance,
        re_saved_company,
        re_saved_orphan_plan,
        re_saved_orphan_insurance,
        repaired_pair_in_sync,
    ],
)
def test_what_had_no_effect_is_pruned(prepare: Callable[[], Callable[[], Any]]) -> None:
    act = prepare()
    kept = set(SyncEvent.objects.all())
    act()
    assert SyncEvent.objects.count() == len(kept) + 1

    assert done() == [(len(kept) + 1, 1)]

    assert set(SyncEvent.objects.all()) == kept


def linked_alike() -> None:
    plan = orphan_plan(company__name="Aetna", name="HMO")
    place = {name: getattr(plan, name) for name in plan.address_fields}
    insurance = orphan_insurance(company_name="Aetna", plan_name="HMO", **place)
    link_orphans(plan, insurance.pk)
    assert SyncEvent.objects.latest("pk").outcome == "unchanged"


def imported_twice() -> None:
    imported()
    imported()
    assert SyncEvent.objects.latest("pk").outcome == "unchanged"


@pytest.mark.parametrize(
    "act",
    [
        CompanyFactory,
        PlanFactory,
        InsuranceFactory,
        PMPatientFactory,
        lambda: EHRPatientFactory(primary_insurance=insurance_of(PlanFactory())),
        lambda: PolicyFactory(rank="tertiary"),
        lambda: saved(CompanyFactory(), name="Renamed"),
        lambda: saved(PlanFactory(), phone="800-555-0100"),
        lambda: saved(PlanFactory(), notes="Stays in PM"),
        lambda: saved(PlanFactory(), is_active=False),
        lambda: saved(orphan_plan(), phone="800-555-0100"),
        lambda: saved(insurance_of(PlanFactory()), phone="800-555-0100"),
        lambda: saved(PolicyFactory(), policy_number="W2"),
        lambda: saved(PMPatientFactory(), last_name="Renamed"),
        lambda: CompanyFactory().delete(),
        lambda: PMPatientFactory().delete(),
        lambda: PolicyFactory().delete(),
        orphan_plan,
        orphan_insurance,
        lambda: orphan_plan().delete(),
        linked_alike,
        imported,
        imported_twice,
    ],
)
def test_what_added_changed_deleted_linked_or_imported_is_kept(act: Callable[[], Any]) -> None:
    act()
    kept = set(SyncEvent.objects.all())

    assert done() == [(len(kept), 0)]

    assert set(SyncEvent.objects.all()) == kept


def test_younger_events_are_kept() -> None:
    plan = PlanFactory()
    for _ in range(2):
        plan.save()
    *added, _old, young = SyncEvent.objects.order_by("pk")
    before = timezone.now() - datetime.timedelta(days=400)
    SyncEvent.objects.exclude(pk=young.pk).update(created_at=before - datetime.timedelta(seconds=1))
    SyncEvent.objects.filter(pk=young.pk).update(created_at=before)

    assert done(before) == [(len(added) + 1, 1)]

    assert [*SyncEvent.objects.order_by("pk")] == [*added, young]


def test_a_dry_run_counts_the_same_and_writes_nothing() -> None:
    plan = PlanFactory()
    plan.save()
    events = SyncEvent.objects.count()

    assert done(dry_run=True) == [(events, 1)]
    assert SyncEvent.objects.count() == events
    assert done() == [(events, 1)]


def test_goes_in_batches_each_of_which_stays_done(
    monkeypatch: pytest.MonkeyPatch, statements: Statements
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    plan = PlanFactory()  # two events
    for _ in range(3):
        plan.save()

    batches = prune(TOMORROW)
    assert next(batches) == (2, 0)
    assert next(batches) == (2, 2)
    assert SyncEvent.objects.count() == 3
    with statements() as sent:
        assert list(batches) == [(1, 1)]

    assert [sql.split()[0] for sql in sent] == ["SELECT", "DELETE", "SELECT"]
    assert done() == [(2, 0)]
