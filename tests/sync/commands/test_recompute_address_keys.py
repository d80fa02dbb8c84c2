"""`recompute_address_keys` brings stored keys up to date, and is no edit."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.models.signals import post_save

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.addresses import KEY_VERSION
from kareo.records import RecordQuerySet, deleting, saved, saving
from kareo.records.models import Record
from kareo.records.texts.names import NAME_KEY_VERSION
from pm.models import InsuranceCompany, InsurancePlan
from pm.models import Patient as PMPatient
from sync.management.commands import recompute_address_keys
from sync.models import SyncEvent
from tests.conftest import AtOnce, Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    anew,
)

pytestmark = pytest.mark.django_db

MODELS = (InsuranceCompany, InsurancePlan, Insurance)
PATIENTS = (PMPatient, EHRPatient)
KEYS = {"address_key": "old", "near_key": "old", "name_key": "old"}
OLD = {**KEYS, "address_key_version": KEY_VERSION - 1, "name_key_version": NAME_KEY_VERSION - 1}


def run(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    call_command("recompute_address_keys", *arguments, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


def recomputed(*arguments: str, patients: bool = False) -> list[tuple[int, int]]:
    """Run it; return (rows, recomputed) of each model."""
    report = json.loads(run("--format", "json", *arguments))
    assert report["dry_run"] is ("--dry-run" in arguments)
    assert list(report["models"]) == [model._meta.label for model in (*MODELS, *PATIENTS)]
    done = [(told["rows"], told["recomputed"]) for told in report["models"].values()]
    return done if patients else done[: len(MODELS)]


def rows() -> list[list[Any]]:
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


def make_old() -> None:
    for model in MODELS:
        model.objects.update(**OLD)


@pytest.fixture
def signals() -> Iterator[list[type[Record]]]:
    """Return a list that grows by each signal that is sent around saves and deletes."""
    seen = []

    def on(sender: type[Record], **kwargs: Any) -> None:
        seen.append(sender)

    for signal in (saving, saved, deleting, post_save):
        signal.connect(on)
    yield seen
    for signal in (saving, saved, deleting, post_save):
        signal.disconnect(on)


def test_searched_texts_are_made_anew_those_of_patients_too() -> None:
    """As after loading a fixture of a version that had none."""
    PlanFactory()
    people = [PMPatientFactory(), EHRPatientFactory()]
    models: tuple[Any, ...] = (*MODELS, *PATIENTS)
    for model in models:
        model.objects.update(search_text="")

    assert recomputed(patients=True) == [(1, 1)] * 5

    assert [anew(person).search_text for person in people] == [p.search_text for p in people]
    assert recomputed(patients=True) == [(1, 0)] * 5


def test_old_keys_become_what_a_save_would_make_them_and_nothing_else_changes(
    signals: list[type[Record]],
) -> None:
    PlanFactory.create_batch(3)
    right, events = rows(), SyncEvent.objects.count()
    make_old()
    signals.clear()

    assert recomputed() == [(3, 3)] * 3

    assert rows() == right  # version, updated_at and updated_by among them
    assert SyncEvent.objects.count() == events
    assert signals == []


@pytest.mark.parametrize("field", OLD)
def test_one_key_or_version_that_is_out_of_date_is_enough(field: str) -> None:
    CompanyFactory.create_batch(2)
    right = rows()
    InsuranceCompany.objects.filter(pk=right[0][1]["id"]).update(**{field: OLD[field]})

    assert recomputed() == [(2, 1), (0, 0), (0, 0)]
    assert rows() == right


def test_a_payer_id_that_was_stored_as_typed_becomes_that_of_a_save() -> None:
    company = CompanyFactory(payer_id="AB12")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pm_insurancecompany SET payer_id = ' ab12'")

    assert recomputed() == [(1, 1), (0, 0), (0, 0)]

    assert (anew(company).payer_id, anew(company).version) == ("AB12", 1)


def test_only_keys_are_written_not_what_else_derives() -> None:
    insurance = PlanFactory().link.insurance
    Insurance.objects.update(**OLD, name="kept")

    recomputed()

    stored = anew(insurance)
    assert (stored.name, stored.name_key) == ("kept", insurance.name_key)


def test_run_again_it_has_nothing_to_do_and_writes_nothing(statements: Statements) -> None:
    PlanFactory()
    make_old()
    recomputed()

    with statements() as sent:
        assert recomputed() == [(1, 0)] * 3
    assert not [sql for sql in sent if "UPDATE" in sql]


def test_a_dry_run_says_the_same_and_writes_nothing(statements: Statements) -> None:
    PlanFactory.create_batch(2)
    make_old()
    before = rows()

    with statements() as sent:
        assert recomputed("--dry-run") == [(2, 2)] * 3

    assert rows() == before
    assert not [sql for sql in sent if "UPDATE" in sql]  # nor a lock


def test_it_says_so_in_words() -> None:
    PlanFactory()
    InsurancePlan.objects.update(**OLD)

    dry, wet = run("--dry-run").splitlines(), run().splitlines()

    assert [" ".join(line.split()) for line in dry] == [
        "PM insurance companies: 1 rows, 0 would be recomputed",
        "PM insurance plans: 1 rows, 1 would be recomputed",
        "EHR insurances: 1 rows, 0 would be recomputed",
        "PM patients: 0 rows, 0 would be recomputed",
        "EHR patients: 0 rows, 0 would be recomputed",
    ]
    assert wet[1].endswith(" 1 recomputed")


def test_an_empty_database_is_fine() -> None:
    assert recomputed() == [(0, 0)] * 3


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 6])
def test_every_row_is_reached_whatever_the_batch(
    batch: int, monkeypatch: pytest.MonkeyPatch, statements: Statements
) -> None:
    monkeypatch.setattr(recompute_address_keys, "BATCH", batch)
    CompanyFactory.create_batch(5)
    right = rows()
    make_old()

    with statements() as sent:
        assert recomputed()[0] == (5, 5)

    assert rows() == right
    updates = [sql for sql in sent if sql.startswith("UPDATE") or "times: UPDATE" in sql]
    assert len(updates) == -(-5 // batch)


def test_an_open_page_can_still_be_saved() -> None:
    company = CompanyFactory(**AETNA_ADDRESS)
    make_old()
    opened = anew(company)

    recomputed()
    opened.phone = "800-555-0100"
    opened.save()

    assert anew(company).phone == "800-555-0100"


def test_what_others_saved_since_the_batch_was_read_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    moved, deleted = CompanyFactory.create_batch(2)
    make_old()
    lock_and_read = RecordQuerySet.lock_and_read

    def after_others(self: RecordQuerySet[Any], pks: list[int]) -> list[Any]:
        monkeypatch.undo()
        saved = anew(moved)
        saved.street_1 = "900 Other Road"
        saved.save()
        InsuranceCompany.objects.filter(pk=deleted.pk).delete()
        return lock_and_read(self, pks)

    monkeypatch.setattr(RecordQuerySet, "lock_and_read", after_others)

    assert recomputed()[0] == (2, 0)
    stored = anew(moved)
    assert stored.street_1 == "900 Other Road"
    assert "900 OTHER RD" in stored.address_key
    assert not InsuranceCompany.objects.filter(pk=deleted.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [DatabaseError("the disk is full"), KeyboardInterrupt()])
def test_stopped_in_the_middle_it_keeps_what_is_done_and_is_completed_by_running_it_again(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recompute_address_keys, "BATCH", 2)
    CompanyFactory.create_batch(5)
    right = rows()
    make_old()
    rederive, calls = RecordQuerySet.rederive, []

    def failing(self: RecordQuerySet[Any], pks: list[int], fields: tuple[str, ...]) -> int:
        calls.append(pks)
        if len(calls) == 2:
            raise error
        return rederive(self, pks, fields)

    with monkeypatch.context() as patched:
        patched.setattr(RecordQuerySet, "rederive", failing)
        with pytest.raises(CommandError, match=r"^Stopped: .*Run it again") as stopped:
            run()

    assert stopped.value.returncode == 1
    assert InsuranceCompany.objects.filter(address_key="old").count() == 3
    assert recomputed()[0] == (5, 3)
    assert rows() == right


@pytest.mark.django_db(transaction=True)
def test_saves_meanwhile_are_neither_lost_nor_refused(at_once: AtOnce) -> None:
    companies = CompanyFactory.create_batch(10)
    make_old()

    def edit() -> None:
        for number, company in enumerate(companies):
            edited = anew(company)
            edited.street_1 = f"{number + 1} Moved Road"
            edited.save()

    at_once(edit, run)

    for number, company in enumerate(companies):
        stored = anew(company)
        assert stored.street_1 == f"{number + 1} Moved Road"
        assert f"|{number + 1} MOVED RD|" in stored.address_key
    assert recomputed() == [(10, 0), (0, 0), (0, 0)]


def test_a_key_below_zero_is_reached_too() -> None:
    CompanyFactory(pk=-5)
    InsuranceCompany.objects.update(search_text="")

    assert recomputed()[0] == (1, 1)
