"""What the rules make of plans and insurances, each of which the other list is told of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ehr.models import Insurance
from kareo.records import Record
from kareo.records.models import reference
from kareo.records.rows.making import make
from pm.models import InsuranceCompany, InsurancePlan
from sync.matching.companies import CompanyFinder
from sync.models import InsuranceLink
from sync.pairs.sides import EHR, PM, Side
from sync.pairs.translation import Changes, differences, given_by
from sync.pairs.usage import Usage, usage_of
from sync.rules import table
from sync.rules.decision import CREATED, NOT_PROPAGATED, UNCHANGED, UPDATED, Cause, Outcome
from sync.rules.doubts import is_as_shown, preset_orphan, still_offered
from sync.rules.reasons import Code, because, moved, of_match

EDITED = {PM: table.PM_PLAN_EDITED, EHR: table.EHR_INSURANCE_EDITED}
DELETED = {PM: table.PM_PLAN_DELETED, EHR: table.EHR_INSURANCE_DELETED}
BY_CAUSE = {Cause.REPAIRED: table.PAIR_REPAIRED, Cause.MOVED: table.PLANS_MOVED}

# What a blank of one of two that get linked takes from the other, so that nothing entered is lost.
CONTACT = ("phone", "fax")


# Decides for a record without a counterpart: what to make for it, or the orphan that was chosen. A
# page may preset one, too; a shell and an import link nothing unless told to, and ask nothing: they
# make a new counterpart, an insurance's under the oldest where several companies are a guess.
Adder = Callable[[Any, Any], Iterable[Outcome]]
Links = Mapping[int, InsuranceLink]  # by the key of the record of this side


def decide_plans(
    plans: Sequence[InsurancePlan], cause: Cause, hold: bool = False
) -> Iterable[Outcome]:
    links = _links(PM, plans, cause)
    if cause not in (Cause.DELETED, Cause.MERGED):  # a merge has locked them, and may rename one
        _name_companies_anew(plans, links, hold)
    for outcome in _decide(PM, plans, cause, links, partial(_insurance_for, cause)):
        if cause.is_edit and "company" in outcome.source_changes:
            outcome.reason = moved(outcome.reason, outcome.source)
        yield outcome


def decide_insurances(
    insurances: Sequence[Insurance], cause: Cause, hold: bool = False
) -> Iterable[Outcome]:
    adder = partial(_plan_for, cause, CompanyFinder(insurances, hold=hold), hold)
    return _decide(EHR, insurances, cause, _links(EHR, insurances, cause), adder)


def _decide(
    here: Side, records: Sequence[Any], cause: Cause, links: Links, decide_added: Adder
) -> Iterable[Outcome]:
    if cause is Cause.DELETED:
        yield from (_deleted(here, record, links.get(record.pk)) for record in records)
        return
    if cause is Cause.MERGED:
        yield from map(_merged, filter(_is_merged, records))
        records = [record for record in records if not _is_merged(record)]
    gone = {r.pk for r in records if r.before and r.before.is_active and not r.is_active}
    deactivated = {key: links[key] for key in gone & links.keys()}
    usage = usage_of(deactivated) if deactivated else {}
    orphans = _chosen_orphans(here.other, [r for r in records if r.pk not in links])
    for record in records:
        if link := links.get(record.pk):
            yield _compared(here, record, link, cause, usage.get(record.pk))
        elif record.before and cause.is_edit:
            yield Outcome(
                _rule(EDITED[here], cause, record),
                NOT_PROPAGATED,
                record,
                source_changes=cause.changes_of(record),
                reason=because(Code.NO_COUNTERPART),
            )
        else:
            yield from decide_added(record, orphans.get(_chosen_orphan(here.other, record) or 0))


def _links(here: Side, records: Sequence[Any], cause: Cause) -> Links:
    """Return the links of those that have one: as a save holds them, else read now."""
    links = {r.pk: r.held.link for r in records if r.held and r.held.link}
    stored = [r for r in records if r.before or cause is not Cause.SAVED]
    # Where there was none, somebody may have made one until the record itself was locked.
    return links | here.links_of(r.pk for r in stored if r.pk not in links)


def _name_companies_anew(plans: Sequence[InsurancePlan], links: Links, hold: bool) -> None:
    """Give the plans their companies as they are named now; one in memory may have been renamed.

    Whoever renames a company waits for the links of its plans: the company that was read along with
    a plan's stored state stays as it is, while a save holds the link. Elsewhere `hold` holds it.
    """
    linked: list[InsurancePlan] = []
    others: list[InsurancePlan] = []
    for plan in plans:
        company = _company_in_memory(plan.before) if plan.before else None
        if company and company.pk == plan.company_id:
            plan.company = company
        elif plan.company_id:
            (linked if plan.pk in links and not plan.before else others).append(plan)
    names = InsuranceCompany.objects.names({plan.company_id for plan in linked})
    ask = InsuranceCompany.objects.names_to_use if hold else InsuranceCompany.objects.names
    names |= ask({plan.company_id for plan in others})
    renamed = [p for p in (*linked, *others) if not _is_named_so(_company_in_memory(p), names)]
    companies = InsuranceCompany.objects.in_bulk({p.company_id for p in renamed}) if renamed else {}
    for plan in renamed:
        if company := companies.get(int(plan.company_id)):
            plan.company = company


def _company_in_memory(plan: InsurancePlan) -> InsuranceCompany | None:
    return plan._state.fields_cache.get("company")


def _is_named_so(company: InsuranceCompany | None, names: Mapping[int, str]) -> bool:
    return company is not None and company.name == names.get(company.pk)


def _insurance_for(
    cause: Cause, plan: InsurancePlan, orphan: Insurance | None
) -> Iterable[Outcome]:
    if orphan := still_offered(orphan, plan) or preset_orphan(plan):
        yield _linked(PM, plan, orphan)
        return
    insurance = make(Insurance, **given_by(plan), origin=plan.origin)
    insurance.derive()
    yield Outcome(
        _rule(table.PM_PLAN_ADDED, cause), CREATED, plan, insurance, link=PM.link(plan, insurance)
    )


def _plan_for(
    cause: Cause,
    finder: CompanyFinder,
    hold: bool,
    insurance: Insurance,
    orphan: InsurancePlan | None,
) -> Iterable[Outcome]:
    """Decide for an insurance: a new plan, under the company at its address or under a new one."""
    match = finder.find(insurance, insurance.chosen_key(InsuranceCompany))
    orphan = still_offered(orphan, insurance, match) or preset_orphan(insurance, match)
    if orphan and hold:
        _name_companies_anew([orphan], {}, hold)
    if orphan and is_as_shown(orphan, insurance):
        names = _name_as_in_pm(insurance, orphan.company)
        yield _linked(EHR, insurance, orphan, names, match=match)
        return
    company, reason = match.company, of_match(match)
    rule = table.EHR_INSURANCE_ADDED_MATCHED if company else table.EHR_INSURANCE_ADDED_UNMATCHED
    new = partial(Outcome, _rule(rule, cause), CREATED, insurance, reason=reason, match=match)
    if company is None:
        address = {name: getattr(insurance, name) for name in insurance.address_fields}
        name, origin = insurance.company_name, insurance.home
        company = make(InsuranceCompany, name=name, **address, origin=origin)
        company.derive()
        finder.add(company)
        yield new(company)
    plan = make(InsurancePlan, company=company, **given_by(insurance), origin=insurance.home)
    plan.derive()
    yield new(plan, corrections=_name_as_in_pm(insurance, company), link=EHR.link(insurance, plan))


def _rule(rule: table.Rule, cause: Cause, source: Any = None) -> table.Rule:
    """Return what goes for `cause`, else `rule`. Of a merge, a plan also moves, or is renamed."""
    if cause is Cause.MERGED and isinstance(source, InsurancePlan):
        changes = cause.changes_of(source)
        if "company" in changes:
            return table.PLANS_MOVED
        return table.PLANS_MERGED if changes else table.COMPANIES_MERGED
    return BY_CAUSE.get(cause, rule)


def _is_merged(record: Any) -> bool:
    return record.merged_into_id is not None and record.before.merged_into_id is None


def _merged(record: Any) -> Outcome:
    """Tell what becomes of one that is merged: it stays, inactive, and points to the one kept."""
    changes = Cause.MERGED.changes_of(record)
    kept = record.merged_into
    return Outcome(table.PLANS_MERGED, UNCHANGED, record, kept, source_changes=changes)


def _name_as_in_pm(insurance: Insurance, company: InsuranceCompany) -> Changes:
    """Return what the insurance takes over from the company: the drop-down shows PM's names."""
    if insurance.company_name == company.name:
        return {}
    return {"company_name": [insurance.company_name, company.name]}


