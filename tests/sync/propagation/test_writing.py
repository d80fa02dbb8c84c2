"""What was decided is written in sets: records, links and events, and no signal echoes."""

from collections.abc import Iterator
from typing import Any, Never

import pytest
from django.db import DatabaseError
from django.db.models.signals import post_save, pre_save

from ehr.models import Insurance
from kareo.records import Refused, StaleRecord, saved, saving
from kareo.records.acting import acting
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.propagation import PropagationFailed, apply, propagate, repair
from sync.rules import Cause, Decision, Outcome, decide
from sync.rules.decision import NOT_PROPAGATED
from sync.rules.reasons import Code, because
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
    anew,
    insurance_of,
    orphan_insurance,
    plan_of,
)
from tests.screens import why

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> Iterator[list[type[Record]]]:
    """Return the senders of every signal of a save, in order."""
    senders = []

    def note(sender: type[Record], **kwargs: Any) -> None:
        senders.append(sender)

    signals = (pre_save, post_save, saving, saved)
    for signal in signals:
        signal.connect(note)
    yield senders
    for signal in signals:
        signal.disconnect(note)


def unlinked_plans(count: int, **values: Any) -> list[InsurancePlan]:
    """Return plans that were written behind the rules, as an import's are."""
    company = CompanyFactory(name="Aetna")
    plans = PlanFactory.build_batch(count, company=company, **values)
    return InsurancePlan.objects.bulk_create(plans)


def test_a_save_of_one_sends_its_own_signals_and_none_for_what_it_writes_over_there(
    sent: list[type[Record]],
) -> None:
    company = CompanyFactory()
    sent.clear()

    PlanFactory(company=company)
    assert set(sent) == {InsurancePlan}
    sent.clear()

    InsuranceFactory()
    assert set(sent) == {Insurance}


def test_a_set_is_written_without_a_signal(sent: list[type[Record]]) -> None:
    plans = unlinked_plans(3)
    sent.clear()

    events = propagate(plans)

    assert sent == []
    assert len(events) == 3
    assert [insurance_of(plan).plan_name for plan in plans] == [plan.name for plan in plans]


def test_each_outcome_becomes_one_event_of_the_action_under_way() -> None:
    plans = unlinked_plans(3)

    with acting("kim") as action:
        events = propagate(plans)

    stored = SyncEvent.objects.filter(batch=action.batch).order_by("pk")
    assert list(stored) == events
    assert [event.source_id for event in stored] == [plan.pk for plan in plans]
    assert {(event.actor, event.rule, event.outcome) for event in stored} == {
        ("kim", "pm-plan-added", "created")
    }
    for event in stored:
        assert event.target_id is not None
        target = Insurance.objects.get(pk=event.target_id)
        assert (event.target_model, event.target_text) == ("ehr.Insurance", target.name)
    assert len({event.created_at for event in stored}) == 1


def test_new_companies_are_written_before_the_plans_under_them() -> None:
    insurances = [
        InsuranceFactory.build(company_name=name, **AETNA_ADDRESS) for name in ("Aetna", "Cigna")
    ]
    Insurance.objects.bulk_create(insurances)

    propagate(insurances)

    company = InsuranceCompany.objects.get()
    assert [plan_of(insurance).company for insurance in insurances] == [company] * 2
    assert [anew(insurance).company_name for insurance in insurances] == ["Aetna", "Aetna"]
    assert "Aetna – " in anew(insurances[1]).name


def test_edits_of_different_fields_are_written_together_without_mixing() -> None:
    first, second = PlanFactory.create_batch(2)
    Insurance.objects.filter(link__plan=first).update(phone="999-555-0000")
    Insurance.objects.filter(link__plan=second).update(plan_name="Typo", fax="999-555-0001")

    propagate([anew(first), anew(second)], Cause.REPAIRED)

    for plan in (first, second):
        insurance = insurance_of(plan)
        assert (insurance.plan_name, insurance.phone, insurance.fax) == (plan.name, "", "")
        assert insurance.version == 2


