"""Every kind of user, every URL: `tests.roles`, as its own test runs it."""

from tests.roles.kinds import KINDS
from tests.roles.requests import routes
from tests.roles.visits import planted
from tests.soak.result import Result

SIZE = 1  # times: nothing in it is left to chance


def run(count: int, seed: int) -> Result:
    """Send all that the table says, `count` times; `seed` changes nothing."""
    result = Result()
    for _ in range(count):
        with planted() as site:
            for name in KINDS:
                visitor = site.visit(name)
                result.done["requests"] += visitor.sent
                result.faults += [f"{name}: {each}" for each in visitor.wrong]
    result.done["kinds of user"] = len(KINDS)
    result.done["URLs"] = len([*routes()])
    return result
