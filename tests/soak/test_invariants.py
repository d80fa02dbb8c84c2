"""What the kill test looks at, each broken by raw SQL: what it would find is found."""

from random import Random
from typing import Any

import pytest
from django.db import connection

from kareo.records.acting import acting
from sync.importing.batches import nothing_kept
from sync.models import SyncEvent
from tests.factories import PlanFactory
from tests.soak.kills import actions
from tests.soak.kills.invariants import faults_in
from tests.soak.kills.stored import read
from tests.soak.kills.told import Line
from tests.soak.kills.writer import telling

pytestmark = pytest.mark.django_db

UNLINKED = "DELETE FROM sync_insurancelink WHERE id = (SELECT max(id) FROM sync_insurancelink)"
UNLOGGED = "DELETE FROM sync_syncevent WHERE id = (SELECT max(id) FROM sync_syncevent)"
ONE_OF_A_SLICE = (
    "DELETE FROM sync_syncevent WHERE source_model = 'pm.InsurancePlan' AND source_id ="
    " (SELECT max(source_id) FROM sync_syncevent WHERE source_text LIKE '% of writer-%'"
    " AND source_model = 'pm.InsurancePlan')"
)
# (what is done, part of a fault that is found then)
BROKEN = [
    (UNLINKED, "no event says why"),
    (UNLINKED, "in the log and gone"),
    (UNLOGGED, "isn't in the log"),
    (UNLOGGED, "no event says that it was made"),
    (UNLOGGED, "told of events that are gone"),
    (UNLOGGED, "who has no event of it"),
    ("UPDATE sync_insurancelink SET differs = NOT differs", "has differs="),
    ("UPDATE sync_insurancelink SET stale_name = NOT stale_name", "has stale_name="),
    ("UPDATE ehr_insurance SET fax = '714-555-0000'", "but its pair differs in ['fax']"),
    ("UPDATE pm_insuranceplan SET name = 'Lost'", "by the log 'Plan of writer 2'"),
    ("UPDATE pm_insuranceplan SET phone = 'Lost'", "and it is 'Lost'"),
    ("UPDATE pm_insurancecompany SET notes = 'Lost'", "and it is 'Lost'"),
    ("UPDATE ehr_insurance SET updated_by = 'nobody'", "who has no event of it"),
    ("UPDATE pm_insurancecompany SET origin = 'EHR', address_key = '1'", "at one address: 1"),
    ("DELETE FROM pm_insurancepolicy", "gone without an event"),
    (ONE_OF_A_SLICE, "imported 19 of the 20 rows"),
    ("UPDATE sync_syncevent SET outcome = 'updated' WHERE rule = 'pm-plan-added'", "reported of"),
]


class Told(list[Line]):
    """Takes what a writer tells, instead of its file."""

    def tell(self, **line: Any) -> None:
        self.append(line)


@pytest.fixture
def told() -> Told:
    """Return what was told of an action of each kind, all of it committed."""
    told = Told()
    with acting("seed"):
        actions.seed()
    doing: list[actions.Action] = [
        actions.import_file,
        actions.add_plan,
        actions.edit_plan,
        actions.add_policy,
        actions.edit_company,
        actions.add_insurance,
        actions.edit_insurance,
        actions.repair_pairs,
        actions.delete_plan,
        actions.add_plan,
    ]
    for number, action in enumerate(doing):
        with telling(told, f"writer {number}") as tell:
            action(Random(number), tell)
    assert not [line for line in told if "refused" in line]
    return told


def test_what_is_broken_is_found_and_nothing_else(told: Told) -> None:
    assert faults_in(read(), told) == []

    for broken, found in BROKEN:
        with nothing_kept():
            with connection.cursor() as cursor:
                cursor.execute(broken)
            faults = faults_in(read(), told)
        assert any(found in fault for fault in faults), (broken, faults)

    assert faults_in(read(), told) == []


def test_a_save_that_is_told_before_it_is_committed_is_found() -> None:
    early = {"actor": "writer", "events": [1], "saved": [["pm.InsurancePlan", 0, {"name": "A"}]]}

    assert "writer told that pm.InsurancePlan 0 was saved" in faults_in(read(), [early])[1]


def test_a_write_that_isnt_in_the_log_is_found() -> None:
    with acting("writer"):
        plan = PlanFactory()
        for phone in ("1", "2", "3"):
            plan.phone = f"800-555-000{phone}"
            plan.save()
    SyncEvent.objects.filter(source_changes__phone__1="800-555-0002").delete()

    phone = "phone was left as '800-555-0001' and found as '800-555-0002'"
    assert set(faults_in(read(), [])) == {
        f"pm.InsurancePlan {plan.pk}: {phone}",
        f"ehr.Insurance {plan.link.insurance_id}: {phone}",
    }
