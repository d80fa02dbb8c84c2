"""What the rules make of companies: they stay in PM."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy

from django.db.models import Count

from pm.models import InsuranceCompany, InsurancePlan
from sync.pairs.stale_names import stale_name_counts
from sync.rules import table
from sync.rules.decision import NOT_PROPAGATED, UNCHANGED, UPDATED, Cause, Outcome
from sync.rules.pairs import decide_plans
from sync.rules.reasons import Code, Reason, because


def decide_companies(
    companies: Sequence[InsuranceCompany], cause: Cause, hold: bool = False
) -> Iterable[Outcome]:
    if cause is Cause.MERGED:
        yield from _merged(companies)
        return
    renamed = [c for c in companies if c.before and c.before.name != c.name]
    stale = stale_name_counts({company.pk: company.name for company in renamed})
    stored = [(c, c.before) for c in companies if c.before]
    gone = [c for c, was in stored if not c.is_active and (was.is_active or c.plans_too)]
    plans = _plans_of(gone, is_active=True) if gone else {}
    back = [c for c, was in stored if c.is_active and not was.is_active]
    inactive = _plans_of(back, is_active=False) if back else {}
    for company in companies:
        outcome = Outcome(None, NOT_PROPAGATED, company)
        outcome.source_changes = cause.changes_of(company)
        if cause is Cause.DELETED:
            outcome.reason = because(Code.DELETED)
        elif company.before is None:
            outcome.rule = table.PM_COMPANY_ADDED
        else:
            outcome.rule = table.PM_COMPANY_EDITED
            of_plans = (of.get(company.pk, {}) for of in (plans, inactive))
            outcome.reason = _reason(company, stale.get(company.pk, 0), *of_plans)
        yield outcome
    if with_plans := [company for company in gone if company.plans_too]:
        yield from _deactivated_along(with_plans, hold)


def _merged(companies: Sequence[InsuranceCompany]) -> Iterable[Outcome]:
    """Tell what becomes of those that are merged; with the first, what changes on the one kept."""
    kept = next(company for company in companies if company.is_active)
    changes = Cause.MERGED.changes_of(kept)
    for company in companies:
        if company is not kept:
            kind = UPDATED if changes else UNCHANGED
            yield Outcome(
                table.COMPANIES_MERGED,
                kind,
                company,
                kept,
                changes,
                Cause.MERGED.changes_of(company),
            )
            changes = {}


Counts = Mapping[str, int]  # `count` of some plans, and how many of them are `orphans` if any are


def _plans_of(companies: Sequence[InsuranceCompany], *, is_active: bool) -> dict[int, Counts]:
    """Return the counts of those plans of each company that are active, or inactive, by its key."""
    plans = InsurancePlan.objects.filter(company__in=companies, is_active=is_active).order_by()
    counts = plans.values_list("company").annotate(Count("pk"), Count("link"))
    return {
        key: {"count": count} | ({"orphans": count - linked} if linked < count else {})
        for key, count, linked in counts
    }


def _reason(company: InsuranceCompany, stale_names: int, plans: Counts, inactive: Counts) -> Reason:
    """Return what to say where it has such `plans` that it leaves, or leaves `inactive`."""
    if plans and company.plans_too:
        return because(Code.PLANS_TOO, **plans)  # which takes the new name to the EHR as well
    stay = {Code.PLANS_STAY: plans, Code.PLANS_INACTIVE: inactive}
    for code, counts in stay.items():
        if counts and stale_names:
            beside = {**counts, str(code): counts["count"]}
            return because(Code.STALE_NAMES, **beside | {"count": stale_names})
        if counts:
            return because(code, **counts)
    return because(Code.STALE_NAMES, count=stale_names) if stale_names else {}


def _deactivated_along(companies: Sequence[InsuranceCompany], hold: bool) -> Iterable[Outcome]:
    """Deactivate the active plans of these companies: what a save of each would do, and the save.

    Each plan's own change is a correction, since nobody else writes it.
    """
    by_key = {company.pk: company for company in companies}
    plans = list(InsurancePlan.objects.active().filter(company__in=by_key).order_by("pk"))
    for plan in plans:
        plan.company = by_key[plan.company_id]  # by the name that it is just getting
        plan.before = copy(plan)
        plan.is_active = False
    for outcome in decide_plans(plans, Cause.SAVED, hold):
        outcome.corrections = outcome.source_changes
        yield outcome
