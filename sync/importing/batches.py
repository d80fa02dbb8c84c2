"""Write a payer list into PM, in batches, and carry each plan over to the EHR as a typed one.

Idempotent: what is there already is recognized, only its blanks are filled, and nothing is ever
overwritten or deactivated. So an import that was cut short is completed by running it again.
"""

import gc
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from django.conf import settings
from django.db import OperationalError, reset_queries, transaction

from kareo.addresses import address_key
from kareo.logs import kind_of
from kareo.records import Origin, Record, Refused
from kareo.records.commits import is_lost_race, whole
from kareo.records.refusals import PerhapsSaved
from kareo.records.rows.making import make
from kareo.records.texts.names import name_key
from pm.models import InsuranceCompany, InsurancePlan, OtherName
from sync.importing.payer_list import PayerRow
from sync.pairs.sides import PM
from sync.propagation import apply
from sync.propagation.locks import lock_import, lock_links
from sync.rules import Decision, decide
from sync.rules.decision import CREATED, NOT_PROPAGATED, UPDATED
from sync.rules.reasons import imported

logger = logging.getLogger(__name__)

BATCH = 2000  # rows of one transaction
TRIES = 4


class ImportStopped(Refused):
    """Raised when a batch could not be written. Batches before it stand."""


class PerhapsImported(ImportStopped):
    """Raised when nobody knows whether a batch was written: the database's answer got lost."""


def _count(label: str) -> int:
    return field(default=0, metadata={"label": label})


@dataclass(slots=True)
class Summary:
    """What an import did. Each row is bad, adds a plan, fills a plan or is already there."""

    rows: int = _count("Rows")
    bad_rows: int = _count("Bad rows")
    companies_added: int = _count("Companies added")
    companies_filled: int = _count("Companies with blanks filled")
    plans_added: int = _count("Plans added")
    plans_filled: int = _count("Plans with blanks filled")
    already_there: int = _count("Rows of a plan already there")  # in PM or in an earlier row
    insurances_created: int = _count("EHR insurances created")
    insurances_updated: int = _count("EHR insurances updated")
    plans_without_insurance: int = _count("Plans whose EHR insurance was deleted")  # it stays so

    def add(self, other: "Summary") -> None:
        for name, more in asdict(other).items():
            setattr(self, name, getattr(self, name) + more)


def import_rows(rows: Iterable[PayerRow], file_name: str, batch_size: int) -> Iterator[Summary]:
    """Write `rows`, a transaction for each batch, and yield what it did. Raises ImportStopped."""
    remaining = iter(rows)
    while batch := list(islice(remaining, batch_size)):
        with _collecting_nothing():
            done = _write(batch, file_name)
        yield done
        if settings.DEBUG:
            reset_queries()  # Django would keep all the SQL of an import in memory


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Let Python look for cycles after a batch only: during one it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
            return whole(_Batch(rows, file_name).write)
        except Exception as error:
            if tries < TRIES and isinstance(error, OperationalError) and is_lost_race(error):
                continue
            lines = f"lines {rows[0].line} to {rows[-1].line} of {file_name}"
            logger.exception("Importing %s failed", lines)
            if isinstance(error, PerhapsSaved):
                kind = kind_of(error.__cause__ or error)
                raise PerhapsImported(
                    f"The import stopped: {lines} may be saved or not ({kind})."
                ) from error
            why = f"The import stopped: {lines} could not be written ({kind_of(error)})."
            raise ImportStopped(f"{why} None of them was saved.") from error


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


_PlanKey: TypeAlias = tuple[_Named, str, str]


