"""The findings: each way in which the lists don't agree, or a record waits, asked once and in sets.

The first page shows their counts and the lists show the records; both take them here.

Inactive records: a pair is compared whatever its state, since being active is part of it. What
stands alone or is incomplete counts only while it is active: deactivating puts it to rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from ehr.models import Insurance
from kareo.records import Origin
from pm.models import InsuranceCompany, InsurancePlan
from sync.drift.worklist import SEES, differing_secondaries
from sync.pairs.flags import differing_pairs, stale_names
from sync.pairs.sides import EHR, PM
from sync.rules.table import COMPANY, INSURANCE, PLAN

# Nobody works through more at once, and a count stops there.
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which the lists don't agree.

    `found` returns what is counted; `key` is its field that holds the key of the records of
    `model`, on whose list the work is done; None where it is done elsewhere.
    """

    id: str
    found: Callable[[], QuerySet[Any, Any]]
    sees: tuple[str, ...]  # the models that the answer is made of
    model: type[Model] | None = None
    key: str = "pk"
    together: tuple[str, ...] = ()  # the order that puts what belongs together side by side

    def count(self) -> int:
        """Return how many there are, in one query; of more than MOST_COUNTED, one more."""
        return self.found().order_by()[: MOST_COUNTED + 1].count()

    def narrow(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of `records`, a set of `model`, that this finding is about.

        Asks at once, so that a page which counts and then shows them doesn't search twice.
        """
        found = self.found().order_by().values_list(self.key, flat=True)
        keys = list(found[: MOST_COUNTED + 1])
        return records.filter(pk__in=keys if len(keys) <= MOST_COUNTED else found)


def company_look_alikes() -> QuerySet[InsuranceCompany]:
    """Return the active companies of one name at one address, or in one building.

    An address too thin to match on doesn't count, nor does one of the same name in another town:
    payers have many claims addresses.
    """
    companies = InsuranceCompany.objects.active().exclude(near_key="")
    return companies.filter(_another(companies, "name_key", "near_key"))


def plan_look_alikes() -> QuerySet[InsurancePlan]:
    """Return the active plans that one company has twice: same name, and at least same building."""
    plans = InsurancePlan.objects.active().exclude(near_key="")
    return plans.filter(_another(plans, "company", "name_key", "near_key"))


def _another(rows: QuerySet[Any], *fields: str) -> Exists:
    same = {field: OuterRef(field) for field in fields}
    return Exists(rows.filter(**same).exclude(pk=OuterRef("pk")))


def companies_to_complete() -> QuerySet[InsuranceCompany]:
    """Return the active companies that an EHR add made and that have no payer ID yet."""
    return InsuranceCompany.objects.active().filter(origin=Origin.EHR, payer_id="")


def companies_without_address() -> QuerySet[InsuranceCompany]:
    """Return the active companies without an address, or with one too thin to match on."""
    return InsuranceCompany.objects.active().filter(address_key="")


FINDINGS: tuple[Finding, ...] = (
    Finding("stale-names", stale_names, (PLAN, COMPANY, INSURANCE), InsurancePlan, "plan"),
    Finding("differs", differing_pairs, (PLAN, INSURANCE), InsurancePlan, "plan"),
    Finding("orphan-plans", lambda: PM.orphans().active(), (PLAN, INSURANCE), InsurancePlan),
    Finding("orphan-insurances", lambda: EHR.orphans().active(), (INSURANCE, PLAN), Insurance),
    Finding(
        "look-alike-companies",
        company_look_alikes,
        (COMPANY,),
        InsuranceCompany,
        together=("name_key", "near_key", "pk"),
    ),
    Finding(
        "look-alike-plans",
        plan_look_alikes,
        (PLAN, COMPANY),
        InsurancePlan,
        together=("company", "name_key", "near_key", "pk"),
    ),
    Finding("to-complete", companies_to_complete, (COMPANY,), InsuranceCompany),
    Finding("no-address", companies_without_address, (COMPANY,), InsuranceCompany),
    Finding("secondary", differing_secondaries, SEES),
)
