"""Read a payer list: the values of each row as they are stored, or what is wrong with them."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TextIO

from django.core.exceptions import ValidationError
from django.db.models import Model

from kareo.records.fields import one_spaced
from pm.models import InsuranceCompany, InsurancePlan
from sync.importing.csv_table import BadRow, Row, Table

# {column: whose field it fills}
COLUMNS: dict[str, tuple[type[Model], str]] = {
    "company": (InsuranceCompany, "name"),
    "plan": (InsurancePlan, "name"),
    **{name: (InsurancePlan, name) for name in (*InsurancePlan.address_fields, "phone")},
    "payer_id": (InsuranceCompany, "payer_id"),
}
OPTIONAL = ("street_2", "phone", "payer_id")

CACHED_VALUES = 8192  # per column; payer lists repeat companies, cities, states and ZIPs
LONGEST_CACHED = 300  # characters


class PayerRow(NamedTuple):
    line: int
    company: str
    plan: str
    address: dict[str, str]
    phone: str
    payer_id: str


class PayerList:
    """The rows of a payer list. As in a Table, `unknown` names the columns that are ignored."""

    def __init__(self, file: TextIO) -> None:
        self._table = Table(file, COLUMNS, OPTIONAL)
        self._checks = {column: _check(model, name) for column, (model, name) in COLUMNS.items()}
        self.unknown = self._table.unknown

    def rows(self) -> Iterator[PayerRow | BadRow]:
        """Yield each row that holds anything, in the file's order."""
        for row in self._table.rows():
            yield row if isinstance(row, BadRow) else self._checked(row)

    def _checked(self, row: Row) -> PayerRow | BadRow:
        values, problems = {}, []
        for column, check in self._checks.items():
            values[column], reason = check(row.values.get(column, ""))
            if reason:
                problems.append((column, reason))
        if not problems:
            address = {name: values.pop(name) for name in InsurancePlan.address_fields}
            return PayerRow(row.line, address=address, **values)
        if row.last_line > row.line:
            why = f"The row has line breaks within quotes, up to line {row.last_line}."
            problems.append(("", why))
        return BadRow(row.line, problems)


def _check(model: type[Model], name: str) -> Callable[[str], tuple[str, str]]:
    """Return a function that gives a cell's value as stored, and why it is refused, if it is."""
    field: Any = model._meta.get_field(name)

    def check(text: str) -> tuple[str, str]:
        try:
            return field.clean(one_spaced(text), None), ""
        except ValidationError as error:
            return "", " ".join(error.messages)

    cached = lru_cache(CACHED_VALUES)(check)
    return lambda text: (cached if len(text) <= LONGEST_CACHED else check)(text)
