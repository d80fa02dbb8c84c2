"""Somebody says that two companies which look alike aren't the same."""

import pytest

from kareo.records import Refused
from kareo.records.acting import acting
from pm.models import InsuranceCompany
from sync.models import DismissedLookAlike, SyncEvent
from sync.propagation import dismiss, dismiss_all
from sync.screens.wording.events import reason_of
from tests.factories import CompanyFactory, anew

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> list[InsuranceCompany]:
    return CompanyFactory.create_batch(2, payer_id="60054")


@pytest.mark.parametrize("which", [0, 1])
def test_it_is_logged_for_both_with_who_and_when(pair: list[InsuranceCompany], which: int) -> None:
    source, target = pair[which], pair[1 - which]

    with acting("billing"):
        [event] = dismiss(source, target.pk)

    assert (event.actor, event.rule, event.undo) == ("billing", "", {})
    assert event.created_at
    assert SyncEvent.objects.about(source).first() == SyncEvent.objects.about(target).first()
    assert (event.source_id, event.target_id) == (source.pk, target.pk)
    assert reason_of(event) == "Dismissed as a look-alike: the two aren't the same."


def test_neither_company_is_written(pair: list[InsuranceCompany]) -> None:
    dismiss(pair[0], pair[1].pk)

    assert [anew(company).version for company in pair] == [1, 1]


def test_the_same_pair_is_noted_once_either_way_round(pair: list[InsuranceCompany]) -> None:
    first, second = pair
    dismiss(first, second.pk)
    dismiss(second, first.pk)

    assert DismissedLookAlike.objects.count() == 1
    assert DismissedLookAlike.objects.others() == {first.pk: {second.pk}, second.pk: {first.pk}}


def test_one_that_is_gone_is_refused(pair: list[InsuranceCompany]) -> None:
    gone = pair[1].pk
    pair[1].delete()

    for other in (gone, pair[0].pk):
        with pytest.raises(Refused, match="was deleted meanwhile"):
            dismiss(pair[0], other)
    assert not DismissedLookAlike.objects.exists()


def test_it_goes_with_either_company(pair: list[InsuranceCompany]) -> None:
    dismiss(pair[0], pair[1].pk)

    pair[1].delete()

    assert not DismissedLookAlike.objects.exists()


def test_of_several_each_pair_is_dismissed_or_none(pair: list[InsuranceCompany]) -> None:
    third = CompanyFactory(payer_id="60054")

    assert len(dismiss_all([third, *pair])) == 3
    assert DismissedLookAlike.objects.count() == 3

    DismissedLookAlike.objects.all().delete()
    InsuranceCompany.objects.filter(pk=third.pk).delete()
    with pytest.raises(Refused, match="was deleted meanwhile"):
        dismiss_all([*pair, third])
    assert not DismissedLookAlike.objects.exists()
