"""What a page asks once before it saves: each question by what it is about."""

from typing import Any

from tests.soak.model.reference.matching import Match, match, owners
from tests.soak.model.reference.patients import in_force_together
from tests.soak.model.reference.rows import (
    COMPANY,
    INSURANCE,
    PLAN,
    Changes,
    Company,
    EHRPatient,
    Insurance,
    Person,
    Plan,
    Policy,
)
from tests.soak.model.reference.vocabulary import NAMES, is_named
from tests.soak.model.reference.world import Refusal, World

Question = tuple[Any, ...]  # a kind, "" of a look-alike, the label and key of a row, and more
MOST = 5  # look-alikes that are shown
Choice = tuple[str, int] | None


def about_added(world: World, row: Any, choice: Choice, how: str) -> tuple[set[Question], Choice]:
    """Return what is asked before a typed `row` is added, and what it is linked with or goes to.

    `how` says whether the `choice` was "chosen" by the user, "preset" by the page, or "left".
    Raises Refusal where what was chosen can't be had.
    """
    row.derive()
    if isinstance(row, Company):
        return {_alike(world, other) for other in _same_companies(world, row)[:MOST]}, None
    if isinstance(row, Plan):
        return _about_plan(world, row, choice, how)
    return _about_insurance(world, row, choice, how)


def _same_companies(world: World, row: Company) -> list[Company]:
    named = [each for each in world.companies if each.named == row.named]
    if row.spot:
        return [each for each in named if each.spot == row.spot]
    return [
        each
        for each in named
        if not each.spot
        and (
            (row.payer_id and row.payer_id == each.payer_id)
            or (row.phone and row.phone == each.phone)
        )
    ]


def _alike(world: World, row: Any) -> Question:
    return ("", *row.ref, "" if _in_use(world, row) else "inactive")


def _in_use(world: World, row: Any) -> bool:
    is_used = not isinstance(row, Plan) or world.company_of(row).is_active
    return bool(row.is_active and is_used)


def _about_plan(world: World, plan: Plan, choice: Choice, how: str) -> tuple[set[Question], Choice]:
    company = world.get(COMPANY, plan.company)
    if company is None:
        raise Refusal("a plan without a company")
    asked = {_alike(world, other) for other in _same_plans(world, plan)[:MOST]}
    if not company.is_active:
        asked.add(("inactive", *company.ref))
    names = (*company.named, *plan.named)
    same = [
        each
        for each in world.orphans(INSURANCE)
        if plan.spot and each.spot == plan.spot and each.named == names
    ]
    offered = [
        each for each in world.orphans(INSURANCE) if _is_offered(each, plan, each.named == names)
    ]
    return _with_orphans(world, asked, same, same, offered, choice, how)


def _same_plans(world: World, plan: Plan) -> list[Plan]:
    return [
        each
        for each in world.all(PLAN)
        if plan.spot
        and (each.company, each.named, each.spot) == (plan.company, plan.named, plan.spot)
    ]


def _is_offered(orphan: Any, row: Any, is_same_name: bool) -> bool:
    if row.spot and orphan.spot == row.spot:
        return True
    return bool(is_same_name and row.building and orphan.building == row.building)


def _about_insurance(
    world: World, row: Insurance, choice: Choice, how: str
) -> tuple[set[Question], Choice]:
    to = choice[1] if choice and choice[0] == COMPANY else None
    found = match(world, row, owners(world), to)
    if to and (found.company is None or found.company.key != to):
        raise Refusal("the company that was chosen isn't at the address")
    names = {NAMES[row.company_name], *(found.company.named if found.company else ())}
    plans = [each for each in world.orphans(PLAN) if each.named == row.named[1:]]
    named = [each for each in plans if world.company_of(each).named[0] in names]
    same = [each for each in named if row.spot and each.spot == row.spot]
    offered = [each for each in world.orphans(PLAN) if _is_offered(each, row, each in named)]
    asked, linked = _with_orphans(
        world, set(), same, _surely_same(world, same, found), offered, choice, how
    )
    company = world.company_of(world.get(*linked)) if linked else found.company
    asked |= {_alike(world, each) for each in _same_insurances(world, row, company, not linked)}
    if found.is_guess and found.company and not linked:
        asked.add(("oldest", *found.company.ref))
    if found.company is None and not same:
        named = [each for each in found.inactive if is_named(each.name, found.typed)]
        asked |= {_alike(world, each) for each in named}
    return asked, linked or (choice if to else None)


