"""Policies: one active policy of a patient and rank on any day."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from kareo.records import Refused
from pm.models import InsurancePolicy
from tests.factories import PlanFactory, PMPatientFactory, PolicyFactory

pytestmark = pytest.mark.django_db

RANKS = InsurancePolicy.Rank


def day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def policy(days: str, **values: Any) -> InsurancePolicy:
    """Return an unsaved policy for "from:to"; a missing side is open."""
    start, _, end = days.partition(":")
    return PolicyFactory.build(
        patient=values.pop("patient", None) or PMPatientFactory(),
        plan=values.pop("plan", None) or PlanFactory(),
        effective_on=day(start),
        ends_on=day(end),
        **values,
    )


OVERLAPPING = [
    (":", ":"),
    (":", "2026-01-01:2026-12-31"),
    ("2026-01-01:", "2027-01-01:"),
    (":2026-06-30", "2026-01-01:"),
    ("2026-01-01:2026-12-31", "2026-12-31:"),
    ("2026-01-01:2026-12-31", ":2026-01-01"),
    ("2026-01-01:2026-12-31", "2026-03-01:2026-04-01"),
    ("2026-03-01:2026-04-01", "2026-01-01:2026-12-31"),
]
APART = [
    ("2026-01-01:2026-12-31", "2027-01-01:"),  # next year's, entered early
    ("2027-01-01:", "2026-01-01:2026-12-31"),
    (":2026-06-30", "2026-07-01:"),
    ("2026-01-01:2026-03-31", "2026-04-01:2026-06-30"),
]


@pytest.mark.parametrize(("first", "second"), OVERLAPPING)
def test_a_second_active_policy_of_the_rank_on_a_day_is_refused(first: str, second: str) -> None:
    stored = policy(first)
    stored.save()
    another = policy(second, patient=stored.patient)

    with pytest.raises(ValidationError, match="already has an active policy of this rank"):
        another.full_clean()
    with pytest.raises(Refused, match="End or deactivate that one first"):
        another.save()

    assert InsurancePolicy.objects.count() == 1


@pytest.mark.parametrize(("first", "second"), APART)
def test_policies_that_follow_each_other_are_welcome(first: str, second: str) -> None:
    stored = policy(first)
    stored.save()
    another = policy(second, patient=stored.patient)

    another.full_clean()
    another.save()

    assert InsurancePolicy.objects.count() == 2


@pytest.mark.parametrize("difference", ["rank", "patient", "inactive", "other inactive"])
def test_only_active_policies_of_the_same_patient_and_rank_are_in_the_way(difference: str) -> None:
    stored = policy(":", is_active=difference != "other inactive")
    stored.save()
    patient = None if difference == "patient" else stored.patient
    rank = RANKS.SECONDARY if difference == "rank" else RANKS.PRIMARY
    another = policy(":", patient=patient, rank=rank, is_active=difference != "inactive")

    another.full_clean()
    another.save()

    assert InsurancePolicy.objects.count() == 2


def test_a_policy_is_not_in_its_own_way() -> None:
    stored = policy("2026-01-01:")
    stored.save()
    stored.ends_on = day("2026-12-31")

    stored.full_clean()
    stored.save()

    assert InsurancePolicy.objects.get().ends_on == day("2026-12-31")


def test_an_inactive_policy_can_be_activated_only_where_none_is_in_the_way() -> None:
    stored = policy(":")
    stored.save()
    another = policy(":", patient=stored.patient, is_active=False)
    another.save()
    another.is_active = True

    with pytest.raises(Refused):
        another.save()

    stored.is_active = False
    stored.save()
    another.save()
    assert InsurancePolicy.objects.active().get() == another


def test_postgresql_itself_refuses_what_was_written_without_asking() -> None:
    """SQLite knows no such constraint: there `save()` asks, and no other way of writing does."""
    stored = policy("2026-01-01:2026-12-31")
    stored.save()
    others = [policy(days, patient=stored.patient) for days in ("2026-12-31:", "2027-01-01:")]

    def write_unchecked(other: InsurancePolicy) -> str:
        try:
            with transaction.atomic():
                InsurancePolicy.objects.bulk_create([other])
        except IntegrityError:
            return "refused"
        return "written"

    refused_on_postgresql = "refused" if connection.vendor == "postgresql" else "written"
    assert [write_unchecked(other) for other in others] == [refused_on_postgresql, "written"]


def test_a_policy_may_hold_for_a_single_day() -> None:
    single = policy("2026-01-01:2026-01-01")
    single.full_clean()
    single.save()

    with pytest.raises(ValidationError, match="on these days"):
        policy("2026-01-01:2026-01-01", patient=single.patient).full_clean()


@pytest.mark.parametrize("is_active", [True, False])
def test_a_policy_does_not_end_before_it_starts(is_active: bool) -> None:
    wrong = policy("2026-01-02:2026-01-01", is_active=is_active)

    with pytest.raises(ValidationError, match="ends before it starts"):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_a_policy_for_someone_elses_insurance_names_the_insured() -> None:
    stranger = policy(":", relationship=InsurancePolicy.Relationship.SPOUSE)

    with pytest.raises(ValidationError) as refused:
        stranger.full_clean()
    assert set(refused.value.message_dict) == {
        "insured_last_name",
        "insured_first_name",
        "insured_date_of_birth",
    }

    stranger.insured_last_name, stranger.insured_first_name = "Doe", "Sam"
    stranger.insured_date_of_birth = day("1979-01-31")
    stranger.full_clean()


def test_a_policy_without_a_patient_is_refused_at_its_field() -> None:
    lost = PolicyFactory.build(patient=None, plan=PlanFactory())

    with pytest.raises(ValidationError) as refused:
        lost.full_clean()
    assert set(refused.value.message_dict) == {"patient"}


@pytest.mark.parametrize("copay", ["-1", "123456.00"])
def test_a_copay_is_an_amount_that_fits(copay: str) -> None:
    with pytest.raises(ValidationError) as refused:
        policy(":", copay=copay).full_clean()
    assert set(refused.value.message_dict) == {"copay"}


def test_a_policy_reads_as_patient_rank_and_number() -> None:
    patient = PMPatientFactory(chart_number="C1")

    assert str(policy(":", patient=patient, policy_number="W1")) == "Doe, Pat (C1) – primary, W1"
