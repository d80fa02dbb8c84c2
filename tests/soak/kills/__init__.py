"""Writers at full speed, killed: nothing told is lost, nothing is half there.

Four processes save, add, import and repair on one database as fast as they can (`actions`), each
telling what was committed (`told`). Then they are killed with SIGKILL at a random moment; or their
connections are cut under them, or locks held that they need, before they are killed (`rounds`).
What stands in the database then is compared with what was told and with the log (`invariants`).
"""

from tests.soak.result import Result

SIZE = 100  # rounds that only kill; two fifths as many cut connections, a fifth hold locks


def run(count: int, seed: int) -> Result:
    """Run `count` rounds that kill, and with them those that cut connections and hold locks."""
    # Here: the server that forks writers imports this package before it sets up Django.
    from tests.soak.kills import rounds

    result = Result()
    for number in range(count):
        rounds.run_kinds(number, f"{seed}.{number}", result)
    return result
