"""Where the rows aren't as the rules leave them, and what mends that."""

from tests.soak.model.reference.pairs import disagreement, repair
from tests.soak.model.reference.rows import INSURANCE, KINDS, PLAN, POLICY
from tests.soak.model.reference.world import World

Counts = dict[str, int]


def report(world: World) -> Counts:
    """Return {kind: how many drift}."""
    told = [(disagreement(world, link), (link.stale_name, link.differs)) for link in world.links]
    return {
        "old-keys": 0,
        "derived": sum(len(_underived(world, label)) for label in KINDS),
        "flags": sum(said != flags for said, flags in told),
        "stale-names": sum(stale for (stale, _), _ in told),
        "differs": sum(differs for (_, differs), _ in told),
        "orphan-plans": len(_active_orphans(world, PLAN)),
        "orphan-insurances": len(_active_orphans(world, INSURANCE)),
    }


def _underived(world: World, label: str) -> list[int]:
    if label == POLICY:
        return []
    return [row.key for row in world.all(label) if row.derived != row.sources()]


def _active_orphans(world: World, label: str) -> list[int]:
    return [row.key for row in world.orphans(label) if row.is_active]


def mend(world: World, orphans: bool) -> None:
    """Put right what can be, `orphans` only where told to."""
    for label in KINDS:
        for key in _underived(world, label):
            world.get(label, key).derive()
    pairs = []
    for link in world.links:
        link.stale_name, link.differs = disagreement(world, link)
        if link.stale_name or link.differs:
            pairs.append(link.plan)
    repair(world, PLAN, pairs, is_linked=True)
    for label in (PLAN, INSURANCE) if orphans else ():
        repair(world, label, _active_orphans(world, label), is_linked=False)
