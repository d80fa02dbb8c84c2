"""Questions about PM's records."""

import datetime
from typing import Any

import pytest

from pm.models import InsurancePolicy
from tests.factories import PolicyFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 10)
YESTERDAY, TOMORROW = (TODAY + datetime.timedelta(days) for days in (-1, 1))


@pytest.mark.parametrize(
    ("dates", "in_force"),
    [
        ({}, True),
        ({"effective_on": TODAY}, True),
        ({"effective_on": TOMORROW}, False),
        ({"ends_on": TODAY}, True),
        ({"ends_on": YESTERDAY}, False),
        ({"effective_on": YESTERDAY, "ends_on": TOMORROW}, True),
        ({"is_active": False}, False),
    ],
)
def test_a_policy_is_in_force_from_its_first_to_its_last_day_while_active(
    dates: dict[str, Any], in_force: bool
) -> None:
    policy = PolicyFactory(**dates)

    assert list(InsurancePolicy.objects.in_force_on(TODAY)) == ([policy] if in_force else [])
