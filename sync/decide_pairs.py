"""What the rules make of plans and insurances, each of which the other list is told of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ehr.models import Insurance
from kareo.records import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync import rules, usage
from sync.likeness import chosen_key
from sync.matching import CompanyFinder
from sync.models import InsuranceLink
from sync.outcomes import (
    CREATED,
    NOT_PROPAGATED,
    UNCHANGED,
    UPDATED,
    Happened,
    Outcome,
    source_changes,
)
from sync.rules import Rule
from sync.translation import Changes, as_insurance, as_plan, differences


def decide_plans(plans: Sequence[InsurancePlan], happened: Happened) -> Iterable[Outcome]:
    known = [plan.pk for plan in plans if plan.before or happened is not Happened.SAVED]
    links = InsuranceLink.objects.filter(plan__in=known).select_related("insurance")
    insurances = {link.plan_id: link.insurance for link in links} if known else {}
    if happened is Happened.DELETED:
        yield from (_deleted(rules.PM_PLAN_DELETED, p, insurances.get(p.pk)) for p in plans)
        return
    ids = {plan.company_id for plan in plans if plan.company_id}
    # Read anew: a company in memory may have been renamed since.
    companies = InsuranceCompany.objects.in_bulk(ids)
    edited_rule, added_rule = rules.PM_PLAN_EDITED, rules.PM_PLAN_ADDED
    if happened is Happened.REPAIRED:
        edited_rule = added_rule = rules.PAIR_REPAIRED
    users = usage.users_in_words(deactivated(plans), insurances)
    free = _free(Insurance, plans, insurances)
    for plan in plans:
        company = companies.get(int(plan.company_id)) if plan.company_id else plan.company
        plan.company = company or plan.company
        values = as_insurance(plan, plan.company.name)
        insurance = insurances.get(plan.pk)
        own_changes = source_changes(plan, happened)
        if insurance:
            yield _compared(edited_rule, plan, insurance, values, own_changes, users)
        elif plan.before and happened is Happened.SAVED:
            note = (
                "This plan has no insurance in the EHR to bring up to date: it was deleted there."
            )
            yield Outcome(edited_rule, NOT_PROPAGATED, plan, None, {}, own_changes, note=note)
        elif joined := free.get(chosen_key(plan, Insurance)):
            yield _joined(plan, joined, values)
        else:
            target = Insurance(**values, origin=plan.origin)
            target.derive()
            yield Outcome(added_rule, CREATED, plan, target, linking=True)


def decide_insurances(insurances: Sequence[Insurance], happened: Happened) -> Iterable[Outcome]:
    known = [i.pk for i in insurances if i.before or happened is not Happened.SAVED]
    links = InsuranceLink.objects.filter(insurance__in=known).select_related("plan__company")
    plans = {link.insurance_id: link.plan for link in links} if known else {}
    if happened is Happened.DELETED:
        yield from (_deleted(rules.EHR_INSURANCE_DELETED, i, plans.get(i.pk)) for i in insurances)
        return
    repaired = happened is Happened.REPAIRED
    added = [i for i in insurances if i.pk not in plans and (repaired or i.before is None)]
    finder = CompanyFinder(added) if added else None
    users = usage.users_in_words(deactivated(insurances), plans)
    free = _free(InsurancePlan, insurances, plans)
    for insurance in insurances:
        plan = plans.get(insurance.pk)
        own_changes = source_changes(insurance, happened)
        rule = rules.PAIR_REPAIRED if repaired else rules.EHR_INSURANCE_EDITED
        if plan:
            yield _compared(rule, insurance, plan, as_plan(insurance), own_changes, users)
        elif finder and (repaired or insurance.before is None):
            if joined := free.get(chosen_key(insurance, InsurancePlan)):
                names = {"company_name": [insurance.company_name, joined.company.name]}
                outcome = _joined(insurance, joined, as_plan(insurance), names)
                outcome.match = finder.find(insurance)
                yield outcome
            else:
                yield from _added(insurance, finder, repaired)
        else:
            note = "This insurance has no plan in PM to bring up to date: it was deleted there."
            yield Outcome(rule, NOT_PROPAGATED, insurance, None, {}, own_changes, note=note)


def _added(insurance: Insurance, finder: CompanyFinder, repaired: bool) -> Iterable[Outcome]:
    """Decide for one insurance without a plan: a new plan, under the company there or a new one."""
    match = finder.find(insurance, chosen_key(insurance, InsuranceCompany))
    company = match.company
    corrections: Changes = {}
    rule = rules.EHR_INSURANCE_ADDED_MATCHED if company else rules.EHR_INSURANCE_ADDED_UNMATCHED
    if repaired:
        rule = rules.PAIR_REPAIRED
    if company is None:
        address = {name: getattr(insurance, name) for name in insurance.address_fields}
        company = InsuranceCompany(name=insurance.company_name, **address, origin=insurance.home)
        company.derive()
        finder.add(company)
        yield Outcome(rule, CREATED, insurance, company, note=match.note, match=match)
    elif company.name != insurance.company_name:
        corrections = {"company_name": [insurance.company_name, company.name]}
    plan = InsurancePlan(company=company, **as_plan(insurance), origin=insurance.home)
    plan.derive()
    yield Outcome(
        rule,
        CREATED,
        insurance,
        plan,
        corrections=corrections,
        note=match.note,
        linking=True,
        match=match,
    )


def _free(model: type[Record], records: Sequence[Record], linked: Mapping[int, Any]) -> Any:
    """Return {key: record of `model`} of those picked for `records` that are still orphans."""
    picked = {chosen_key(r, model) for r in records if r.chosen and r.pk not in linked}
    if not (keys := picked - {None}):
        return {}
    manager: Any = model._default_manager
    rows = manager.filter(link=None)
    rows = rows.select_related("company") if model is InsurancePlan else rows
    return rows.in_bulk(keys)


# What a blank of one of two that get linked takes from the other, so that nothing entered is lost.
CONTACT = ("phone", "fax")


def _joined(
    source: Record, target: Record, values: Mapping[str, Any], names: Changes | None = None
) -> Outcome:
    """Link two orphans: `target` takes the `values` of `source`; `source` takes PM's `names`."""
    kept = [name for name in CONTACT if not values[name] and getattr(target, name)]
    changes = differences(target, {n: value for n, value in values.items() if n not in kept})
    corrections = {name: ["", getattr(target, name)] for name in kept}
    corrections |= {name: change for name, change in (names or {}).items() if len(set(change)) > 1}
    return Outcome(
        rules.PAIR_REPAIRED,
        UPDATED if changes else UNCHANGED,
        source,
        target,
        changes,
        corrections=corrections,
        note="Links the two: neither had a counterpart.",
        linking=True,
    )


def _compared(
    rule: Rule,
    source: Record,
    target: Record,
    values: Mapping[str, Any],
    own_changes: Changes,
    notes: Mapping[int, str],
) -> Outcome:
    changes = differences(target, values)
    outcome = UPDATED if changes else UNCHANGED
    return Outcome(
        rule, outcome, source, target, changes, own_changes, note=notes.get(source.pk, "")
    )


def _deleted(rule: Rule, source: Record, target: Record | None) -> Outcome:
    changes = source_changes(source, Happened.DELETED)
    note = "" if target else "It had no counterpart."
    return Outcome(rule, NOT_PROPAGATED, source, target, source_changes=changes, note=note)


def deactivated(records: Sequence[Record]) -> list[int]:
    """Return the keys of the records that were active before and are not now."""
    return [r.pk for r in records if r.before and r.before.is_active and not r.is_active]
