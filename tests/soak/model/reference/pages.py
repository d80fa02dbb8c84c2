"""Do in the world what is typed into the admin's pages: as in a shell, but for what they ask."""

from typing import Any

from tests.soak.model.reference import pairs, patients
from tests.soak.model.reference.asking import Question, about_added, about_person, about_policy
from tests.soak.model.reference.pairs import Edit
from tests.soak.model.reference.rows import (
    COMPANY,
    INSURANCE,
    KINDS,
    PLAN,
    POLICY,
    Company,
    Insurance,
    Plan,
    PMPatient,
    Policy,
)
from tests.soak.model.reference.step import Step
from tests.soak.model.reference.vocabulary import ADDRESS
from tests.soak.model.reference.world import Refusal, World

Asked = list[Question]
OF_LISTS = {COMPANY, PLAN, INSURANCE}


def add(world: World, step: Step) -> Asked:
    """Add what was typed; return what was asked first."""
    row: Any = KINDS[step.label](**step.values)
    if step.label in OF_LISTS:
        if isinstance(row, Plan):
            _take_from_company(row, world.get(COMPANY, row.company), step)
        asked, to = about_added(world, row, step.choice, step.more.get("how", "chosen"))
        pairs.save_added(world, row, to)
        if isinstance(row, Company) and "plan" in step.more:
            asked |= _add_first_plan(world, row, step)
    else:
        asked = about_person(world, row, world.changes(row, None))
        patients.save_added(world, row)
        if isinstance(row, PMPatient) and "row" in step.more:
            asked |= _policy_row(world, row, step)
    return sorted(asked)


def _take_from_company(plan: Plan, company: Company | None, step: Step) -> None:
    """Take the company's phone where none was typed, and its address where that was checked."""
    if company is None:
        raise Refusal("a plan without a company")
    plan.phone = plan.phone or company.phone
    if step.more.get("same_address"):
        if not any(company.address):
            raise Refusal("the company has no address")
        for name, value in zip(ADDRESS, company.address, strict=True):
            setattr(plan, name, value)


def _add_first_plan(world: World, company: Company, step: Step) -> set[Question]:
    plan = Plan(company=company.key, **step.more["plan"])
    _take_from_company(plan, company, step)
    asked, _ = about_added(world, plan, None, "")
    # That the company is inactive is no question on its own page.
    pairs.save_added(world, plan)
    return asked - {("inactive", *company.ref)}


def edit(world: World, step: Step) -> Asked:
    """Save what was typed on the page of a row; return what was asked first."""
    row = world.get(step.label, step.which[0])
    edited = Edit(row, *world.write(row, step.values))
    asked: set[Question] = set()
    if isinstance(row, Insurance) and "company_name" in edited.changes and world.link_of(row):
        raise Refusal("the company's name is PM's")
    if isinstance(row, Plan) and "company" in edited.changes:
        company = world.company_of(row)
        asked |= set() if company.is_active else {("inactive", *company.ref)}
    if step.label in OF_LISTS:
        pairs.edited(world, [edited], bool(step.more.get("plans_too")))
    else:
        asked |= about_person(world, row, edited.changes)
        patients.edited(world, [edited])
        if isinstance(row, PMPatient) and "row" in step.more:
            asked |= _policy_row(world, row, step)
    return sorted(asked)


def _policy_row(world: World, patient: PMPatient, step: Step) -> set[Question]:
    """Add, change or delete a policy in a row of its patient's page."""
    values = dict(step.more["row"])
    what, number = values.pop("what"), values.pop("number")
    own = [each for each in world.all(POLICY) if each.patient == patient.key]
    if what != "new" and not own:
        return set()
    if what == "new":
        if not _is_typed(values):
            return set()
        policy = Policy(patient=patient.key, **values)
        if not world.get(PLAN, policy.plan):
            raise Refusal("a policy without a plan")
        asked = about_policy(world, policy, world.changes(policy, None) | {"is_active": []})
        patients.save_added(world, policy)
        return asked
    policy = own[number % len(own)]
    if what == "delete":
        patients.delete(world, [policy])
        return set()
    if not any(getattr(policy, name) != value for name, value in values.items()):
        return set()
    edited = Edit(policy, *world.write(policy, values))
    if not world.get(PLAN, policy.plan):
        raise Refusal("a policy without a plan")
    asked = about_policy(world, policy, edited.changes)
    patients.edited(world, [edited])
    return asked


def _sold(world: World, company: Company) -> bool:
    return any(each.is_active and each.company == company.key for each in world.all(PLAN))


def _is_typed(values: dict[str, Any]) -> bool:
    """Return whether more was typed into a new row than its rank, which the page fills in."""
    empty = vars(Policy()) | {"plan": None}
    return any(
        (value or None) != (empty[name] or None) for name, value in values.items() if name != "rank"
    )


def in_list(world: World, step: Step) -> None:
    """Do what is chosen on a list to the selected rows."""
    active, action = step.more["active"], step.more["action"]
    rows = [world.get(step.label, key) for key in sorted(step.which)]
    if action == "delete_selected":
        (pairs if step.label in OF_LISTS else patients).delete(world, rows)
        return
    if action == "bring_ehr_up_to_date":
        pairs.repair(world, step.label, step.which, is_linked=True)
        return
    with_plans = action == "deactivate_with_plans"
    others = [row for row in rows if row.is_active != active or (with_plans and _sold(world, row))]
    edits = [Edit(row, *world.write(row, {"is_active": active})) for row in others]
    if step.label in OF_LISTS:
        pairs.edited(world, edits, plans_too=with_plans)
    else:
        patients.edited(world, edits)