def test_applying_nothing_does_nothing(statements: Statements) -> None:
    with statements() as sent:
        assert apply(decide([])) == []
        assert propagate([]) == []

    assert sent == []


def test_an_outcome_of_no_rule_is_logged_without_one() -> None:
    company = CompanyFactory()

    outcome = Outcome(None, NOT_PROPAGATED, company, reason=because(Code.DELETED))

    [event] = apply(Decision(Cause.DELETED, [outcome]))

    assert (event.rule, event.target_id, event.target_text) == ("", None, "")
    assert why(event) == "Deleted."


def test_a_record_written_by_someone_else_between_deciding_and_applying_is_refused() -> None:
    plan = PlanFactory(name="HMO")
    plan.name, plan.before = "PPO", anew(plan)
    decision = decide([plan])
    insurance = insurance_of(plan)
    insurance.phone = "800-555-0100"
    insurance.save()

    with pytest.raises(StaleRecord):
        apply(decision)


def test_a_refusal_passes_through_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Never:
        raise StaleRecord("Someone was faster.")

    monkeypatch.setattr("sync.propagation.writing.decide", refuse)

    with pytest.raises(StaleRecord, match="Someone was faster"):
        propagate([CompanyFactory.build()])


def test_a_failure_is_told_in_words_and_logged_with_its_cause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Never:
        raise DatabaseError("disk full")

    company = CompanyFactory()
    monkeypatch.setattr("sync.propagation.writing.insert", fail)

    with pytest.raises(PropagationFailed, match="the other list couldn't be") as failed:
        PlanFactory(company=company)

    assert isinstance(failed.value, Refused)
    assert isinstance(failed.value.__cause__, DatabaseError)
    assert "disk full" in caplog.text
    assert not InsurancePlan.objects.exists()
    assert not Insurance.objects.exists()


def test_a_failure_of_the_database_itself_is_told_in_words_too() -> None:
    policy = anew(PolicyFactory())
    policy.policy_number = "W2"

    def fail(*args: Any, **kwargs: Any) -> None:
        # Leaves PostgreSQL's transaction broken: the log line may ask it nothing more.
        Insurance.objects.raw("SELECT no_such_column FROM ehr_insurance")[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.propagation.writing._log", fail)
        with pytest.raises(PropagationFailed, match="Nothing was saved"):
            policy.save()

    policy.save()
    assert anew(policy).policy_number == "W2"


def test_the_history_of_a_record_is_what_it_caused_and_what_wrote_it() -> None:
    plan = PlanFactory()
    PlanFactory()
    insurance = insurance_of(plan)
    insurance.phone = "800-555-0100"
    insurance.save()

    for record in (plan, insurance):
        history = SyncEvent.objects.about(record)
        assert [event.rule for event in history] == ["ehr-insurance-edited", "pm-plan-added"]
    company_history = SyncEvent.objects.about(plan.company)
    assert [event.rule for event in company_history] == ["pm-company-added"]


def test_events_and_links_read_as_people_say_them() -> None:
    PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    link = InsuranceLink.objects.get()

    assert str(link) == f"PM plan no. {link.plan_id} and EHR insurance no. {link.insurance_id}"
    assert str(SyncEvent.objects.first()) == "Aetna – HMO (111 Academy Drive, 92617) – Created"


def test_repair_of_an_orphan_that_is_moved_meanwhile_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    insurance = orphan_insurance()

    def move_then_lock(using: str, keys: set[str]) -> None:
        Insurance.objects.filter(pk=insurance.pk).update(address_key="92617|moved")

    monkeypatch.setattr("sync.propagation.repairing.lock_addresses", move_then_lock)

    with pytest.raises(StaleRecord, match="Try again"):
        repair(Insurance, [insurance.pk])
    assert InsurancePlan.objects.count() == 0
