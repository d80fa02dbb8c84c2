"""What stands beside Save: what it waits for, what it asks, else how many records it will write."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from kareo.records.asking.answers import Question
from sync.matching.look_alikes import Likeness
from sync.pairs.sides import SIDES
from sync.rules.decision import CREATED, UPDATED
from sync.rules.doubts import Doubt
from sync.screens.preview.alike import AlikeLine
from sync.screens.wording.records import counted, listed

VERBS = {CREATED: "create", UPDATED: "update"}


def counts_in_words(lines: Sequence[Any]) -> str:
    """Count what Save will do in each list: create 2 in PM and 1 in the EHR; "" for nothing."""
    counts: dict[str, Counter[str]] = {}
    for line in lines:
        done = [line.outcome] if line.outcome in VERBS else []
        counts.setdefault(line.system, Counter()).update(done)
    said, verb = [], ""
    for system, of in counts.items():
        for outcome, count in of.items():
            again, verb = verb, VERBS[outcome]  # type: ignore[index]  # as counted above
            what = f"{count:,} in {SIDES[system].place}"
            said.append(what if verb == again else f"{verb} {what}")
    nothing = [f"nothing in {SIDES[system].place}" for system, of in counts.items() if not of]
    return ", ".join([listed(said), *nothing]) if said else ""


def warned_in_words(lines: Sequence[Any]) -> str:
    warned = sum(line.warns for line in lines)
    return f" {counted(warned, 'warning')}." if warned else ""


def asks_first(
    questions: Sequence[Question], alike: Sequence[AlikeLine], confirmed: Sequence[str]
) -> bool:
    """Whether Save will ask: one of these `questions`, or about what is the same as an added record

    What was asked before, by its id, is `confirmed` by a second Save.
    """
    same = [Doubt(each.record).id for each in alike if each.rank <= Likeness.AGAIN]
    return not {*same, *(question.id for question in questions)}.issubset(confirmed)