def _chosen_orphans(there: Side, records: Sequence[Record]) -> dict[int, Any]:
    """Return {key: record} of those chosen for `records` that are still orphans."""
    keys = {_chosen_orphan(there, record) for record in records} - {None}
    return there.orphans().in_bulk(keys) if keys else {}


def _chosen_orphan(there: Side, record: Record) -> int | None:
    """Return the key that the user chose; what a page had preset is looked for anew."""
    is_preset = record.answers is not None and record.answers.is_preset
    return None if is_preset else record.chosen_key(there.model)


def _linked(
    here: Side, source: Record, target: Record, names: Changes | None = None, **details: Any
) -> Outcome:
    """Link two orphans: `target` takes the values of `source`; `source` takes PM's `names`."""
    values = given_by(source)
    kept = [name for name in CONTACT if not values[name] and getattr(target, name)]
    changes = differences(target, {n: value for n, value in values.items() if n not in kept})
    corrections: Changes = {name: ["", getattr(target, name)] for name in kept}
    return Outcome(
        table.PAIR_REPAIRED,
        UPDATED if changes else UNCHANGED,
        source,
        target,
        changes,
        corrections=corrections | (names or {}),
        reason=because(Code.LINKED),
        link=here.link(source, target),
        **details,
    )


def _compared(
    here: Side, source: Record, link: InsuranceLink, cause: Cause, usage: Usage | None
) -> Outcome:
    """Bring the counterpart up to date; where it is deactivated, tell who still has it."""
    target = here.other.record_in(link)
    changes = differences(target, given_by(source))
    reason = because(Code.DEACTIVATED, **usage._asdict()) if usage else {}
    if source.is_active and target.merged_into_id:  # which its being active again ends
        changes["merged_into"] = [reference(target.merged_into), None]
    return Outcome(
        _rule(EDITED[here], cause, source),
        UPDATED if changes else UNCHANGED,
        source,
        target,
        changes,
        cause.changes_of(source),
        reason=reason,
        pair=link,
    )


def _deleted(here: Side, source: Record, link: InsuranceLink | None) -> Outcome:
    return Outcome(
        DELETED[here],
        NOT_PROPAGATED,
        source,
        here.other.record_in(link) if link else None,
        source_changes=Cause.DELETED.changes_of(source),
        reason={} if link else because(Code.HAD_NO_COUNTERPART),
        link=link,
    )
