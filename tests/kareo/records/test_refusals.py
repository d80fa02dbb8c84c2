"""What a save refuses, in words, and that a failed one leaves all as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Never

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from ehr.models import Insurance
from kareo.records import FixedField, Refused, StaleRecord
from kareo.records.acting import acting
from kareo.records.refusals import refusal_in_words
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink
from sync.propagation.writing import PropagationFailed
from tests.editing import edit
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    RecordFactory,
    anew,
    insurance_of,
    plan_of,
)

pytestmark = pytest.mark.django_db


def test_a_copy_that_was_read_before_someone_elses_edit_is_refused() -> None:
    plan = PlanFactory()
    first, second = anew(plan), anew(plan)
    with acting("kim"):
        edit(first, phone="800-555-0100")

    second.name = "PPO"
    with pytest.raises(StaleRecord, match=r"was changed by kim meanwhile\. Nothing was saved\."):
        second.save()

    assert (anew(plan).phone, anew(plan).name) == ("800-555-0100", plan.name)
    assert (second.version, second.before) == (1, None)


def test_a_copy_that_was_read_before_the_rules_wrote_is_refused_too() -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)
    edit(plan, phone="800-555-0100")

    with pytest.raises(StaleRecord, match="changed by someone else meanwhile"):
        edit(insurance, fax="800-555-0101")

    assert anew(plan).fax == ""


def test_a_refused_edit_can_be_repeated_on_the_record_loaded_again() -> None:
    plan = PlanFactory()
    stale = anew(plan)
    edit(plan, phone="800-555-0100")
    with pytest.raises(StaleRecord):
        edit(stale, name="PPO")

    stale.refresh_from_db()
    edit(stale, name="PPO")

    assert (anew(plan).phone, insurance_of(plan).plan_name) == ("800-555-0100", "PPO")


def test_a_record_that_was_deleted_meanwhile_is_refused_and_not_added_again() -> None:
    plan = PlanFactory()
    copy = anew(plan)
    plan.delete()

    with pytest.raises(StaleRecord, match="was deleted by someone else meanwhile"):
        edit(copy, name="PPO")

    assert not InsurancePlan.objects.exists()


def test_a_company_name_that_pm_gave_is_refused_at_its_field_and_by_save() -> None:
    insurance = InsuranceFactory(company_name="Aetna")
    insurance.company_name = "Cigna"

    with pytest.raises(ValidationError) as refused:
        insurance.full_clean()
    assert list(refused.value.message_dict) == ["company_name"]
    with pytest.raises(FixedField, match="comes from PM and can't be edited here"):
        insurance.save()

    assert anew(insurance).company_name == "Aetna"
    assert insurance.version == 1
    edit(insurance, company_name="Aetna", phone="800-555-0100")
    assert anew(insurance).phone == "800-555-0100"


def test_a_stale_company_name_does_not_stand_in_the_way_of_other_edits() -> None:
    insurance = InsuranceFactory(company_name="Aetna")
    edit(plan_of(insurance).company, name="Aetna Inc")
    insurance.phone = "800-555-0100"

    insurance.full_clean()
    insurance.save()

    assert anew(insurance).phone == "800-555-0100"


def test_cleaning_a_record_that_was_deleted_meanwhile_finds_no_fault() -> None:
    insurance = InsuranceFactory()
    copy = anew(insurance)
    insurance.delete()
    copy.company_name = "Cigna"

    copy.full_clean()


@contextmanager
def full_log() -> Iterator[None]:
    """Let every write to the log fail, after all else was written."""

    def fail(*args: Any, **kwargs: Any) -> Never:
        raise DatabaseError("the log is full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.propagation.writing.insert", fail)
        yield


@pytest.mark.parametrize("factory", [PlanFactory, InsuranceFactory])
def test_where_propagating_an_add_fails_neither_record_is_saved(
    factory: type[RecordFactory[Any]],
) -> None:
    company = {"company": CompanyFactory()} if factory is PlanFactory else {}
    companies = InsuranceCompany.objects.count()
    record = factory.build(**company)

    with full_log(), pytest.raises(PropagationFailed) as failed:
        record.save()

    assert isinstance(failed.value, Refused)
    assert str(failed.value).startswith(
        "Nothing was saved: the other list couldn't be written along with this one. Try again. If"
        " it happens again, tell your administrator: the server's log says why, at 20"
    )
    assert InsurancePlan.objects.count() == Insurance.objects.count() == 0
    assert InsuranceCompany.objects.count() == companies
    assert (record.pk, record.version, record._state.adding) == (None, 1, True)

    record.save()

    assert InsurancePlan.objects.count() == Insurance.objects.count() == 1
    assert InsuranceLink.objects.count() == 1


def test_where_propagating_an_edit_fails_both_records_stay_as_they_were() -> None:
    plan = PlanFactory(name="HMO")
    plan.name = "PPO"
    with full_log(), pytest.raises(PropagationFailed):
        plan.save()

    assert (anew(plan).name, insurance_of(plan).plan_name) == ("HMO", "HMO")
    assert (plan.name, plan.version, plan.before) == ("PPO", 1, None)

    plan.save()

    assert (anew(plan).name, insurance_of(plan).plan_name) == ("PPO", "PPO")
    assert plan.version == 2


def test_a_failed_match_leaves_the_typed_company_name_for_another_try() -> None:
    CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    insurance = InsuranceFactory.build(company_name="Aetna Inc", **AETNA_ADDRESS)
    with full_log(), pytest.raises(PropagationFailed):
        insurance.save()

    insurance.save()

    assert anew(insurance).company_name == insurance.company_name == "Aetna"
    assert insurance.version == anew(insurance).version


def test_a_save_that_the_database_refuses_leaves_the_copy_as_it_was() -> None:
    first = PMPatientFactory(chart_number="C1")
    second = PMPatientFactory(chart_number="C2")
    second.chart_number = "C1"

    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()

    edit(second, chart_number="C3")
    assert anew(second).version == 2
    assert anew(first).version == 1


def test_what_the_database_refuses_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    words = refusal_in_words(IntegrityError("CHECK constraint failed: some_rule"), None)

    assert words.startswith("Nothing was saved: someone else saved a record that conflicts")
    assert "the server's log says why, at 20" in words
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.exc_info
    assert "some_rule" in str(record.exc_info[1])
