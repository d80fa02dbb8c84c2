"""Write a payer list into PM, in batches, and carry each plan over to the EHR as a typed one.

Idempotent: what is there already is recognised, only its blanks are filled, and nothing is ever
overwritten or deactivated. So an import that was cut short is completed by running it again.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import OperationalError, reset_queries, transaction

from kareo.addresses import KEY_VERSION, address_key
from kareo.records import Origin, Record, Refused
from kareo.records.names import name_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.importing.payer_list import PayerRow
from sync.pairs.sides import PM
from sync.propagation import apply
from sync.propagation.locks import lock_import, lock_links
from sync.rules import Outcome, decide
from sync.rules.decision import CREATED, NOT_PROPAGATED, UPDATED
from sync.rules.reasons import imported

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
    """What an import did. Each row is bad, adds a plan, fills a plan or is already there."""

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


def import_rows(rows: Iterable[PayerRow], file_name: str, batch_size: int) -> Iterator[Summary]:
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
    """A company or plan that rows name, what they filled in, and their lines, for the log."""

    record: Any
    is_new: bool
    filled: set[str] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)

    def fill(self, **values: str) -> bool:
        """Take over the values whose fields are blank, and say whether there was any."""
        blanks = {n: value for n, value in values.items() if value and not getattr(self.record, n)}
        if blanks and not (self.is_new or self.record.before):
            self.record.before = copy(self.record)
        for name, value in blanks.items():
            setattr(self.record, name, value)
        self.filled.update(blanks)
        return bool(blanks)


class _Batch:
    """Rows that are written together, folded into the companies and plans that they name."""

    def __init__(self, rows: Sequence[PayerRow], file_name: str) -> None:
        self._rows = rows
        self._file_name = file_name
        self._address_keys = [address_key(*row.address) for row in rows]
        self._company_keys = [name_key(row.company) for row in rows]
        self._companies: dict[str, _Named] = {}  # by the key of their name
        self._plans: dict[PlanKey, _Named] = {}

    def write(self) -> Summary:
        self._lock_and_find()
        for row, company_key, place in zip(
            self._rows, self._company_keys, self._address_keys, strict=True
        ):
            self._take(row, company_key, _plan_key(company_key, row.plan, place, row.address))
        companies = [named for named in self._companies.values() if named.lines]
        plans = [named for named in self._plans.values() if named.lines]
        for model, named in ((InsuranceCompany, companies), (InsurancePlan, plans)):
            if added := [each.record for each in named if each.is_new]:
                model.objects.bulk_create(added)
            filled = [each for each in named if each.filled and not each.is_new]
            fields = sorted({name for each in filled for name in each.filled})
            model.objects.write([each.record for each in filled], fields)
        decision = decide([each.record for each in (*companies, *plans)])
        lines = {id(each.record): each.lines for each in (*companies, *plans)}
        for outcome in decision.outcomes:
            outcome.reason = imported(outcome.reason, self._file_name, lines[id(outcome.source)])
        apply(decision)
        return self._summary(companies, plans, decision.outcomes)

    def _lock_and_find(self) -> None:
        """Find what is there already, and lock it.

        What others change before the locks are held shows in what is read under them.
        """
        lock_import("default")
        company_pks = list(
            InsuranceCompany.objects.named(set(self._company_keys)).values_list("pk", flat=True)
        )
        found = InsurancePlan.objects.of_companies_at(company_pks, set(self._address_keys))
        plan_pks = list(found.values_list("pk", flat=True))
        lock_links("default", PM, plan_pks)
        plans = InsurancePlan.objects.lock_and_read(plan_pks)
        companies = InsuranceCompany.objects.lock_and_read(company_pks)
        for company in sorted(companies, key=_preference):
            self._companies.setdefault(company.name_key, _Named(company, is_new=False))
        company_keys = {each.record.pk: key for key, each in self._companies.items()}
        for plan in sorted(plans, key=_preference):
            if plan.address_key_version != KEY_VERSION:
                plan.derive()
            if company_key := company_keys.get(plan.company_id):
                address = [getattr(plan, name) for name in plan.address_fields]
                plan_key = _plan_key(company_key, plan.name, plan.address_key, address)
                plan.before = copy(plan)  # logged even where no row fills anything in
                self._plans.setdefault(plan_key, _Named(plan, is_new=False))

    def _take(self, row: PayerRow, company_key: str, plan_key: PlanKey) -> None:
        """Let the row add its company and plan, or fill their blanks."""
        address = dict(zip(InsurancePlan.address_fields, row.address, strict=True))
        company = self._companies.get(company_key)
        if company is None:
            company = _Named(InsuranceCompany(name=row.company, origin=Origin.IMPORT), is_new=True)
            self._companies[company_key] = company
        # Any part of an address is an address: another row's parts don't belong to it.
        values = {} if company.record.address else address
        if company.fill(payer_id=row.payer_id, **values):
            company.lines.append(row.line)
        plan = self._plans.get(plan_key)
        if plan is None:
            plan = _Named(
                InsurancePlan(
                    company=company.record, name=row.plan, origin=Origin.IMPORT, **address
                ),
                is_new=True,
            )
            self._plans[plan_key] = plan
        plan.fill(phone=row.phone)
        plan.lines.append(row.line)

    def _summary(
        self, companies: Sequence[_Named], plans: Sequence[_Named], outcomes: Sequence[Outcome]
    ) -> Summary:
        summary = Summary(
            rows=len(self._rows),
            companies_added=sum(each.is_new for each in companies),
            companies_filled=sum(not each.is_new for each in companies),
            plans_added=sum(each.is_new for each in plans),
            plans_filled=sum(bool(each.filled) and not each.is_new for each in plans),
        )
        summary.already_there = summary.rows - summary.plans_added - summary.plans_filled
        of_plans = [o for o in outcomes if isinstance(o.source, InsurancePlan)]
        summary.insurances_created = sum(o.kind == CREATED for o in of_plans)
        summary.insurances_updated = sum(o.kind == UPDATED for o in of_plans)
        summary.plans_without_insurance = sum(o.kind == NOT_PROPAGATED for o in of_plans)
        return summary


def _preference(record: Record) -> tuple[bool, datetime, int]:
    """Of several records that a row could mean: an active one, then the oldest."""
    return not record.is_active, record.created_at, record.pk


def _plan_key(company_key: str, plan: str, place: str, address: Sequence[str]) -> PlanKey:
    """Return what a plan is recognised by; an address without a key by its spelling."""
    return company_key, name_key(plan), place or " ".join(address).casefold()