@dataclass(slots=True)
class _Batch:
    """Rows that are written together, folded into the companies and plans that they name."""

    _rows: Sequence[PayerRow]
    _file_name: str
    # By the key of their name, or of another name that means them.
    _companies: dict[str, _Named] = field(default_factory=dict)
    _plans: dict[_PlanKey, _Named] = field(default_factory=dict)

    def write(self) -> Summary:
        company_keys = [name_key(row.company) for row in self._rows]
        address_keys = [address_key(**row.address) for row in self._rows]
        plan_names = {name_key(row.plan) for row in self._rows}
        self._lock_and_find(set(company_keys), plan_names, set(address_keys))
        for row, *keys in zip(self._rows, company_keys, address_keys, strict=True):
            self._take(row, *keys)
        # Each once, under however many names.
        companies = _written(InsuranceCompany, dict.fromkeys(self._companies.values()))
        plans = _written(InsurancePlan, self._plans.values())
        lines = {id(each.record): each.lines for each in (*companies, *plans)}
        decision = decide([each.record for each in (*companies, *plans)])
        for outcome in decision.outcomes:
            outcome.reason = imported(outcome.reason, self._file_name, lines[id(outcome.source)])
        apply(decision)
        return self._summary(companies, plans, decision)

    def _lock_and_find(
        self, company_names: set[str], plan_names: set[str], places: set[str]
    ) -> None:
        """Find and lock what is there already, and read it under the locks: others save too."""
        lock_import("default")
        named = InsuranceCompany.objects.named(company_names)
        meant = OtherName.objects.owners(company_names)
        company_pks = list({*named.order_by().values_list("pk", flat=True), *meant.values()})
        found = InsurancePlan.objects.of_companies_at(company_pks, plan_names, places)
        plan_pks = list(found.order_by().values_list("pk", flat=True))
        lock_links("default", PM, plan_pks)
        plans = InsurancePlan.objects.lock_and_read(plan_pks)
        companies = InsuranceCompany.objects.lock_and_read(company_pks)
        by_pk = {company.pk: _Named(company, is_new=False) for company in companies}
        # Of an inactive company and the active one that is also called so, it is the active one.
        # One that was deleted just now isn't there any more.
        self._companies = {name: by_pk[pk] for name, pk in meant.items() if pk in by_pk}
        for company in sorted(companies, key=_preference):
            self._companies.setdefault(company.name_key, by_pk[company.pk])
        named_by_rows = {each.record.pk: each for each in self._companies.values()}
        for plan in sorted(plans, key=_preference):
            if plan.has_old_keys:
                plan.derive()
            if of := named_by_rows.get(plan.company_id):
                address = {name: getattr(plan, name) for name in plan.address_fields}
                plan_key = _plan_key(of, plan.name, plan.address_key, address)
                plan.before = copy(plan)  # logged even where no row fills anything in
                self._plans.setdefault(plan_key, _Named(plan, is_new=False))

    def _take(self, row: PayerRow, company_key: str, place: str) -> None:
        """Let the row add its company and plan, or fill their blanks."""
        if company_key not in self._companies:
            added = make(InsuranceCompany, name=row.company, origin=Origin.IMPORT)
            self._companies[company_key] = _Named(added, is_new=True)
        company = self._companies[company_key]
        # Any part of an address is an address: another row's parts don't belong to it.
        has_address = any(getattr(company.record, name) for name in row.address)
        address = {} if has_address else row.address
        if company.fill(payer_id=row.payer_id, **address):
            company.lines.append(row.line)
        plan_key = _plan_key(company, row.plan, place, row.address)
        if plan_key not in self._plans:
            plan = make(
                InsurancePlan,
                company=company.record,
                name=row.plan,
                origin=Origin.IMPORT,
                **row.address,
            )
            self._plans[plan_key] = _Named(plan, is_new=True)
        self._plans[plan_key].fill(phone=row.phone)
        self._plans[plan_key].lines.append(row.line)

    def _summary(self, companies: list[_Named], plans: list[_Named], made: Decision) -> Summary:
        added = sum(each.is_new for each in plans)
        filled = sum(bool(each.filled) and not each.is_new for each in plans)
        crossed = Counter(o.kind for o in made.outcomes if isinstance(o.source, InsurancePlan))
        return Summary(
            rows=len(self._rows),
            companies_added=sum(each.is_new for each in companies),
            companies_filled=sum(not each.is_new for each in companies),
            plans_added=added,
            plans_filled=filled,
            already_there=len(self._rows) - added - filled,
            insurances_created=crossed[CREATED],
            insurances_updated=crossed[UPDATED],
            plans_without_insurance=crossed[NOT_PROPAGATED],
        )


def _written(model: Any, named: Iterable[_Named]) -> list[_Named]:
    """Add the new records that rows name, write what was filled in, and return those named."""
    named = [each for each in named if each.lines]
    if added := [each.record for each in named if each.is_new]:
        model.objects.bulk_create(added)
    filled = [each for each in named if each.filled and not each.is_new]
    fields = sorted({name for each in filled for name in each.filled})
    model.objects.write([each.record for each in filled], fields)
    return named


def _preference(record: Record) -> tuple[bool, int]:
    """Of several records that a row could mean: an active one, then the oldest, by its key."""
    return not record.is_active, record.pk


def _plan_key(company: _Named, plan: str, place: str, address: dict[str, str]) -> _PlanKey:
    """Return what a plan is recognized by; an address without a key by its spelling."""
    return company, name_key(plan), place or " ".join(address.values()).casefold()
