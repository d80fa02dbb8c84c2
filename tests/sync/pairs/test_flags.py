"""The stored flags of a pair, held against what its records say."""

import pytest

from pm.models import InsuranceCompany
from sync.models import InsuranceLink
from sync.pairs.flags import differing_pairs, wrong_flags, wrong_pairs
from sync.pairs.state import Pair, PairState
from sync.pairs.translation import Changes
from tests.editing import edit
from tests.factories import PlanFactory, insurance_of

pytestmark = pytest.mark.django_db


def test_a_flag_that_the_records_belie_is_found() -> None:
    right, wrong = (PlanFactory().link for _ in range(2))
    InsuranceLink.objects.filter(pk=wrong.pk).update(differs=True)

    assert list(wrong_flags()) == list(wrong_pairs()) == list(differing_pairs()) == [wrong]
    assert right not in wrong_pairs()


def test_a_pair_that_disagrees_as_its_flag_says_is_wrong_with_a_right_flag() -> None:
    plan = PlanFactory()
    edit(InsuranceCompany.objects.get(pk=plan.company_id), name="Renamed")

    assert list(wrong_flags()) == []
    assert list(wrong_pairs()) == [plan.link]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, PairState.IN_SYNC),
        ({"company_name": ("Aetna", "UHC")}, PairState.STALE_NAME),
        ({"company_name": ("Aetna", "UHC"), "phone": ("", "1")}, PairState.DIFFERS),
    ],
)
def test_a_pair_is_what_differs_between_its_halves(changes: Changes, state: PairState) -> None:
    plan = PlanFactory()

    assert Pair(plan, insurance_of(plan), changes).state is state
    assert Pair(plan).state is PairState.ORPHAN
