"""Do a step of a history in the world: the whole of the model, from outside."""

from collections.abc import Callable
from typing import Any

from tests.soak.model.reference import drift, importing, pages, pairs, patients
from tests.soak.model.reference.pairs import Edit
from tests.soak.model.reference.rows import INSURANCE, KINDS, PLAN, Insurance
from tests.soak.model.reference.step import Step
from tests.soak.model.reference.world import Refusal, World

OF_LISTS = {"pm.InsuranceCompany", PLAN, INSURANCE}
USER = "admin"


def do(world: World, step: Step) -> Any:
    """Do a settled step and return what is told of it, if anything. Raises Refusal."""
    is_at_page = step.door == "page" and step.op != "outdated"
    world.begin(USER if is_at_page else "")
    return (PAGES if is_at_page else {}).get(step.op, OPS[step.op])(world, step)


def _add(world: World, step: Step) -> None:
    row = KINDS[step.label](**step.values)
    if step.label in OF_LISTS:
        pairs.save_added(world, row, step.choice)
    else:
        patients.save_added(world, row)


def _edit(world: World, step: Step) -> None:
    """Save rows with other values, all at once."""
    edits = []
    for key in sorted(step.which):
        row = world.get(step.label, key)
        edit = Edit(row, *world.write(row, step.values))
        if isinstance(row, Insurance) and "company_name" in edit.changes and world.link_of(row):
            raise Refusal("the company's name is PM's")
        edits.append(edit)
    if step.label in OF_LISTS:
        pairs.edited(world, edits, bool(step.more.get("plans_too")))
    else:
        patients.edited(world, edits)


def _delete(world: World, step: Step) -> None:
    rows = [world.get(step.label, key) for key in sorted(step.which)]
    if step.label in OF_LISTS:
        pairs.delete(world, rows)
    else:
        patients.delete(world, rows)


def _bulk(world: World, step: Step) -> None:
    """Insert rows that nobody is told of, as `bulk_create` does."""
    row = KINDS[step.label](**step.values)
    if "company" in row.relations and not getattr(row, "company", None):
        raise Refusal("a plan without a company")
    world.insert(row)


def _raw(world: World, step: Step) -> None:
    """Change rows behind the program's back, as SQL does."""
    for key in step.which:
        for name, value in step.values.items():
            setattr(world.get(step.label, key), name, value)


def _outdated(world: World, step: Step) -> str:
    """Save or delete a row of which an older copy is then saved, too: that one is refused."""
    if step.more["deletes"]:
        _delete(world, step)
    else:
        _edit(world, step)
    return "refused"


def _import(world: World, step: Step) -> dict[str, int]:
    world.begin("import_insurances")
    return importing.run(world, list(step.more["lines"]), step.more["strict"])


def _repair(world: World, step: Step) -> None:
    pairs.repair(world, step.label, step.which, step.more["is_linked"])


def _moved(world: World, step: Step) -> None:
    to = world.get(*step.choice) if step.choice else None
    if to is None or not to.is_active:
        raise Refusal("nowhere to move to")
    pairs.move(world, [world.get(PLAN, key) for key in sorted(step.which)], to)


def _link(world: World, step: Step) -> None:
    here = world.get(step.label, step.which[0])
    there = world.get(*step.choice) if step.choice else None
    if there is None:
        raise Refusal("nothing to link it with")
    plan, insurance = (here, there) if step.label == PLAN else (there, here)
    pairs.link_orphans(world, plan, insurance)


def _report(world: World, step: Step) -> drift.Counts:
    return drift.report(world)


def _mend(world: World, step: Step) -> tuple[drift.Counts, drift.Counts]:
    world.begin("repair_drift")
    found = drift.report(world)
    drift.mend(world, step.more["orphans"])
    return found, drift.report(world)


def _names(world: World, step: Step) -> None:
    """Bring all EHR names up to date that are known to show an old name of a company."""
    company = step.which[0]
    stale = [link.plan for link in world.links if link.stale_name]
    plans = [key for key in stale if world.get(PLAN, key).company == company]
    pairs.repair(world, PLAN, plans, is_linked=True)


OPS: dict[str, Callable[[World, Step], Any]] = {
    "add": _add,
    "edit": _edit,
    "delete": _delete,
    "bulk": _bulk,
    "raw": _raw,
    "outdated": _outdated,
    "import": _import,
    "repair": _repair,
    "link": _link,
    "moved": _moved,
    "report": _report,
    "mend": _mend,
    "list": pages.in_list,
    "names": _names,
}
# What is done on a page in another way.
PAGES: dict[str, Callable[[World, Step], Any]] = {"add": pages.add, "edit": pages.edit}
