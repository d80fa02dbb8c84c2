"""Rows written without Django's compiler: the same rows and keys, few or many at a time."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils import timezone

from kareo.records.models import Record
from kareo.records.rows import writing as rows
from kareo.records.rows.writing import FEW_INSERTED, FEW_UPDATED
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, Patient
from sync.models import SyncEvent
from tests.conftest import Statements
from tests.factories import (
    CompanyFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    anew,
    is_stored,
)

pytestmark = pytest.mark.django_db

COUNTS = [1, FEW_INSERTED, FEW_INSERTED + 1, 60]
AWKWARD = [
    "",
    "plain",
    "Ünïcode – ✓",
    "quote \" and ' and %s and {}",
    "tab\tand\\backslash \\N \\t",
    "line\n\\.\nline\r\nline",
    "\\N",
    "NULL",
]


def companies(count: int, **values: Any) -> list[InsuranceCompany]:
    return [ready(CompanyFactory.build(name=f"Company {n}", **values)) for n in range(count)]


def ready(record: Any) -> Any:
    """Return `record` as a save would write it."""
    record.derive()
    record.stamp()
    return record


def taken_out(made: list[Any]) -> list[dict[str, Any]]:
    """Return the stored values of these records, their keys aside, and make them new ones again."""
    written = type(made[0])._default_manager.filter(pk__in=[record.pk for record in made])
    found = list(written.order_by("pk").values())
    written.delete()
    for row, record in zip(found, made, strict=True):
        del row["id"]
        record.pk, record._state.adding = None, True
    return found


@pytest.mark.parametrize("count", COUNTS)
def test_records_get_the_keys_of_their_rows_in_order(count: int) -> None:
    made = companies(count)

    rows.insert(made, "default")

    keys = [company.pk for company in made]
    assert keys == sorted(set(keys))
    found = InsuranceCompany.objects.in_bulk(keys)
    assert [found[company.pk].name for company in made] == [company.name for company in made]
    assert not any(company._state.adding for company in made)
    assert {company._state.db for company in made} == {"default"}


@pytest.mark.parametrize("count", [FEW_INSERTED, 30])
def test_keys_go_on_after_those_of_rows_that_were_deleted(count: int) -> None:
    first, second = companies(count), companies(count)
    rows.insert(first, "default")
    InsuranceCompany.objects.all().delete()

    rows.insert(second, "default")
    CompanyFactory()

    assert min(company.pk for company in second) > max(company.pk for company in first)
    assert InsuranceCompany.objects.count() == count + 1


@pytest.mark.parametrize("count", [2, FEW_INSERTED + 1])
def test_own_keys_are_kept_beside_new_ones(count: int) -> None:
    made = companies(count)
    made[1].pk = 1_000_000

    rows.insert(made, "default")

    assert made[1].pk == 1_000_000
    assert InsuranceCompany.objects.get(pk=1_000_000).name == "Company 1"
    assert len({company.pk for company in made}) == InsuranceCompany.objects.count() == count


@pytest.mark.parametrize("count", [1, 60])
def test_every_column_is_written_as_django_writes_it(count: int) -> None:
    plan, people = PlanFactory(), PMPatientFactory.create_batch(count)
    records: dict[type[Record], list[Any]] = {
        InsuranceCompany: companies(count, zip_code="926171234", state="ca", origin="EHR"),
        InsurancePolicy: [
            ready(PolicyFactory.build(patient=person, plan=plan, copay=Decimal("12.5")))
            for person in people
        ],
    }
    for number, company in enumerate(records[InsuranceCompany]):
        company.notes = AWKWARD[number % len(AWKWARD)]
        company.is_active = number % 3 == 0
    for policy in records[InsurancePolicy]:
        policy.effective_on, policy.ends_on = datetime.date(2026, 1, 2), None
        policy.insured_date_of_birth = "1980-05-17"
    for model, made in records.items():
        models.QuerySet.bulk_create(model._default_manager.all(), made)
        by_django = taken_out(made)

        rows.insert(made, "default")

        assert taken_out(made) == by_django


@pytest.mark.parametrize("count", [1, 20])
def test_json_is_written_as_django_writes_it(count: int) -> None:
    values = {"text": AWKWARD, "none": None, "day": datetime.date(2026, 1, 2), "n": [1, 2.5, True]}
    events = [
        SyncEvent(
            outcome="created",
            source_model="pm.InsurancePlan",
            source_id=number,
            changes=values,
            batch=uuid.uuid4(),
            created_at=timezone.now(),
        )
        for number in range(count)
    ]
    models.QuerySet.bulk_create(SyncEvent.objects.all(), events)
    by_django = taken_out(events)

    rows.insert(events, "default")

    assert taken_out(events) == by_django
    assert by_django[0]["changes"]["text"] == AWKWARD
    assert by_django[0]["reason"] == {}


@pytest.mark.parametrize("count", [1, 20])
def test_records_that_were_saved_after_they_were_given_are_referred_to(
    count: int, statements: Statements
) -> None:
    company = CompanyFactory.build()
    plans = [ready(PlanFactory.build(company=company)) for _ in range(count)]
    with pytest.raises(ValueError, match="Save the company of a insurance plan first"):
        rows.insert(plans, "default")
    company.save()

    rows.insert(plans, "default")

    with statements() as sent:
        assert {plan.company for plan in plans} == {company}
    assert sent == []
    assert set(InsurancePlan.objects.values_list("company", flat=True)) == {company.pk}


@pytest.mark.parametrize("count", [1, 20])
def test_a_conflict_is_djangos_error_and_leaves_neither_rows_nor_keys(count: int) -> None:
    PMPatientFactory(chart_number="7")
    people = [ready(PMPatientFactory.build(chart_number=f"new {n}")) for n in range(count)]
    people[-1].chart_number = "7"

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(people, "default")

    assert not any(map(is_stored, people))
    assert all(person._state.adding for person in people)
    assert Patient.objects.count() == 1
    people[-1].chart_number = "8"
    rows.insert(people, "default")
    assert Patient.objects.count() == count + 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite holds texts of any length")
@pytest.mark.parametrize("count", [1, 20])
def test_a_value_that_does_not_fit_is_djangos_error(count: int) -> None:
    made = companies(count)
    made[-1].name = "x" * 151

    with pytest.raises(DataError), transaction.atomic():
        rows.insert(made, "default")


def test_nothing_is_written_for_no_records(statements: Statements) -> None:
    with statements() as sent:
        rows.insert([], "default")
        assert rows.update([], ["name"], "default") == 0

    assert sent == []


@pytest.mark.parametrize("count", [1, FEW_UPDATED, FEW_UPDATED + 1])
def test_an_update_writes_these_fields_of_these_records_only(count: int) -> None:
    made = companies(count + 1)
    rows.insert(made, "default")
    *changed, other = [anew(company) for company in made]
    for number, company in enumerate(changed):
        company.name, company.notes = f"New {number}", AWKWARD[number % len(AWKWARD)]
        company.phone = "not written"

    written = rows.update(changed, ["name", "notes"], "default")

    assert written == count
    for company in changed:
        now = anew(company)
        assert (now.name, now.notes, now.phone) == (company.name, company.notes, "")
    assert anew(other).name == other.name


@pytest.mark.parametrize("count", [2, FEW_UPDATED + 1])
def test_an_update_leaves_other_versions_alone_and_counts_the_rest(count: int) -> None:
    made = companies(count)
    rows.insert(made, "default")
    InsuranceCompany.objects.filter(pk=made[0].pk).update(version=5)
    for company in made:
        company.name, company.version = "New", 2

    written = rows.update(made, ["name", "version"], "default", [1] * count)

    assert written == count - 1
    assert anew(made[0]).name == "Company 0"
    assert anew(made[1]).version == 2


@pytest.mark.parametrize("count", [2, FEW_UPDATED + 1])
def test_two_updates_of_one_transaction_see_each_other(count: int) -> None:
    made = companies(count)
    rows.insert(made, "default")

    with transaction.atomic():
        for name in ("First", "Second"):
            for company in made:
                company.name = name
            assert rows.update(made, ["name"], "default") == count

    assert set(InsuranceCompany.objects.values_list("name", flat=True)) == {"Second"}


@pytest.mark.parametrize("count", [2, FEW_UPDATED + 1])
def test_an_update_that_conflicts_is_djangos_error(count: int) -> None:
    people = PMPatientFactory.create_batch(count)
    for person in people:
        person.chart_number = "7"

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(people, ["chart_number"], "default")

    assert not Patient.objects.filter(chart_number="7").exists()


def test_a_bulk_create_with_options_does_as_django_does() -> None:
    PMPatientFactory(chart_number="7")
    people = [PMPatientFactory.build(chart_number=number) for number in ("7", "8")]

    Patient.objects.bulk_create(people, ignore_conflicts=True)

    assert Patient.objects.count() == 2


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("given", [0, -5, 900, "901"])
def test_a_key_that_is_given_stays_and_the_others_get_keys_of_their_own(
    given: int | str, count: int
) -> None:
    made = companies(count)
    made[0].pk = given

    InsuranceCompany.objects.bulk_create(made)

    keys = [int(record.pk) for record in made]
    assert keys[0] == int(given)
    assert len(set(keys)) == count
    assert set(InsuranceCompany.objects.values_list("pk", flat=True)) == set(keys)
