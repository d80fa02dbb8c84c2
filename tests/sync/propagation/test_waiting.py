"""What a save finds that waited for somebody who linked or moved its record meanwhile."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from ehr.models import Insurance
from kareo.records import Unanswered
from kareo.records.asking.answers import Answers
from pm.models import InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.flags import wrong_flags
from sync.propagation import link_orphans
from tests.conftest import AtOnce
from tests.editing import edit
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db(transaction=True)


def in_turn(at_once: AtOnce, first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Let `second` begin, and wait for a lock if it must, before what `first` did is committed."""
    done, begun = Event(), Event()

    def first_in_a_transaction() -> None:
        with transaction.atomic():
            first()
            done.set()
            if connection.vendor == "postgresql":  # elsewhere the second can't begin
                begun.wait(10)
                Event().wait(0.3)

    def then_second() -> None:
        done.wait(10)
        begun.set()
        second()

    at_once(first_in_a_transaction, then_second)


def test_an_edit_of_an_orphan_that_is_linked_meanwhile_crosses_over(at_once: AtOnce) -> None:
    plan, insurance = orphan_plan(), orphan_insurance()
    copy = anew(plan)

    in_turn(
        at_once,
        lambda: link_orphans(anew(plan), insurance.pk),
        lambda: edit(copy, phone="800-555-0100"),
    )

    assert insurance_of(plan).phone == "800-555-0100"
    assert SyncEvent.objects.latest("pk").outcome == "updated"
    assert not wrong_flags().exists()


@pytest.mark.parametrize("orphan", [False, True])
def test_a_plan_that_moves_between_companies_of_one_name_is_found_by_who_waited(
    at_once: AtOnce, orphan: bool
) -> None:
    """Joined to the company that it had before, PostgreSQL would leave it out."""
    one, other = CompanyFactory(name="Aetna"), CompanyFactory(name="Aetna")
    plan = orphan_plan(company=one) if orphan else PlanFactory(company=one)

    def change() -> None:
        InsurancePlan.objects.filter(pk=plan.pk).change(fax="800-555-0100")

    def edit_insurance() -> None:
        edit(insurance_of(plan), fax="800-555-0100")

    in_turn(
        at_once,
        lambda: InsurancePlan.objects.filter(pk=plan.pk).change(company=other),
        change if orphan else edit_insurance,
    )

    assert (anew(plan).company_id, anew(plan).fax) == (other.pk, "800-555-0100")
    assert Insurance.objects.filter(fax="800-555-0100").count() == (0 if orphan else 1)
    assert InsuranceLink.objects.count() == (0 if orphan else 1)


@pytest.mark.parametrize("factory", [PMPatientFactory, EHRPatientFactory])
def test_a_chart_that_becomes_the_same_person_as_one_just_added_is_asked_about(
    at_once: AtOnce, factory: Any
) -> None:
    renamed = factory(last_name="Roe")
    answers = Answers(get_user_model().objects.create_superuser("admin"))

    def add() -> None:
        added = factory.build()
        added.answers = answers
        added.save()

    def rename() -> None:
        renamed.last_name, renamed.answers = "Doe", answers
        with pytest.raises(Unanswered):
            renamed.save()

    in_turn(at_once, add, rename)

    assert anew(renamed).last_name == "Roe"
