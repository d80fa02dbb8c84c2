"""The findings: each way in which the lists don't agree, or a record waits, asked once and in sets.

The first page shows their counts and the lists show the records; both take them from `counts`.

Inactive records: a pair is compared whatever its state, since being active is part of it. What
stands alone or is incomplete counts only while it is active: deactivating puts it to rest.
"""

import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models import Model, QuerySet
from django.utils.timezone import localdate

from ehr.models import Insurance
from kareo.records import Origin
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, Patient
from sync.drift.look_alikes import COMPANIES, INSURANCES, OF_ONE_PAYER_ID, PLANS, LookAlikes
from sync.drift.shared_names import companies_of_shared_names
from sync.drift.worklist import SEES, differing_coverage, differing_coverage_of, touched_charts
from sync.models import SyncEvent
from sync.pairs.flags import differing_pairs, stale_names
from sync.pairs.sides import EHR, PM
from sync.rules.table import COMPANY, INSURANCE, PLAN

PATIENT, POLICY = "pm.Patient", "pm.InsurancePolicy"

# Nobody works through more at once, and a count stops there.
MOST_COUNTED = 1000

Keys = list[Any]
Rows = QuerySet[Any, Any]
Touched = Callable[[Iterable[SyncEvent]], set[Any]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which the lists don't agree.

    `found` returns what is counted; `key` is its field that holds the key of the records of
    `model`, on whose list the work is done; without a model it is done elsewhere.

    `touched` returns the keys of all that may have come to be found by what these events did. None
    where the events don't say.
    """

    id: str
    found: Callable[[], Rows]
    sees: tuple[str, ...]  # the models that the answer is made of
    model: type[Model] | None = None
    key: str = "pk"
    together: tuple[str, ...] = ()  # the order that puts what belongs together side by side
    among: Callable[[Collection[Any]], Rows] | None = None  # `found` of these keys, where quicker
    touched: Touched | None = None
    is_settled: bool = False  # by what was dismissed, so what it asks isn't the same all day
    of_pairs: bool = False  # so the page of the insurance puts it right as well

    def search(self) -> Keys:
        """Return the keys of all, in one query; of very many the first, twice MOST_COUNTED.

        Twice, so that it is still known to be more once some are done.
        """
        if self.is_settled:
            return self._keys(self.found())
        connection = connections[SyncEvent.objects.db]
        with connection.cursor() as cursor:
            cursor.execute(*_statement(self, connection.alias, localdate(), 2 * MOST_COUNTED))
            return [row[0] for row in cursor.fetchall()]

    def follow(self, keys: Keys, events: Iterable[SyncEvent]) -> Keys | None:
        """Return what `search` would, having found `keys` before `events`; None if they don't say.

        Of very many, these may be others.
        """
        if self.touched is None:
            return None
        touched = self.touched(events)
        if self.among is None:  # each for itself: what wasn't touched is as it was
            still = [key for key in keys if key not in touched]
            still += self._keys(self.found().filter(**{f"{self.key}__in": touched}))
        elif touched or self.model is None:  # a patient's plan may have got its insurance
            still = self._keys(self.among({*keys, *touched}))
        else:
            still = keys
        were_all = len(keys) < 2 * MOST_COUNTED
        return still if were_all or len(still) > MOST_COUNTED else None

    def narrow(self, records: QuerySet[Any], keys: Keys) -> QuerySet[Any]:
        """Return those of `records`, a set of `model`, that this finding is about.

        `keys` are those that were found, so that a page which counts and then shows them doesn't
        search again.
        """
        if len(keys) <= MOST_COUNTED:
            return records.filter(pk__in=keys)
        return records.filter(pk__in=self.found().order_by().values_list(self.key, flat=True))

    def _keys(self, rows: Rows) -> Keys:
        return [row[self.key] for row in self.first(rows, 2 * MOST_COUNTED)]

    def first(self, rows: Rows, most: int) -> Rows:
        """Return the first of `rows`, as dicts that begin with the key."""
        if not rows.query.combinator:  # a union has its own order; of one column it takes the first
            rows = (rows if self.together else rows.order_by(self.key)).values(self.key)
        return rows[:most]


@lru_cache(maxsize=32)  # to make a statement takes longer than to run it
def _statement(
    finding: Finding, using: str, day: datetime.date, most: int
) -> tuple[str, tuple[Any, ...]]:
    """Return what `finding` asks on this day for the first of all, and its parameters."""
    sql, params = finding.first(finding.found(), most).query.get_compiler(using).as_sql()
    return sql, tuple(params)


def companies_to_complete() -> QuerySet[InsuranceCompany]:
    """Return the active companies that an EHR add made and that have no payer ID yet."""
    return InsuranceCompany.objects.active().filter(origin=Origin.EHR, payer_id="")


def companies_without_address() -> QuerySet[InsuranceCompany]:
    """Return the active companies without an address, or with one too thin to match on."""
    return InsuranceCompany.objects.active().filter(address_key="")


def patients_without_number() -> QuerySet[Patient]:
    """Return the active patients with an active policy whose number was left for later."""
    waiting = InsurancePolicy.objects.active().filter(policy_number="")
    return Patient.objects.active().filter(pk__in=waiting.values("patient"))


def _patients(events: Iterable[SyncEvent]) -> set[int]:
    return _named(events, Patient)


def _named(events: Iterable[SyncEvent], model: type[Model]) -> set[int]:
    """Return the keys of the records of `model` that `events` name."""
    named = {(event.source_model, event.source_id) for event in events}
    named |= {(event.target_model, event.target_id or 0) for event in events}
    return {key for label, key in named if label == model._meta.label}


def _like(alike: LookAlikes) -> Touched:
    """Return what is named, and what looks like it: that one is found along with it."""

    def touched(events: Iterable[SyncEvent]) -> set[int]:
        named = _named(events, alike.model)
        return named | alike.like(named)

    return touched


def _plans(events: Iterable[SyncEvent]) -> set[int]:
    return _named(events, InsurancePlan)


def _insurances(events: Iterable[SyncEvent]) -> set[int]:
    return _named(events, Insurance)


COVERAGE = Finding(
    "coverage",
    differing_coverage,
    SEES,
    key="chart",
    among=differing_coverage_of,
    touched=touched_charts,
)
FINDINGS: tuple[Finding, ...] = (
    # A company's event touches all its plans, and doesn't name them.
    Finding(
        "stale-names", stale_names, (PLAN, COMPANY, INSURANCE), InsurancePlan, "plan", of_pairs=True
    ),
    Finding(
        "differs",
        differing_pairs,
        (PLAN, INSURANCE),
        InsurancePlan,
        "plan",
        touched=_plans,
        of_pairs=True,
    ),
    Finding(
        "orphan-plans",
        lambda: PM.orphans().active(),
        (PLAN, INSURANCE),
        InsurancePlan,
        touched=_plans,
    ),
    Finding(
        "orphan-insurances",
        lambda: EHR.orphans().active(),
        (INSURANCE, PLAN),
        Insurance,
        touched=_insurances,
    ),
    Finding(
        "look-alike-companies",
        COMPANIES.all,
        (COMPANY,),
        InsuranceCompany,
        together=("name_key", "near_key", "pk"),
        among=COMPANIES.among,
        touched=_like(COMPANIES),
        is_settled=True,
    ),
    Finding(
        "same-payer-id",
        OF_ONE_PAYER_ID.all,
        (COMPANY,),
        InsuranceCompany,
        together=(*OF_ONE_PAYER_ID.fields, "pk"),
        among=OF_ONE_PAYER_ID.among,
        touched=_like(OF_ONE_PAYER_ID),
        is_settled=True,
    ),
    Finding(
        "shared-names", companies_of_shared_names, (COMPANY,), InsuranceCompany, is_settled=True
    ),
    Finding(
        "look-alike-plans",
        PLANS.all,
        (PLAN, COMPANY),
        InsurancePlan,
        together=("company", "name_key", "near_key", "pk"),
        among=PLANS.among,
        touched=_like(PLANS),
    ),
    Finding(
        "look-alike-insurances",
        INSURANCES.all,
        (INSURANCE,),
        Insurance,
        together=(*INSURANCES.fields, "pk"),
        among=INSURANCES.among,
        touched=_like(INSURANCES),
    ),
    Finding("to-complete", companies_to_complete, (COMPANY,), InsuranceCompany),
    Finding("no-address", companies_without_address, (COMPANY,), InsuranceCompany),
    Finding(
        "no-policy-number", patients_without_number, (PATIENT, POLICY), Patient, touched=_patients
    ),
    COVERAGE,
)
