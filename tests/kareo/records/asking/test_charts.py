"""A second chart of one person, or a number that may be another's, is asked about once."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

import ehr.models
import pm.models
from kareo.records import Person
from kareo.records.asking import charts
from kareo.records.asking.charts import MOST_NAMED, alike_keys, number_key
from tests.conftest import Statements
from tests.factories import EHRPatientFactory, PMPatientFactory
from tests.screens import change_url, errors_of, submit

pytestmark = pytest.mark.django_db

FACTORIES: dict[str, Any] = {"pm": PMPatientFactory, "ehr": EHRPatientFactory}
BORN = datetime.date(1980, 5, 17)
STRANGER = {"last_name": "Roe", "first_name": "Sam", "date_of_birth": "01/02/1961"}
IN_BOTH = pytest.mark.parametrize("app", FACTORIES)


def add_url(app: str) -> str:
    return reverse(f"admin:{app}_patient_add")


def asked_of(response: Any) -> list[str]:
    """Return what a page asks; [] where it was saved."""
    return [] if response.status_code == 302 else errors_of(response)["__all__"]


def person(**values: str) -> dict[str, str]:
    same = {"last_name": "Doe", "first_name": "Pat", "date_of_birth": "05/17/1980"}
    return {"chart_number": "N77", **same, **values}


@IN_BOTH
@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ({}, {}),
        ({"last_name": "O'Brien"}, {"last_name": "OBRIEN"}),
        ({"last_name": "de la Peña"}, {"last_name": "De La Pena"}),
        ({"last_name": "Łukasik"}, {"last_name": "lukasik"}),
        ({"first_name": "Mary Ann"}, {"first_name": "maryann"}),
        ({"last_name": "St. John"}, {"last_name": "Saint John"}),
        ({"last_name": "Saint John"}, {"last_name": "St. John"}),
        ({"last_name": "Dæhlie-Þórsson"}, {"last_name": "Daehlie Þorsson"}),
        ({"last_name": "Strauß"}, {"last_name": "STRAUSS"}),
        ({"first_name": 'Pat "the" K.'}, {"first_name": "Pat the K"}),
        ({"last_name": "Kim", "first_name": "Kim"}, {"last_name": "KIM", "first_name": "Kim"}),
    ],
)
def test_one_of_the_same_name_and_birth_date(
    admin_client: Client, app: str, stored: dict[str, str], typed: dict[str, str]
) -> None:
    there = FACTORIES[app](**stored)

    [question] = asked_of(page := submit(admin_client, add_url(app), **person(**typed)))

    assert f'<a href="{change_url(there)}">' in question
    assert "has the same name and birth date." in question
    assert type(there).objects.count() == 1
    assert asked_of(submit(admin_client, add_url(app), page)) == []
    assert type(there).objects.count() == 2


@IN_BOTH
@pytest.mark.parametrize(
    "typed", [{"last_name": "Dow"}, {"first_name": "Patrick"}, {"date_of_birth": "05/18/1980"}]
)
def test_another_person_is_no_question(
    admin_client: Client, app: str, typed: dict[str, str]
) -> None:
    FACTORIES[app]()

    assert asked_of(submit(admin_client, add_url(app), **person(**typed))) == []


def test_one_in_the_other_list_is_the_counterpart(admin_client: Client) -> None:
    EHRPatientFactory(chart_number="N77")

    assert asked_of(submit(admin_client, add_url("pm"), **person())) == []


@IN_BOTH
@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("K1004", "k1004"),
        ("K1004", "K-1004"),
        ("k 1004", "K1004"),
        ("K.10/04", "k1004"),
        ("#K_0 1004", "k1004"),
        ("(K-001004)", "K1004"),
        ("1004", "0001004"),
        ("0001004", "10-04"),
        ("MRN", "mrn"),
        ("7", "007"),
        ("#7", "7"),
        ("K-12", "k 012"),
        ("AB-", "AB"),
        ("(A)_1", "A1"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_chart_number_that_is_nearly_another_ones(
    admin_client: Client, app: str, stored: str, typed: str, turned: bool
) -> None:
    stored, typed = (typed, stored) if turned else (stored, typed)
    there = FACTORIES[app](chart_number=stored)
    values = {"chart_number": typed, **STRANGER}

    [question] = asked_of(page := submit(admin_client, add_url(app), **values))

    assert f'<a href="{change_url(there)}">' in question
    assert "has nearly the same chart number." in question
    assert asked_of(submit(admin_client, add_url(app), page)) == []
    assert type(there).objects.count() == 2


@IN_BOTH
@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("K1004", "K10040"),
        ("K1004", "1004"),
        ("K1004", "K104"),
        ("1", "100"),
        ("77", "777"),
        ("1*2", "12"),
    ],
)
def test_another_chart_number_is_no_question(
    admin_client: Client, app: str, stored: str, typed: str
) -> None:
    FACTORIES[app](chart_number=stored)

    values = {"chart_number": typed, **STRANGER}
    assert asked_of(submit(admin_client, add_url(app), **values)) == []


@IN_BOTH
def test_an_equal_chart_number_is_refused(admin_client: Client, app: str) -> None:
    FACTORIES[app](chart_number="N77")

    errors = errors_of(submit(admin_client, add_url(app), **person()))

    assert set(errors) == {"chart_number"}


@IN_BOTH
def test_both_at_once_are_one_question(admin_client: Client, app: str) -> None:
    FACTORIES[app](chart_number="n-77")

    [question] = asked_of(submit(admin_client, add_url(app), **person()))

    assert "has the same name and birth date and nearly the same chart number." in question


@IN_BOTH
def test_an_inactive_chart_is_to_be_opened(admin_client: Client, app: str) -> None:
    FACTORIES[app](is_active=False)

    [question] = asked_of(submit(admin_client, add_url(app), **person()))

    assert "open that chart, which is inactive," in question


@IN_BOTH
def test_it_is_asked_also_of_a_change_but_never_of_what_was_there_all_along(
    admin_client: Client, app: str
) -> None:
    FACTORIES[app](chart_number="N77")
    twin = FACTORIES[app](chart_number="n77")
    other = FACTORIES[app](chart_number="X1", last_name="Roe")

    assert asked_of(submit(admin_client, change_url(twin), is_active=None)) == []
    assert len(asked_of(submit(admin_client, change_url(other), last_name="Doe"))) == 2
    assert len(asked_of(submit(admin_client, change_url(other), chart_number="N-77"))) == 2


@IN_BOTH
def test_other_data_is_asked_about_again(admin_client: Client, app: str) -> None:
    FACTORIES[app]()
    FACTORIES[app](chart_number="N-78", last_name="Roe")
    page = submit(admin_client, add_url(app), **person())

    [question] = asked_of(submit(admin_client, add_url(app), page, chart_number="N78"))

    assert "has nearly the same chart number." in question


@IN_BOTH
def test_of_many_only_some_are_named(admin_client: Client, app: str) -> None:
    FACTORIES[app].create_batch(MOST_NAMED + 2)

    page = submit(admin_client, add_url(app), **person())

    assert len(asked_of(page)) == MOST_NAMED
    assert asked_of(submit(admin_client, add_url(app), page)) == []


@IN_BOTH
def test_whoever_may_not_see_the_other_is_told_of_one(client: Client, app: str) -> None:
    FACTORIES[app](chart_number="SECRET")
    clerk = User.objects.create_user("clerk", is_staff=True)
    codes = {"content_type__app_label": app, "codename": "add_patient"}
    clerk.user_permissions.set(Permission.objects.filter(**codes))
    client.force_login(clerk)

    [question] = asked_of(submit(client, add_url(app), **person()))

    name = "PM patient" if app == "pm" else "EHR patient"
    assert question.startswith(f"Another {name} has the same name and birth date.")
    assert "SECRET" not in question
    assert "<a" not in question


@IN_BOTH
def test_the_shell_is_not_asked(app: str) -> None:
    FACTORIES[app](chart_number="N77")
    FACTORIES[app](chart_number="n77")

    model = pm.models.Patient if app == "pm" else ehr.models.Patient
    assert model._default_manager.count() == 2


@IN_BOTH
def test_one_query_finds_out_and_none_where_nothing_of_it_was_typed(
    admin_client: Client, statements: Statements, app: str
) -> None:
    patient = FACTORIES[app](chart_number="N77")
    page = admin_client.get(change_url(patient))

    def looked(**typed: Any) -> int:
        with statements() as sent:
            response = submit(admin_client, change_url(patient), page, **typed)
        assert response.status_code == 302
        return sum("search_text" in sql and "BORN" in sql and "SELECT" in sql for sql in sent)

    assert looked(first_name="Patricia", chart_number="N78") == 1
    page = admin_client.get(change_url(patient))
    assert looked(is_active=None) == 0


def test_of_those_born_on_one_day_only_who_may_be_called_so_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed = PMPatientFactory.build(last_name="Smith")
    for last_name in ("Brown", "Thims", "Smith"):
        PMPatientFactory(last_name=last_name, date_of_birth=typed.date_of_birth)
    read: list[str] = []

    def keys_of(person: Person) -> dict[str, str]:
        read.append(person.last_name)
        return alike_keys(person)

    monkeypatch.setattr(charts, "alike_keys", keys_of)

    assert len(charts.doubts_about(typed, {"last_name"})) == 1
    assert read == ["Smith", "Smith"]


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("K-00123", "k123"),
        ("000", "0"),
        ("A0", "a0"),
        ("--", ""),
        ("#_", ""),
        ("12-0034", "120034"),
        ("(1*2)", "1*2"),
    ],
)
def test_what_counts_of_a_chart_number(number: str, key: str) -> None:
    assert number_key(number) == key
