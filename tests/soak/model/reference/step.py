"""A step of a history, as it is drawn: it names rows by numbers that fit any world."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.soak.model.reference.rows import KINDS, PLAN, Insurance, Plan
from tests.soak.model.reference.vocabulary import ADDRESS
from tests.soak.model.reference.world import World


@dataclass(frozen=True)
class Step:
    """What is done (`op`) to a row of the model `label`, or to several, through which `door`.

    `which` are drawn as numbers; once the step is `settled`, the keys of the rows. So are relations
    in `values`, and what is chosen in the other list: `choice`, a label and a number.
    """

    op: str
    label: str = ""
    door: str = "shell"
    which: tuple[int, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    choice: tuple[str, int] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = [self.op, self.label.rpartition(".")[2], f"by {self.door}"]
        if self.which:
            said.append("of " + ", ".join(f"#{number}" for number in self.which))
        said += [f"{name}={value!r}" for name, value in self.values.items()]
        if self.choice:
            said.append(f"choosing {self.choice[0]} #{self.choice[1]}")
        said += [f"{name}={value!r}" for name, value in self.more.items()]
        return " ".join(filter(None, said))


def settled(step: Step, world: World) -> Step | None:
    """Return `step` with the keys of rows that are there; None where there is none to do it to."""
    which: tuple[int, ...] = ()
    if step.which:
        there = sorted(world.tables[step.label])
        if not there:
            return None
        which = tuple(dict.fromkeys(there[number % len(there)] for number in step.which))
    values = {
        name: _key(world, KINDS[step.label].relations.get(name, ""), value)
        for name, value in step.values.items()
    }
    if like := step.more.get("like"):
        values |= _like(world, like)
    choice = step.choice
    choice = (choice[0], key) if choice and (key := _key(world, *choice)) else None
    more = dict(step.more)
    if "row" in more:
        row = more["row"]
        more["row"] = {**row, **({"plan": _key(world, PLAN, row["plan"])} if "plan" in row else {})}
    return replace(step, which=which, values=values, choice=choice, more=more)


def _like(world: World, like: tuple[str, int]) -> dict[str, Any]:
    """Return what a new plan or insurance has in common with a row of another model."""
    row = world.get(like[0], _key(world, *like))
    if row is None or not any(row.address):
        return {}
    values = dict(zip(ADDRESS, row.address, strict=True))
    if isinstance(row, Plan):
        return values | {"company_name": world.company_of(row).name, "plan_name": row.name}
    if isinstance(row, Insurance):
        named = [each.key for each in world.companies if each.named == row.named[:1]]
        return values | {"name": row.plan_name} | ({"company": named[0]} if named else {})
    return values


def _key(world: World, label: str, value: Any) -> Any:
    if not label or value is None:
        return value
    there = sorted(world.tables[label])
    return there[value % len(there)] if there else None