def _surely_same(world: World, same: list[Plan], found: Match) -> list[Plan]:
    """Leave out those that are the same only under one of several companies, by a guess."""
    if found.company is None or found.sure:
        return same
    typed = NAMES[found.typed]
    return [plan for plan in same if world.company_of(plan).named[0] == typed]


def _same_insurances(
    world: World, row: Insurance, company: Company | None, makes_plan: bool
) -> list[Insurance]:
    names = (NAMES[company.name] if company else NAMES[row.company_name], *row.named[1:])
    if not row.spot:
        return []
    found = {
        each.key: each
        for each in [e for e in world.all(INSURANCE) if (e.named, e.spot) == (names, row.spot)][
            :MOST
        ]
    }
    if company and makes_plan:
        plan = Plan(company=company.key, named=row.named[1:], spot=row.spot)
        for twin in _same_plans(world, plan)[:MOST]:
            if insurance := world.counterpart(twin):
                found[insurance.key] = insurance
    return list(found.values())


def _with_orphans(
    world: World,
    asked: set[Question],
    same: list[Any],
    surely: list[Any],
    offered: list[Any],
    choice: Choice,
    how: str,
) -> tuple[set[Question], Choice]:
    """Return what is asked, that about orphans included, and with which of them it is linked."""
    orphan = choice if choice and choice[0] != COMPANY else None
    left = orphan if how == "left" else None
    if orphan and how == "chosen":
        if orphan not in [each.ref for each in offered]:
            raise Refusal("what was chosen isn't offered")
        return asked, orphan
    if orphan and how == "preset":
        if [each.ref for each in surely] != [orphan] or not _in_use(world, surely[0]):
            raise Refusal("what was preset isn't the very same")
        return asked, orphan
    return asked | {_alike(world, each) for each in same[:MOST] if each.ref != left}, None


def about_person(world: World, row: Person, changes: Changes) -> set[Question]:
    """Return what is asked about a patient of whom these fields were typed."""
    asked: set[Question] = set()
    person = ("last_name", "first_name", "date_of_birth")
    if not changes.keys().isdisjoint(person):
        asked |= {
            ("", *each.ref, "person")
            for each in world.all(row.label)
            if each.key != row.key
            and all(getattr(each, name) == getattr(row, name) for name in person)
        }
    if isinstance(row, EHRPatient):
        typed = [n for n in ("primary_insurance", "secondary_insurance") if n in changes]
        for key in {getattr(row, name) for name in typed} - {None}:
            if not world.get(INSURANCE, key).is_active:
                asked.add(("inactive", INSURANCE, key))
        if typed and row.primary_insurance and row.primary_insurance == row.secondary_insurance:
            asked.add(("twice", INSURANCE, row.primary_insurance))
    return asked


def about_policy(world: World, policy: Policy, changes: Changes) -> set[Question]:
    """Return what is asked about a policy of which these fields were typed."""
    asked: set[Question] = set()
    plan = world.get(PLAN, policy.plan)
    if "plan" in changes and not plan.is_active:
        asked.add(("inactive", *plan.ref))
    if not changes.keys().isdisjoint(("plan", "effective_on", "ends_on", "is_active")):
        for other in world.all(policy.label):
            is_other = other.key != policy.key and other.patient == policy.patient
            if (
                is_other
                and (other.plan == policy.plan and other.rank != policy.rank)
                and in_force_together(policy, other)
            ):
                asked.add(("twice", PLAN, policy.plan, other.rank))
    return asked
