"""What is done with companies, plans and insurances, and what the other list is told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.soak.model.reference.matching import Match, match, owners
from tests.soak.model.reference.rows import (
    COMPANY,
    INSURANCE,
    PLAN,
    Changes,
    Company,
    Insurance,
    Link,
    Plan,
    Row,
)
from tests.soak.model.reference.vocabulary import ADDRESS
from tests.soak.model.reference.world import (
    CREATED,
    NOT_PROPAGATED,
    UNCHANGED,
    UPDATED,
    Refusal,
    World,
    emptied,
)

REPAIRED = "pair-repaired"
# What crosses over: plan's name, insurance's name.
CROSSING = {"name": "plan_name"} | {n: n for n in (*ADDRESS, "phone", "fax", "is_active")}


@dataclass
class Edit:
    """A row that was just written, as it was before, and what changed."""

    row: Any
    before: Any
    changes: Changes


def given(world: World, row: Row) -> dict[str, Any]:
    """Return the values that a plan or insurance gives its counterpart."""
    if isinstance(row, Plan):
        values = {theirs: getattr(row, ours) for ours, theirs in CROSSING.items()}
        return {"company_name": world.company_of(row).name, **values}
    return {ours: getattr(row, theirs) for ours, theirs in CROSSING.items()}


def differing(row: Row, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def disagreement(world: World, link: Link) -> tuple[bool, bool]:
    """Return whether the name of a pair is stale, and whether anything else differs."""
    plan, insurance = world.get(PLAN, link.plan), world.get(INSURANCE, link.insurance)
    names = differing(insurance, given(world, plan)).keys()
    return "company_name" in names, bool(names - {"company_name"})


def save_added(world: World, row: Any, choice: tuple[str, int] | None = None) -> None:
    """Add a company, plan or insurance. `choice` is what was chosen for it in the other list."""
    if isinstance(row, Plan) and not world.get(COMPANY, row.company):
        raise Refusal("a plan without a company")
    world.insert(row)
    logged = len(world.log)
    if isinstance(row, Company):
        world.tell("pm-company-added", NOT_PROPAGATED, row)
    elif isinstance(row, Plan):
        _plan_added(world, row, _chosen(world, row, INSURANCE, choice))
    else:
        orphan = _chosen(world, row, PLAN, choice)
        company = choice[1] if choice and choice[0] == COMPANY else None
        found = match(world, row, owners(world), company)
        if company and not orphan and (found.company is None or found.company.key != company):
            raise Refusal("the company that was chosen isn't at the address")
        insurance_added(world, row, found, orphan)
    world.log[logged].created.append(row.ref)


def _chosen(world: World, row: Row, label: str, choice: tuple[str, int] | None) -> Any:
    if choice is None or choice[0] != label:
        return None
    orphan = next((each for each in world.orphans(label) if each.key == choice[1]), None)
    if orphan is None:
        raise Refusal("what was chosen is no orphan")
    return orphan


def _plan_added(
    world: World, plan: Plan, orphan: Insurance | None, rule: str = "pm-plan-added"
) -> None:
    if orphan:
        linked(world, plan, orphan)
        return
    insurance = Insurance(origin=plan.origin, **given(world, plan))
    world.insert(insurance)
    link = Link(plan.key, insurance.key)
    world.links.append(link)
    world.tell(rule, CREATED, plan, insurance, link, created=[insurance.ref])


def insurance_added(
    world: World, insurance: Insurance, found: Match, orphan: Plan | None = None, rule: str = ""
) -> None:
    """Give an insurance its plan: the `orphan`, or a new one under the company that was found."""
    if orphan:
        company = world.company_of(orphan)
        linked(world, insurance, orphan, taking=_named_as(insurance, company))
        return
    reason, company_made = found.reason, found.company is None
    if found.company is None:
        address: dict[str, Any] = dict(zip(ADDRESS, insurance.address, strict=True))
        company = Company(name=insurance.company_name, origin="EHR", **address)
        world.insert(company)
        rule = rule or "ehr-insurance-added-unmatched"
    else:
        company = found.company
        rule = rule or "ehr-insurance-added-matched"
    plan = Plan(company=company.key, origin="EHR", **given(world, insurance))
    world.insert(plan)
    taking = _named_as(insurance, company)
    taken = world.write(insurance, taking)[1] if taking else {}
    if company_made:
        world.tell(rule, CREATED, insurance, company, reason=reason, created=[company.ref])
    link = Link(plan.key, insurance.key)
    world.links.append(link)
    world.tell(
        rule,
        CREATED,
        insurance,
        plan,
        link,
        reason=reason,
        source_changes=taken,
        created=[plan.ref],
    )


def _named_as(insurance: Insurance, company: Company) -> dict[str, Any]:
    return differing(insurance, {"company_name": company.name})


def linked(world: World, source: Any, target: Any, taking: dict[str, Any] | None = None) -> None:
    """Link two orphans: `target` takes the values of `source`, which loses no number to a blank."""
    values = given(world, source)
    kept = {n: getattr(target, n) for n in ("phone", "fax") if not values[n]}
    kept = {name: number for name, number in kept.items() if number}
    new = differing(target, {n: value for n, value in values.items() if n not in kept})
    changes = world.write(target, new)[1] if new else {}
    taken = {**kept, **(taking or {})}
    corrections = world.write(source, taken)[1] if taken else {}
    plan, insurance = (source, target) if isinstance(source, Plan) else (target, source)
    link = Link(plan.key, insurance.key)
    world.links.append(link)
    world.tell(
        REPAIRED,
        UPDATED if changes else UNCHANGED,
        source,
        target,
        link,
        changes=changes,
        source_changes=corrections,
        reason={"code": "linked"},
    )


def edited(world: World, edits: Sequence[Edit], plans_too: bool = False) -> None:
    """Let the rules follow what was just written of rows of one model."""
    for edit in edits:
        if isinstance(edit.row, Company):
            _company_edited(world, edit, plans_too)
        else:
            half_edited(world, edit)


def _company_edited(world: World, edit: Edit, plans_too: bool) -> None:
    company, before = edit.row, edit.before
    own = [plan for plan in world.all(PLAN) if plan.company == company.key]
    active = [plan for plan in own if plan.is_active]
    links = [link for plan in own if (link := world.link_of(plan))]
    stale = 0
    if company.name != before.name:
        stale = sum(disagreement(world, link)[0] for link in links)
    goes, stays = not company.is_active and plans_too, {}
    if before.is_active and not company.is_active:
        stays = _counted(world, "plans_stay", active)
    elif company.is_active and not before.is_active:
        stays = _counted(world, "plans_inactive", [plan for plan in own if not plan.is_active])
    reason: dict[str, Any] = stays
    if goes and active:
        reason = _counted(world, "plans_too", active)
    elif stale:
        beside = {stays["code"]: stays["count"]} if stays else {}
        reason = {**stays, **beside, "code": "stale_names", "count": stale}
    world.tell(
        "pm-company-edited", NOT_PROPAGATED, company, source_changes=edit.changes, reason=reason
    )
    if goes:
        for plan in active:
            half_edited(world, Edit(plan, *world.write(plan, {"is_active": False})))
    if company.name != before.name:
        for link in links:
            link.stale_name = disagreement(world, link)[0]


def _counted(world: World, code: str, plans: Sequence[Plan]) -> dict[str, Any]:
    """Say how many these are, and how many have no insurance; {} of none."""
    if not plans:
        return {}
    orphans = sum(world.link_of(plan) is None for plan in plans)
    return {"code": code, "count": len(plans)} | ({"orphans": orphans} if orphans else {})


def half_edited(world: World, edit: Edit, rule: str = "") -> str:
    """Bring the counterpart of a plan or insurance up to date; return the outcome."""
    row, changes = edit.row, edit.changes
    is_plan = isinstance(row, Plan)
    rule = rule or ("pm-plan-edited" if is_plan else "ehr-insurance-edited")
    target, link = world.counterpart(row), world.link_of(row)
    reason: dict[str, Any] = {}
    if link is None:
        reason = {"code": "no_counterpart"}
    elif edit.before.is_active and not row.is_active:
        policies = [each for each in world.policies_of(link.plan) if each.is_active]
        patients = world.patients_of(link.insurance)
        reason = {"code": "deactivated", "patients": len(patients), "policies": len(policies)}
    if is_plan and "company" in changes:
        reason = {**(reason or {"code": "moved"}), "name": row.name}
    if link is None:
        world.tell(rule, NOT_PROPAGATED, row, source_changes=changes, reason=reason)
        return NOT_PROPAGATED
    new = differing(target, given(world, row))
    theirs = world.write(target, new)[1] if new else {}
    link.differs = False
    if is_plan:
        link.stale_name = False
    outcome = UPDATED if theirs else UNCHANGED
    world.tell(rule, outcome, row, target, changes=theirs, source_changes=changes, reason=reason)
    return outcome


def move(world: World, plans: Iterable[Plan], to: Company) -> None:
    """Move those plans to a company that it hasn't already."""
    for plan in plans:
        if plan.company != to.key:
            half_edited(world, Edit(plan, *world.write(plan, {"company": to.key})), "plans-moved")


