"""Write a payer list into PM, in batches, and carry each plan over to the EHR as a typed one.

Idempotent: what is there already is recognised, only its blanks are filled, and nothing is ever
overwritten or deactivated. So an import that was cut short is completed by running it again.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, reset_queries, transaction

from ehr.models import Insurance
from kareo.addresses import KEY_VERSION, address_key
from kareo.names import name_key
from kareo.records import Origin, Record, Refused, locking
from pm.models import InsuranceCompany, InsurancePlan
from sync.apply import apply
from sync.decide import CREATED, NOT_PROPAGATED, UPDATED, Outcome, decide
from sync.payer_list import PayerRow
from sync.receivers import IMPORT_LOCK, lock_number

logger = logging.getLogger(__name__)

BATCH = 2000  # rows of one transaction
TRIES = 4
# PostgreSQL's codes of a transaction that lost against another writer and may be tried again:
# serialization failure and deadlock.
LOST_RACES = frozenset({"40001", "40P01"})

# Of a company's name, the plan's name and its address: equal for two spellings of one plan.
PlanKey = tuple[str, str, str]


class ImportStopped(Refused):
    """Raised when a batch could not be written. Batches before it stand."""


@dataclass(slots=True)
class Summary:
    """What an import did. Every row is counted once: bad, plan added, plan filled, already there."""

    rows: int = 0
    bad_rows: int = 0
    companies_added: int = 0
    companies_filled: int = 0
    plans_added: int = 0
    plans_filled: int = 0
    already_there: int = 0  # rows of a plan that PM has, or an earlier row named
    insurances_created: int = 0
    insurances_updated: int = 0
    plans_without_insurance: int = 0  # found in PM; the EHR's was deleted, and stays so

    def add(self, other: "Summary") -> None:
        for name, count in asdict(other).items():
            setattr(self, name, getattr(self, name) + count)


def import_rows(
    rows: Iterable[PayerRow], file_name: str, batch_size: int = BATCH
) -> Iterator[Summary]:
    """Write `rows`, each batch in a transaction of its own, and yield what was done in each.

    `file_name` is what the log calls the list. Raises ImportStopped where a batch can't be written.
    """
    remaining = iter(rows)
    while batch := list(islice(remaining, batch_size)):
        yield _write(batch, file_name)
        if settings.DEBUG:
            reset_queries()  # Django would keep all the SQL of an import in memory


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Undo all that is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _write(rows: Sequence[PayerRow], file_name: str) -> Summary:
    tries = 0
    while True:
        tries += 1
        try:
            with transaction.atomic():
                return _Batch(rows, file_name).write()
        except Exception as error:
            if tries < TRIES and _lost_a_race(error):
                continue
            lines = f"lines {rows[0].line} to {rows[-1].line} of {file_name}"
            logger.exception("Importing %s failed", lines)
            raise ImportStopped(
                f"The import stopped: {lines} could not be written ({error}). Nothing of them was"
                " saved."
            ) from error


def _lost_a_race(error: Exception) -> bool:
    code = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, OperationalError) and code in LOST_RACES


@dataclass(slots=True, eq=False)
class _Named:
    """A company or plan that rows name, what was filled in, and the lines that it is logged with."""

    record: Any
    is_new: bool
    filled: set[str] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)

    def fill(self, **values: str) -> bool:
        """Take over the values whose fields are blank, and say whether there was any."""
        blanks = {n: value for n, value in values.items() if value and not getattr(self.record, n)}
        for name, value in blanks.items():
            setattr(self.record, name, value)
        self.filled.update(blanks)
        return bool(blanks)


class _Batch:
    """Rows that are written together, folded into the companies and plans that they name."""

    def __init__(self, rows: Sequence[PayerRow], file_name: str) -> None:
        self._rows = [(row, _plan_key(row.company, row.plan, row)) for row in rows]
        self._file_name = file_name
        self._companies: dict[str, _Named] = {}  # by the key of their name
        self._plans: dict[PlanKey, _Named] = {}

    def write(self) -> Summary:
        self._lock_and_find()
        for row, key in self._rows:
            self._take(row, key)
        companies = [named for named in self._companies.values() if named.lines]
        plans = [named for named in self._plans.values() if named.lines]
        for model, written in ((InsuranceCompany, companies), (InsurancePlan, plans)):
            if added := [named.record for named in written if named.is_new]:
                model.objects.bulk_create(added)
            filled = [named for named in written if named.filled and not named.is_new]
            names = sorted(set[str]().union(*(named.filled for named in filled)))
            model.objects.write([named.record for named in filled], names)
        outcomes = decide([named.record for named in (*companies, *plans)])
        self._name_lines(outcomes, [*companies, *plans])
        apply(outcomes)
        return self._summary(companies, plans, outcomes)

    def _lock_and_find(self) -> None:
        """Find what is there already, locked in the order of a save: pairs, plans, companies.

        What others change before the locks are held shows in what is read under them.
        """
        if connection.vendor == "postgresql":  # on SQLite the transaction is already alone
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(IMPORT_LOCK)])
        names, places = {key[0] for _, key in self._rows}, {key[2] for _, key in self._rows}
        company_pks = list(InsuranceCompany.objects.named(names).values_list("pk", flat=True))
        found = list(InsurancePlan.objects.of_companies_at(company_pks, places))
        locking.send(sender=InsurancePlan, records=found, deleting=False, using="default")
        plans = InsurancePlan.objects.lock_and_read(plan.pk for plan in found)
        companies = InsuranceCompany.objects.lock_and_read(company_pks)
        for company in sorted(companies, key=_preference):
            self._companies.setdefault(company.name_key, _stored(company))
        names_by_pk = {named.record.pk: name for name, named in self._companies.items()}
        for plan in sorted(plans, key=_preference):
            if plan.address_key_version != KEY_VERSION:
                plan.derive()
            if company_name := names_by_pk.get(plan.company_id):
                key = _plan_key(company_name, plan.name, plan)
                self._plans.setdefault(key, _stored(plan))
