"""What an import of a payer list does: it adds what isn't there and fills blanks."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.soak.model.reference.matching import owners
from tests.soak.model.reference.pairs import Edit, half_edited, save_added
from tests.soak.model.reference.rows import PLAN, Company, Plan
from tests.soak.model.reference.vocabulary import (
    ADDRESS,
    NAMES,
    STORED_PAYER_IDS,
    STORED_PHONES,
    STORED_ZIPS,
    where,
)
from tests.soak.model.reference.world import CREATED, NOT_PROPAGATED, UPDATED, World

Line = dict[str, str]  # {column: what is typed there}
COUNTS = (
    *("rows", "bad_rows", "companies_added", "companies_filled", "plans_added", "plans_filled"),
    *("already_there", "insurances_created", "insurances_updated", "plans_without_insurance"),
)


@dataclass
class Named:
    """A company or plan that lines name, what they fill in, and the numbers of these lines."""

    row: Any
    is_new: bool = False
    filled: dict[str, str] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)

    def now(self, name: str) -> str:
        return str(self.filled.get(name) or getattr(self.row, name))

    def fill(self, values: Line) -> bool:
        blanks = {n: value for n, value in values.items() if value and not self.now(n)}
        self.filled |= blanks
        return bool(blanks)


def run(world: World, lines: list[Line], strict: bool) -> dict[str, int]:
    """Import `lines`, of which the first is line 2 of the file; return the counts."""
    counts = Counter({**dict.fromkeys(COUNTS, 0), "rows": len(lines)})
    good = [(n, _stored(line)) for n, line in enumerate(lines, 2) if line["company"]]
    counts["bad_rows"] = len(lines) - len(good)
    if strict and counts["bad_rows"]:
        return dict(counts)
    companies, plans = _folded(world, good)
    _write_companies(world, companies, counts)
    _write_plans(world, plans, counts)
    counts["already_there"] = len(good) - counts["plans_added"] - counts["plans_filled"]
    return dict(counts)


def _stored(line: Line) -> Line:
    tables = {"zip_code": STORED_ZIPS, "phone": STORED_PHONES, "payer_id": STORED_PAYER_IDS}
    return {name: tables.get(name, {}).get(value, value) for name, value in line.items()}


def _folded(world: World, lines: list[tuple[int, Line]]) -> tuple[list[Named], list[Named]]:
    """Fold the lines into the companies and plans that they name, in the order of the file."""
    known = {company.key: Named(company) for company in world.companies}
    by_name = {name: known[key] for name, key in owners(world).items()}
    for company in sorted(world.companies, key=lambda each: (not each.is_active, each.key)):
        by_name.setdefault(company.named[0], known[company.key])
    plans: dict[Any, Named] = {}
    for plan in sorted(world.all(PLAN), key=lambda each: (not each.is_active, each.key)):
        at = plan.spot or " ".join(plan.address).casefold()
        plans.setdefault((id(known[plan.company]), plan.named[0], at), Named(plan))
    for number, line in lines:
        address: dict[str, Any] = {name: line[name] for name in ADDRESS}
        key = NAMES[line["company"]]
        if key not in by_name:
            by_name[key] = Named(Company(name=line["company"], origin="import"), is_new=True)
        company_named = by_name[key]
        bare = not any(company_named.now(name) for name in ADDRESS)
        if company_named.fill({"payer_id": line["payer_id"], **(address if bare else {})}):
            company_named.lines.append(number)
        at = where(tuple(address.values()))[0] or " ".join(address.values()).casefold()
        of_plan = (id(company_named), NAMES[line["plan"]], at)
        if of_plan not in plans:
            new = Plan(name=line["plan"], origin="import", **address)
            new.company = company_named  # type: ignore[assignment]  # until it has a key
            plans[of_plan] = Named(new, is_new=True)
        plans[of_plan].fill({"phone": line["phone"]})
        plans[of_plan].lines.append(number)
    named = {id(each): each for each in by_name.values() if each.lines}
    return list(named.values()), [each for each in plans.values() if each.lines]


def _write_companies(world: World, companies: list[Named], counts: Counter[str]) -> None:
    for each in companies:
        if each.is_new:
            for name, value in each.filled.items():
                setattr(each.row, name, value)
            save_added(world, each.row)
            counts["companies_added"] += 1
        else:
            _before, changes = world.write(each.row, each.filled)
            world.tell("pm-company-edited", NOT_PROPAGATED, each.row, source_changes=changes)
            counts["companies_filled"] += 1
        _mark(world, each)


def _write_plans(world: World, plans: list[Named], counts: Counter[str]) -> None:
    for each in plans:
        plan = each.row
        if each.is_new:
            plan.company, plan.phone = plan.company.row.key, each.now("phone")
            save_added(world, plan)
            outcome = CREATED
            counts["plans_added"] += 1
        else:
            edit = Edit(plan, plan, {})
            if each.filled:
                edit = Edit(plan, *world.write(plan, each.filled))
                counts["plans_filled"] += 1
            outcome = half_edited(world, edit)
        told = {
            CREATED: "insurances_created",
            UPDATED: "insurances_updated",
            NOT_PROPAGATED: "plans_without_insurance",
        }
        if outcome in told:
            counts[told[outcome]] += 1
        _mark(world, each)


def _mark(world: World, each: Named) -> None:
    """Let what was logged last say from which lines of the file it comes."""
    event = world.log[-1]
    event.reason = {**(event.reason or {"code": "imported"}), "lines": each.lines}
