"""The made-up lists are what the program itself would find wrong or right with them."""

import pytest
from django.db import connection

from ehr.models import Insurance
from pm.models import InsurancePlan
from sync.drift.findings import FINDINGS
from sync.models import InsuranceLink, SyncEvent
from tests.benchmarks.data.filling import fill, tidy
from tests.benchmarks.data.sizes import Size
from tests.factories import PlanFactory

SIZE = Size("test", 120, 40, 60, 10)

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_finding_has_as_many_records_as_the_size_says() -> None:
    fill(connection, SIZE)

    counts = {finding.id: finding.found().order_by().count() for finding in FINDINGS}

    assert counts.pop("shared-names") == 0  # no company of theirs has other names
    # Of stale names it is whole companies.
    assert counts.pop("stale-names") in range(SIZE.wrong - 3, SIZE.wrong + 4)
    assert counts == dict.fromkeys(counts, SIZE.wrong)


def test_tidying_removes_what_came_after_filling() -> None:
    fill(connection, SIZE)
    PlanFactory()

    tidy(connection, SIZE)

    assert InsurancePlan.objects.count() == Insurance.objects.count() == SIZE.plans
    assert InsuranceLink.objects.count() == SIZE.pairs
    assert SyncEvent.objects.count() == 2 * SIZE.pairs
