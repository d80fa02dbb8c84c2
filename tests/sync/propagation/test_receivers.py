"""What sets the rules to work, and what does not."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import serializers
from django.db import connection

from ehr.models import Insurance
from kareo.records import deleting, saved, saving
from kareo.records.models import Record
from kareo.records.registry import fixed_fields
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.propagation import locks, receivers, repair
from sync.rules.deciding import DECIDERS
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db


def receiver_counts() -> list[int]:
    return [len(signal.receivers) for signal in (saving, saved, deleting)]


def test_connecting_again_connects_nothing_twice() -> None:
    before = receiver_counts()

    receivers.connect()

    assert receiver_counts() == before


@pytest.mark.parametrize("model", DECIDERS)
def test_every_record_of_both_lists_is_heard_when_saved_and_deleted(model: type[Record]) -> None:
    for signal in (saved, deleting):
        assert signal.has_listeners(model), signal


def test_rows_of_a_fixture_set_no_rule_to_work() -> None:
    plan = PlanFactory()
    fixture = serializers.serialize("json", [plan.company, plan])
    plan.delete()
    InsuranceCompany.objects.all().delete()
    Insurance.objects.all().delete()
    events = SyncEvent.objects.count()

    for row in serializers.deserialize("json", fixture):
        row.save()

    assert InsurancePlan.objects.count() == 1
    assert not Insurance.objects.exists()
    assert SyncEvent.objects.count() == events


def test_an_update_behind_the_rules_sets_no_rule_to_work() -> None:
    plan = PlanFactory()
    events = SyncEvent.objects.count()

    InsurancePlan.objects.filter(pk=plan.pk).update(name="PPO")

    assert SyncEvent.objects.count() == events
    assert Insurance.objects.get().plan_name == plan.name


def test_only_a_linked_insurances_company_name_is_fixed() -> None:
    linked = InsuranceFactory()

    fixed = fixed_fields([linked, orphan_insurance(), Insurance()])

    assert list(fixed) == [linked.pk]
    assert list(fixed[linked.pk]) == ["company_name"]
    assert fixed_fields([PlanFactory()]) == {}


def locks_in(sent: list[str]) -> list[str]:
    return [sql for sql in sent if "FOR " in sql or "pg_advisory" in sql]


def test_locks_are_taken_in_order_links_first(statements: Statements) -> None:
    plan = PlanFactory()
    with statements() as sent:
        plan.save()

    expected = [InsuranceLink, InsurancePlan] if connection.vendor == "postgresql" else []
    assert len(locks_in(sent)) == len(expected)
    for sql, model in zip(locks_in(sent), expected, strict=True):
        assert f'FROM "{model._meta.db_table}"' in sql
    if expected:
        link, own = locks_in(sent)
        # What is read along with the link is locked as well; the company is only read.
        assert link.endswith('FOR NO KEY UPDATE OF "sync_insurancelink", "ehr_insurance"')
        assert own.endswith('FOR NO KEY UPDATE OF "pm_insuranceplan"')
    order = [sql.split()[0] for sql in sent]
    assert order.index("UPDATE") == 2


def test_a_deletion_locks_against_new_users_on_both_sides(statements: Statements) -> None:
    plan = PlanFactory()
    with statements() as sent:
        plan.delete()

    if connection.vendor == "postgresql":
        tables = [sql.split(" FROM ")[1].split()[0] for sql in locks_in(sent)]
        assert tables == ['"sync_insurancelink"', '"ehr_insurance"', '"pm_insuranceplan"']
        assert all(" FOR UPDATE" in sql for sql in locks_in(sent))
    assert sent[-1].startswith("DELETE")


def address_locks(statements: Statements, save: Callable[[], Any]) -> list[str]:
    with statements() as sent:
        save()
    return [sql for sql in sent if "pg_advisory" in sql]


def test_whoever_may_make_or_be_a_company_at_an_address_takes_the_address_lock(
    statements: Statements,
) -> None:
    company, insurance = CompanyFactory(), InsuranceFactory()
    nowhere = dict.fromkeys(AETNA_ADDRESS, "")
    locking_saves: list[Callable[[], Any]] = [
        InsuranceFactory.build(**AETNA_ADDRESS).save,
        CompanyFactory.build(**AETNA_ADDRESS).save,
        company.save,
        # The import, which makes companies too, is kept out by those without an address as well.
        CompanyFactory.build(**nowhere).save,
        InsuranceFactory.build(**nowhere).save,
    ]
    other_saves: list[Callable[[], Any]] = [
        insurance.save,  # an edit never looks for a company
        PlanFactory.build(company=company).save,
        CompanyFactory().delete,
    ]

    on_postgresql = connection.vendor == "postgresql"
    for save in locking_saves:
        assert len(address_locks(statements, save)) == on_postgresql
    for save in other_saves:
        assert address_locks(statements, save) == []


def test_a_lock_number_fits_the_database_and_is_the_same_in_every_process() -> None:
    names = ["", locks.IMPORT_LOCK, "92617|111 academy drive", "ключ"]
    numbers = [locks.lock_number(name) for name in names]

    assert len(set(numbers)) == len(names)
    assert all(-(2**63) <= number < 2**63 for number in numbers)
    assert locks.lock_number("kareo insurance import") == -1710542108648580080


@pytest.mark.parametrize("model", [InsurancePlan, Insurance])
def test_a_repair_locks_each_table_once_and_sorted_plans_first(
    statements: Statements, model: type[InsurancePlan | Insurance]
) -> None:
    """Pairs and orphans of one table in two statements would deadlock with whoever sorts them."""
    insurance = InsuranceFactory()
    orphans: dict[type[Any], Callable[[], InsurancePlan | Insurance]] = {
        InsurancePlan: orphan_plan,
        Insurance: orphan_insurance,
    }
    orphan = orphans[model]()
    linked = insurance if model is Insurance else InsurancePlan.objects.get(link__isnull=False)

    with statements() as sent:
        repair(model, [linked.pk, orphan.pk])

    # Links, then rows, are read in the order of their keys to be locked.
    locked = [sql for sql in sent if re.search(r'ORDER BY "\w+"."id"( ASC)?( FOR |$)', sql)]
    tables = [re.findall(r'FROM "(\w+)"', sql)[0] for sql in locked]
    if model is Insurance:  # the oldest company at the address is read in this order, too
        tables.remove("pm_insurancecompany")
    rows = ["pm_insuranceplan"] if model is InsurancePlan else ["pm_insuranceplan", "ehr_insurance"]
    assert tables == ["sync_insurancelink", *rows]
