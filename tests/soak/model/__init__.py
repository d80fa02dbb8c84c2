"""Histories of random steps, each done in the program and in a plain statement of the rules.

After each step all records, links and events are compared. `reference` states the rules and shares
no code with the program; `steps` are drawn by hypothesis, from what `drawing` has; `doors` do them
in the program: by save(), querysets, commands and the admin's pages; `histories` runs them;
`broken` breaks rules to see that they are found.
"""

from tests.soak.result import Result

SIZE = 20_000  # histories
AT_ONCE = 500  # that hypothesis remembers, so as to draw none twice


def run(count: int, seed: int) -> Result:
    """Run `count` histories drawn from `seed`, and stop at the first fault, in its fewest steps."""
    from tests.soak.databases import tidy  # once Django is set up
    from tests.soak.model.histories import Done, run_many

    done, result = Done(), Result()
    for start in range(0, count, AT_ONCE):
        own = seed + start // AT_ONCE
        tidy()
        if fault := run_many(min(AT_ONCE, count - start), own, done):
            result.faults.append(f"Drawn from {own}. {fault}")
            break
    result.done.update(histories=done.histories, steps=done.steps.total(), refusals=done.refused)
    return result
