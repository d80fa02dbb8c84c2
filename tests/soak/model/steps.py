"""What hypothesis draws: the steps of a history."""

from typing import Any

from hypothesis import strategies as st

from tests.soak.model.drawing import ACTIVE, NEEDED, NUMBERS, OPTIONAL, PLACE, flat, new, of, some
from tests.soak.model.reference import vocabulary as words
from tests.soak.model.reference.rows import (
    COMPANY,
    EHR_PATIENT,
    INSURANCE,
    PLAN,
    PM_PATIENT,
    POLICY,
)
from tests.soak.model.reference.step import Step

LENGTH = 18
# What is added first: most other steps need something to be there.
BEGINNING = (COMPANY, COMPANY, PLAN, INSURANCE, PM_PATIENT, POLICY, EHR_PATIENT)


@st.composite
def adds(draw: st.DrawFn, *labels: str) -> Step:
    label = draw(of(labels))
    door = draw(of(("shell", "shell", "bulk")))
    if door == "bulk" and label in (COMPANY, PLAN, INSURANCE):
        return Step("bulk", label, values=draw(new(label)))
    return Step("add", label, values=draw(new(label)), choice=draw(_choices(label)))


def _choices(label: str) -> st.SearchStrategy[tuple[str, int] | None]:
    """Return what may be chosen in the other list for a new row of the model; seldom anything."""
    there = {PLAN: (INSURANCE,), INSURANCE: (PLAN, COMPANY)}.get(label)
    nothing: st.SearchStrategy[Any] = st.just(None)
    return nothing | nothing | nothing | st.tuples(of(there), NUMBERS) if there else nothing


LABELS = (PLAN, COMPANY, INSURANCE, PLAN, COMPANY, INSURANCE, POLICY, EHR_PATIENT, PM_PATIENT)


@st.composite
def edits(draw: st.DrawFn) -> Step:
    label = draw(of(LABELS))
    door = draw(of(("shell", "some fields", "set")))
    which = draw(st.lists(NUMBERS, min_size=1, max_size=3 if door == "set" else 1))
    more = {}
    if label == COMPANY and door != "some fields":
        more["plans_too"] = draw(of((False, False, True)))
    return Step("edit", label, door, tuple(which), draw(some(label)), more=more)


@st.composite
def named_edits(draw: st.DrawFn, label: str, name: str) -> Step:
    """Draw an edit of one field that rules speak of, and perhaps of another, by any door."""
    door = draw(of(("shell", "some fields", "set", "page")))
    which = draw(st.lists(NUMBERS, min_size=1, max_size=2 if door == "set" else 1))
    drawn = {**NEEDED[label], **OPTIONAL[label]}[name]
    values = draw(st.fixed_dictionaries({name: drawn}, optional={"phone": of(words.PHONES)}))
    return Step("edit", label, door, tuple(which), values)


@st.composite
def deletions(draw: st.DrawFn) -> Step:
    label = draw(of(LABELS))
    door = draw(of(("shell", "set")))
    which = draw(st.lists(NUMBERS, min_size=1, max_size=2 if door == "set" else 1))
    return Step("delete", label, door, tuple(which))


POLICY_ROW = st.fixed_dictionaries(
    {"what": of(("new", "change", "change", "delete")), "number": NUMBERS},
    optional=dict(OPTIONAL[POLICY].items()) | {"rank": of(words.RANKS)},
)


@st.composite
def page_adds(draw: st.DrawFn) -> Step:
    label = draw(of((COMPANY, PLAN, INSURANCE, PLAN, INSURANCE, PM_PATIENT, EHR_PATIENT)))
    more: dict[str, Any] = {}
    if (choice := draw(_choices(label))) and choice[0] != COMPANY:
        more["how"] = draw(of(("chosen", "preset", "left")))
    if label == PLAN:
        more["same_address"] = draw(of((False, False, True)))
    elif label == COMPANY and draw(st.booleans()):
        plan = dict(draw(new(PLAN)))
        own = ("name", *words.ADDRESS, "phone")
        more["plan"] = {name: value for name, value in plan.items() if name in own}
    elif label == PM_PATIENT and draw(st.booleans()):
        more["row"] = draw(POLICY_ROW) | {"what": "new", "plan": draw(NUMBERS)}
    return Step("add", label, "page", values=draw(new(label)), choice=choice, more=more)


@st.composite
def adds_like(draw: st.DrawFn) -> Step:
    """Draw a plan or insurance at the place, and of the name, of what may be chosen for it."""
    label, other = draw(of(((INSURANCE, PLAN), (INSURANCE, COMPANY), (PLAN, INSURANCE))))
    like = (other, draw(NUMBERS))
    door = draw(of(("shell", "page", "page")))
    more: dict[str, Any] = {"like": like}
    if door == "page" and other != COMPANY:
        more["how"] = draw(of(("chosen", "preset", "left")))
    choice = draw(of((None, like)))
    return Step("add", label, door, values=draw(new(label)), choice=choice, more=more)


@st.composite
def page_edits(draw: st.DrawFn) -> Step:
    label = draw(of((PLAN, COMPANY, INSURANCE, PLAN, COMPANY, INSURANCE, EHR_PATIENT, PM_PATIENT)))
    more: dict[str, Any] = {}
    if label == COMPANY:
        more["plans_too"] = draw(of((False, False, True)))
    elif label == PM_PATIENT and draw(of((True, True, False))):
        row = draw(POLICY_ROW)
        more["row"] = row | ({"plan": draw(NUMBERS)} if row["what"] == "new" else {})
    return Step("edit", label, "page", (draw(NUMBERS),), draw(some(label)), more=more)


