"""Rules to break, one at a time, so as to see that the histories find it.

Each takes the place of one function of the program, which it may still call.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from unittest.mock import patch

import sync.importing.batches
import sync.propagation.receivers
import sync.propagation.writing
import sync.rules.pairs
from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from pm.querysets import InsuranceCompanyQuerySet
from sync.matching.companies import CompanyFinder
from sync.models import InsuranceLink
from sync.pairs.translation import differences
from sync.propagation import apply
from sync.rules import Cause, Decision
from sync.rules.deciding import DECIDERS
from sync.rules.decision import UNCHANGED, Outcome
from sync.rules.pairs import decide_plans

in_buildings, find = InsuranceCompanyQuerySet.in_buildings, CompanyFinder.find
propagate, log = sync.propagation.writing.propagate, sync.propagation.writing._log
decide_companies = DECIDERS[InsuranceCompany]


def but_phone(record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """`pm-plan-edited`, `ehr-insurance-edited`: the phone number stays where it is."""
    found = differences(record, values)
    return {name: change for name, change in found.items() if name != "phone"}


def renames_cross(companies: Any, cause: Cause, hold: bool = False) -> Iterator[Outcome]:
    """`pm-company-edited`: a rename goes to the EHR at once."""
    yield from decide_companies(companies, cause, hold)
    for company in companies:
        if cause is Cause.SAVED and company.before and company.before.name != company.name:
            plans = list(InsurancePlan.objects.filter(company=company))
            yield from decide_plans(plans, Cause.REPAIRED, hold)


def finds_none_with_plans(finder: CompanyFinder, insurance: Insurance, choice: Any = None) -> Any:
    """`ehr-insurance-added-matched`: the second plan at an address gets a company of its own."""
    match = find(finder, insurance, choice)
    has_plans = match.company and match.company.plans.exists()
    return replace(match, company=None, by_rule=None, others=()) if has_plans else match


def inactive_too(companies: Any, near_keys: Any) -> list[InsuranceCompany]:
    """Decision 1: an inactive company matches."""
    found = in_buildings(companies, near_keys)
    for company in found:
        company.is_active = True
    return found


def newest_first(companies: Any, near_keys: Any) -> list[InsuranceCompany]:
    """Decision 2: of several it is the newest one."""
    return in_buildings(companies, near_keys)[::-1]


def keeps_typed_name(insurance: Insurance, company: InsuranceCompany) -> dict[str, Any]:
    """Decision 4: an insurance that matched keeps the company name that was typed."""
    return {}


def deletes_both(decision: Decision) -> list[Any]:
    """`pm-plan-deleted`, `ehr-insurance-deleted`: the counterpart is deleted as well."""
    events = apply(decision)
    for outcome in decision.outcomes:
        if decision.cause is Cause.DELETED and outcome.link and outcome.target:
            InsuranceLink.objects.filter(pk=outcome.link.pk).delete()
            rows: Any = type(outcome.target)._base_manager.filter(pk=outcome.target.pk)
            rows._raw_delete("default")
    return events


def moves_lose_links(decision: Decision) -> list[Any]:
    """Decision 5: a plan that goes to another company leaves its insurance behind."""
    events = apply(decision)
    moved = [o.source.pk for o in decision.outcomes if "company" in o.source_changes]
    if decision.cause is Cause.SAVED:
        InsuranceLink.objects.filter(plan__in=moved).delete()
    return events


def copies_secondaries(records: Sequence[Any], cause: Cause = Cause.SAVED) -> list[Any]:
    """`ehr-secondary-changed`: the secondary is copied to PM."""
    for patient in records:
        if isinstance(patient, EHRPatient) and cause is Cause.SAVED:
            there = PMPatient.objects.filter(chart_number=patient.chart_number).first()
            plan = InsurancePlan.objects.filter(link__insurance=patient.secondary_insurance_id)
            if there and plan:
                policy = InsurancePolicy(patient=there, plan=plan[0], rank="secondary")
                InsurancePolicy.objects.bulk_create([policy])
    return propagate(records, cause)


def forgets_one(records: Sequence[Any], cause: Cause = Cause.SAVED) -> list[Any]:
    """Of a set that is written at once, the last record isn't followed."""
    return propagate(records[:-1] if len(records) > 1 else records, cause)


def logs_no_unchanged(events: list[Any]) -> list[Any]:
    """Decision 5: a save that changes nothing is still an edit, and logged."""
    return log([event for event in events if event.outcome != UNCHANGED])


def spelled_plan_key(company: Any, plan: str, place: str, address: dict[str, str]) -> Any:
    """An import recognizes a plan by the spelling of its address, and adds it twice."""
    return company, plan, " ".join(address.values())


def asks_nothing(decision: Decision, record: Record) -> list[Any]:
    """Decision 10 and look-alikes: what is there already is added again without a question."""
    return []


def _in(module: Any, name: str, broken: Any) -> Callable[[], AbstractContextManager[Any]]:
    return partial(patch.object, module, name, broken)


class Broken(NamedTuple):
    """A rule that doesn't hold inside `breaks`, and the kinds of steps that come upon it soon."""

    breaks: Callable[[], AbstractContextManager[Any]]
    kinds: tuple[str, ...]


ANY_ADD = ("add", "page add")
DECIDED, CARRIED_OUT = sync.rules.pairs, sync.propagation.writing
FOLLOWED = sync.propagation.receivers
COMPANIES = InsuranceCompanyQuerySet
# By what is broken.
BROKEN = {
    "an edited phone number doesn't cross": Broken(
        _in(DECIDED, "differences", but_phone), ("edit", "move")
    ),
    "a rename crosses": Broken(
        partial(patch.dict, DECIDERS, {InsuranceCompany: renames_cross}), ("rename",)
    ),
    "a second match makes a company": Broken(
        _in(CompanyFinder, "find", finds_none_with_plans), ANY_ADD
    ),
    "an inactive company matches": Broken(_in(COMPANIES, "in_buildings", inactive_too), ("add",)),
    "the newest company matches": Broken(_in(COMPANIES, "in_buildings", newest_first), ("add",)),
    "a typed name is kept": Broken(_in(DECIDED, "_name_as_in_pm", keeps_typed_name), ANY_ADD),
    "a deletion crosses": Broken(_in(CARRIED_OUT, "apply", deletes_both), ("delete", "page")),
    "a move loses the link": Broken(_in(CARRIED_OUT, "apply", moves_lose_links), ("move",)),
    "a secondary is copied": Broken(
        _in(FOLLOWED, "propagate", copies_secondaries), ("add", "edit")
    ),
    "a set forgets one": Broken(_in(FOLLOWED, "propagate", forgets_one), ("edit", "page")),
    "what is unchanged isn't logged": Broken(
        _in(CARRIED_OUT, "_log", logs_no_unchanged), ("edit", "repair")
    ),
    "an import adds twice": Broken(
        _in(sync.importing.batches, "_plan_key", spelled_plan_key), ("import",)
    ),
    "a page asks nothing": Broken(_in(Decision, "doubts", asks_nothing), ("page add",)),
}
