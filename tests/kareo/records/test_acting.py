"""One user action, one batch, however many records it writes."""

from threading import Thread

import pytest

from kareo.records.acting import acting, current_action
from sync.models import SyncEvent
from tests.factories import CompanyFactory, PlanFactory


def test_inside_an_action_everyone_sees_the_same_one() -> None:
    with acting("kim") as action:
        assert current_action() is action
        assert current_action().actor == "kim"


def test_without_a_declared_action_each_is_new_and_anonymous() -> None:
    assert current_action().actor == ""
    assert current_action().batch != current_action().batch


def test_an_action_within_an_action_ends_where_it_ends() -> None:
    with acting("kim") as outer:
        with acting("lee") as inner:
            assert current_action() is inner
        assert current_action() is outer


def test_an_action_ends_when_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), acting("kim"):
        raise ZeroDivisionError

    assert current_action().actor == ""


def test_an_action_is_not_seen_by_other_threads() -> None:
    seen = []
    with acting("kim"):
        thread = Thread(target=lambda: seen.append(current_action().actor))
        thread.start()
        thread.join()

    assert seen == [""]


@pytest.mark.django_db
def test_all_events_of_an_action_share_its_batch_and_actor() -> None:
    with acting("kim") as action:
        PlanFactory()

    events = SyncEvent.objects.filter(batch=action.batch)
    assert {event.rule for event in events} == {"pm-company-added", "pm-plan-added"}
    assert {event.actor for event in events} == {"kim"}


@pytest.mark.django_db
def test_two_saves_in_a_shell_are_two_batches() -> None:
    CompanyFactory.create_batch(2)

    assert SyncEvent.objects.values("batch").distinct().count() == 2