@st.composite
def page_others(draw: st.DrawFn) -> Step:
    """Draw a delete page, a button, or an action on a list."""
    label = draw(of((PLAN, INSURANCE, COMPANY, PM_PATIENT, EHR_PATIENT)))
    is_half = label in (PLAN, INSURANCE)
    op = draw(of(("delete", "list", "list", *(("link", "repair") if is_half else ()))))
    if label == COMPANY:
        op = draw(of((op, "names")))
    if op == "list":
        return draw(_in_lists(label))
    more = {"is_linked": draw(of((None, True, False)))} if op == "repair" else {}
    choice = (INSURANCE if label == PLAN else PLAN, draw(NUMBERS)) if op == "link" else None
    return Step(op, label, "page", (draw(NUMBERS),), choice=choice, more=more)


@st.composite
def _in_lists(draw: st.DrawFn, label: str) -> Step:
    actions = ["deactivate", "activate", "deactivate", "activate", "delete_selected"]
    if label == COMPANY:
        actions.append("deactivate_with_plans")
    elif label in (PLAN, INSURANCE):
        actions.append("bring_ehr_up_to_date")
    action = draw(of(actions))
    which = tuple(draw(st.lists(NUMBERS, min_size=1, max_size=3)))
    more = {"action": action, "active": action == "activate"}
    return Step("list", label, "page", which, more=more)


@st.composite
def outdated(draw: st.DrawFn) -> Step:
    label = draw(of(LABELS))
    door = draw(of(("shell", "page"))) if label in (COMPANY, PLAN, INSURANCE) else "shell"
    which, more = (draw(NUMBERS),), {"deletes": draw(of((False, False, True)))}
    return Step("outdated", label, door, which, draw(some(label)), more=more)


@st.composite
def raws(draw: st.DrawFn) -> Step:
    """Draw a change by SQL: only such as leaves the keys that others are found by."""
    label = draw(of((PLAN, INSURANCE)))
    names = {"phone": of(("", "800-555-0101")), "fax": of(("", "800-555-0101")), **ACTIVE}
    name = draw(of(tuple(names)))
    return Step("raw", label, which=(draw(NUMBERS),), values={name: draw(names[name])})


LINE = st.fixed_dictionaries(
    {
        "company": of((*words.COMPANY_NAMES, "")),
        "plan": of(tuple(words.PLAN_NAMES)),
        "place": PLACE,
        "phone": of(words.PHONES),
        "payer_id": of(words.PAYER_IDS),
    }
).map(flat)


@st.composite
def imports(draw: st.DrawFn) -> Step:
    more = {
        "lines": draw(st.lists(LINE, min_size=1, max_size=4)),
        "strict": draw(of((False, False, True))),
        "dry_run": draw(of((False, False, True))),
    }
    return Step("import", door="command", more=more)


@st.composite
def repairs(draw: st.DrawFn) -> Step:
    label = draw(of((PLAN, INSURANCE)))
    which = tuple(draw(st.lists(NUMBERS, min_size=1, max_size=3)))
    more = {"is_linked": draw(of((None, True, False)))}
    return Step("repair", label, which=which, more=more)


@st.composite
def links(draw: st.DrawFn) -> Step:
    label = draw(of((PLAN, INSURANCE)))
    there = INSURANCE if label == PLAN else PLAN
    return Step("link", label, which=(draw(NUMBERS),), choice=(there, draw(NUMBERS)))


@st.composite
def moves(draw: st.DrawFn) -> Step:
    """Draw plans that are moved together to one company."""
    which = tuple(draw(st.lists(NUMBERS, min_size=1, max_size=4)))
    return Step("moved", PLAN, draw(of(("shell", "page"))), which, choice=(COMPANY, draw(NUMBERS)))


@st.composite
def commands(draw: st.DrawFn) -> Step:
    if draw(st.booleans()):
        return Step("report", door="command")
    return Step("mend", door="command", more={"orphans": draw(st.booleans())})


ANY = {
    "add": adds(COMPANY, PLAN, INSURANCE, PLAN, INSURANCE, PM_PATIENT, POLICY, EHR_PATIENT),
    "edit": edits(),
    "move": named_edits(PLAN, "company"),
    "moved": moves(),
    "rename": named_edits(COMPANY, "name"),
    "deactivate": of((PLAN, INSURANCE)).flatmap(lambda label: named_edits(label, "is_active")),
    "delete": deletions(),
    "link": links(),
    "repair": repairs(),
    "raw": raws(),
    "import": imports(),
    "command": commands(),
    "outdated": outdated(),
    "page add": page_adds(),
    "add like": adds_like(),
    "page edit": page_edits(),
    "page": page_others(),
}
# The first is what a history shrinks to.
WEIGHTS = (
    *("nothing", "add", "add", "add", "edit", "edit", "edit", "edit", "delete", "delete"),
    *(
        "move",
        "moved",
        "rename",
        "deactivate",
        "link",
        "repair",
        "raw",
        "import",
        "command",
        "outdated",
    ),
    *(
        "page add",
        "page add",
        "add like",
        "add like",
        "page edit",
        "page edit",
        "page edit",
        "page",
        "page",
    ),
)


@st.composite
def histories(draw: st.DrawFn, kinds: tuple[str, ...] = WEIGHTS) -> list[Step]:
    """Draw a history whose later steps are of these kinds, one as likely as it stands there."""
    steps = []
    for number in range(LENGTH):
        if number < len(BEGINNING):
            begun = draw(of((None, *([BEGINNING[number]] * 5))))
            steps += [draw(adds(begun))] if begun else []
        elif (kind := draw(of(kinds))) != "nothing":
            steps.append(draw(ANY[kind]))
    return steps
