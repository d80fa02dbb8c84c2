"""Dates as people type them."""

import datetime
from typing import Any

import pytest

from kareo.records.texts.dates import read_date
from pm.models import InsurancePolicy, Patient

TODAY = datetime.date(2026, 7, 1)
WAYS = [
    "01/05/1986",
    "1/5/86",
    "1-5-86",
    "1.5.86",
    "01051986",
    "010586",
    "Jan 5 1986",
    "Jan. 5, 1986",
    "january 5th, 1986",
    "5 Jan 1986",
    "1986-01-05",
    " 1986/1/5 ",
    "19860105",
]


@pytest.mark.parametrize("typed", WAYS)
def test_a_date_is_read_in_all_its_ways(typed: str) -> None:
    assert read_date(typed, TODAY) == datetime.date(1986, 1, 5)


@pytest.mark.parametrize(
    ("typed", "latest", "year"),
    [
        ("7-1-26", TODAY, 2026),
        ("7-2-26", TODAY, 1926),  # a birth is in the past
        ("7-2-26", datetime.date(2056, 12, 31), 2026),
        ("7-2-2030", TODAY, 2030),  # as it was typed, for the field to refuse
    ],
)
def test_of_two_digits_the_last_such_year_is_meant(
    typed: str, latest: datetime.date, year: int
) -> None:
    day = read_date(typed, latest)
    assert day is not None
    assert day.year == year


@pytest.mark.parametrize(
    "typed", ["", "13/45/1986", "1986", "soon", "01/05/0186", "1051986", "2/30"]
)
def test_what_is_no_date_is_none(typed: str) -> None:
    assert read_date(typed, TODAY) is None


@pytest.mark.parametrize(
    ("model", "name", "kind"),
    [
        (Patient, "date_of_birth", "DateField"),
        (InsurancePolicy, "ends_on", "DateField"),
        (InsurancePolicy, "copay", "DecimalField"),
    ],
)
def test_what_is_typed_is_none_of_the_databases_business(
    model: type[Patient | InsurancePolicy], name: str, kind: str
) -> None:
    field: Any = model._meta.get_field(name)
    assert field.deconstruct()[1] == f"django.db.models.{kind}"