def delete(world: World, rows: Iterable[Any]) -> None:
    """Delete companies, plans or insurances: all of them, or none where one is used."""
    rows = list(rows)
    for row in rows:
        if isinstance(row, Company):
            _company_deleted(world, row)
        else:
            _half_deleted(world, row)
    for row in rows:
        world.delete(row)


def _company_deleted(world: World, company: Company) -> None:
    if any(plan.company == company.key for plan in world.all(PLAN)):
        raise Refusal("a company with plans")
    changes = emptied(world.changes(company, None))
    deleted = {"code": "deleted"}
    world.tell("", NOT_PROPAGATED, company, source_changes=changes, reason=deleted, deleted=True)


def _half_deleted(world: World, row: Any) -> None:
    link = world.link_of(row)
    is_plan = isinstance(row, Plan)
    plan = row.key if is_plan else link.plan if link else 0
    insurance = row.key if not is_plan else link.insurance if link else 0
    if world.policies_of(plan) or world.patients_of(insurance):
        raise Refusal("a patient on either side uses it")
    world.tell(
        "pm-plan-deleted" if is_plan else "ehr-insurance-deleted",
        NOT_PROPAGATED,
        row,
        world.counterpart(row),
        link,
        source_changes=emptied(world.changes(row, None)),
        reason={} if link else {"code": "had_no_counterpart"},
        deleted=True,
    )
    if link:
        world.links.remove(link)


def repair(world: World, label: str, keys: Iterable[int], is_linked: bool | None) -> None:
    """Put pairs right, and send orphans as if they were added; `is_linked` leaves out the others.

    All of them at once: which company is also called so is looked for before the first is made.
    """
    rows = [world.get(label, key) for key in sorted(keys)]
    called = owners(world)
    pairs = [row for row in rows if world.link_of(row)]
    orphans = [row for row in rows if not world.link_of(row)]
    plans = [row if label == PLAN else world.counterpart(row) for row in pairs]
    for plan in sorted(plans, key=lambda plan: int(plan.key)) if is_linked is not False else ():
        half_edited(world, Edit(plan, plan, {}), rule=REPAIRED)
    for orphan in orphans if is_linked is not True else ():
        if label == PLAN:
            _plan_added(world, orphan, None, rule=REPAIRED)
        else:
            insurance_added(world, orphan, match(world, orphan, called), rule=REPAIRED)


def link_orphans(world: World, plan: Plan, insurance: Insurance) -> None:
    if world.link_of(plan) or world.link_of(insurance):
        raise Refusal("one of them isn't an orphan")
    linked(world, plan, insurance)
