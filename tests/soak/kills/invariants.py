"""What must hold in the database whenever it is looked at. Nothing here asks the program's rules.

The log is taken at its word: it says which records and links were made and ended, and what was
written; then exactly these stand in the tables, with these values.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.soak.kills.actions import FIRST_LINE, SLICE
from tests.soak.kills.stored import (
    COMPANY,
    INSURANCE,
    PLAN,
    Key,
    Row,
    Stored,
    plain,
    source,
    target,
    written_by,
)
from tests.soak.kills.told import Line

# {of a plan: of its insurance}
PAIRED = {
    "name": "plan_name",
    "street_1": "street_1",
    "street_2": "street_2",
    "city": "city",
    "state": "state",
    "zip_code": "zip_code",
    "phone": "phone",
    "fax": "fax",
    "is_active": "is_active",
}
# The writer of repairs lets it differ, without an event, to have something to repair.
DAMAGED = (INSURANCE, "fax")


def faults_in(stored: Stored, told: list[Line]) -> list[str]:
    """Return what doesn't hold, a sentence each; `told` are the lines of all writers."""
    checks = (
        links_as_logged(stored),
        alone_as_logged(stored),
        flags_as_compared(stored),
        records_as_logged(stored),
        values_as_logged(stored),
        writers_as_logged(stored),
        one_company_per_address(stored),
        told_and_there(stored, told),
        imported_as_told(stored, told),
        slices_are_whole(stored),
    )
    return [fault for check in checks for fault in check]


def links_as_logged(stored: Stored) -> Iterator[str]:
    """Each link has both sides, and it stands exactly if it was made and hasn't ended."""
    logged: dict[int, tuple[int, int]] = {}
    for event in stored.events:
        if link := event["undo"].get("link"):
            if "deleted" in event["undo"]:
                logged.pop(link["id"], None)
            else:
                logged[link["id"]] = link["plan"], link["insurance"]
    there = {key: (row["plan_id"], row["insurance_id"]) for key, row in stored.links.items()}
    for key, (plan, insurance) in there.items():
        if (PLAN, plan) not in stored.rows or (INSURANCE, insurance) not in stored.rows:
            yield f"link {key} of plan {plan} and insurance {insurance} dangles"
        if logged.get(key) != (plan, insurance):
            yield f"link {key} of plan {plan} and insurance {insurance} isn't in the log"
    for key in logged.keys() - there.keys():
        yield f"link {key} of (plan, insurance) {logged[key]} is in the log and gone"


def alone_as_logged(stored: Stored) -> Iterator[str]:
    """No plan or insurance lacks its counterpart, unless an event says so."""
    ended = {
        (label, event["undo"]["link"][side])
        for event in stored.events
        if "deleted" in event["undo"] and "link" in event["undo"]
        for label, side in ((PLAN, "plan"), (INSURANCE, "insurance"))
    }
    linked = {(PLAN, row["plan_id"]) for row in stored.links.values()}
    linked |= {(INSURANCE, row["insurance_id"]) for row in stored.links.values()}
    for key in stored.rows.keys() - linked - ended:
        if key[0] in (PLAN, INSURANCE):
            yield f"{named(key)} has no counterpart, and no event says why"


def flags_as_compared(stored: Stored) -> Iterator[str]:
    """The two of a pair have the same values, or their link says that they haven't."""
    for key, link in stored.links.items():
        plan = stored.rows.get((PLAN, link["plan_id"]))
        insurance = stored.rows.get((INSURANCE, link["insurance_id"]))
        if not plan or not insurance:
            continue
        differ = [ours for ours, theirs in PAIRED.items() if plan[ours] != insurance[theirs]]
        if bool(differ) != link["differs"]:
            yield f"link {key} has differs={link['differs']}, but its pair differs in {differ}"
        names = stored.rows[COMPANY, plan["company_id"]]["name"], insurance["company_name"]
        if (names[0] != names[1]) != link["stale_name"]:
            yield f"link {key} has stale_name={link['stale_name']}, but its names are {names}"


def records_as_logged(stored: Stored) -> Iterator[str]:
    """A record stands exactly if it was made and hasn't been deleted."""
    logged: set[Key] = set()
    for event in stored.events:
        logged |= {(label, key) for label, key in event["undo"].get("created", ())}
        if "deleted" in event["undo"]:
            logged.discard(source(event))
    for key in stored.rows.keys() - logged:
        yield f"{named(key)} is there, and no event says that it was made"
    for key in logged - stored.rows.keys():
        yield f"{named(key)} was made by the log, and is gone without an event"


def values_as_logged(stored: Stored) -> Iterator[str]:
    """Each write began with what the one before it left, and the last one's values are stored."""
    for record, events in stored.by_record().items():
        written: dict[str, list[list[Any]]] = {}
        for event in events:
            if "deleted" not in event["undo"]:
                for column, change in written_by(event, record).items():
                    written.setdefault(column, []).append(change)
        for column, changes in written.items():
            if (record[0], column) == DAMAGED:
                continue
            for (_, left), (found, _) in pairwise(changes):
                if left != found:
                    yield f"{named(record)}: {column} was left as {left!r} and found as {found!r}"
            row = stored.rows.get(record)
            if row and plain(row[column]) != changes[-1][1]:
                is_now = f"{column} is {row[column]!r}, by the log {changes[-1][1]!r}"
                yield f"{named(record)}: {is_now}"


def writers_as_logged(stored: Stored) -> Iterator[str]:
    """Whoever wrote a record has an event of it. Each action has an actor of its own."""
    logged = {(source(event), event["actor"]) for event in stored.events}
    logged |= {(target(event), event["actor"]) for event in stored.events}  # type: ignore[misc]
    for key, row in stored.rows.items():
        for column in ("created_by", "updated_by"):
            if (key, row[column]) not in logged:
                yield f"{named(key)} has {column} {row[column]!r}, who has no event of it"


def one_company_per_address(stored: Stored) -> Iterator[str]:
    """Of those who add in the EHR at one address, one makes the company."""
    rows = stored.of(COMPANY).values()
    made = Counter(row["address_key"] for row in rows if row["origin"] == "EHR")
    for address, count in made.items():
        if count > 1:
            yield f"{count} companies were made at one address: {address}"


def told_and_there(stored: Stored, told: list[Line]) -> Iterator[str]:
    """Each told save has its events, and its values unless a later event changed them."""
    events = {event["id"] for event in stored.events}
    histories = stored.by_record()
    for line in told:
        if "events" not in line:
            continue
        if lost := set(line["events"]) - events:
            yield f"{line['actor']} told of events that are gone: {sorted(lost)}"
        if not line["events"] and (line["saved"] or "gone" in line):
            yield f"{line['actor']} told of a save without an event: {line}"
        last = max(line["events"], default=0)
        for label, pk, values in line["saved"]:
            later = [event for event in histories[label, pk] if event["id"] > last]
            yield from _told_record(stored, line["actor"], (label, pk), values, later)
        for label, pk in line.get("gone", ()):
            if (label, pk) in stored.rows:
                yield f"{line['actor']} told that {label} {pk} was deleted, and it is there"


def _told_record(
    stored: Stored, actor: str, record: Key, values: Row, later: list[Row]
) -> Iterator[str]:
    row = stored.rows.get(record)
    if row is None:
        if not any("deleted" in event["undo"] and source(event) == record for event in later):
            yield f"{actor} told that {named(record)} was saved, and it is gone without an event"
        return
    for event in later:
        values |= {column: after for column, (_, after) in written_by(event, record).items()}
    for column, value in values.items():
        if (record[0], column) != DAMAGED and plain(row[column]) != plain(value):
            is_now = f"{column} {value!r}, and it is {row[column]!r}"
            yield f"{actor} told that {named(record)} was saved with {is_now}"


def imported_as_told(stored: Stored, told: list[Line]) -> Iterator[str]:
    """What an import reported of a slice is what its events say."""
    imported = _imported(stored)
    for line in told:
        if "summary" not in line:
            continue
        lines = set(line["lines"])
        own = [e for e in imported.get(line["actor"], ()) if lines & set(e["reason"]["lines"])]
        made = Counter(label for e in own for label, _ in e["undo"].get("created", ()))
        outcomes = Counter(e["outcome"] for e in own if e["source_model"] == PLAN)
        found = {
            "companies_added": made[COMPANY],
            "plans_added": made[PLAN],
            "insurances_created": made[INSURANCE],
            "insurances_updated": outcomes["updated"],
            "plans_without_insurance": outcomes["not_propagated"],
        }
        for count, number in found.items():
            if line["summary"][count] != number:
                reported = f"{line['summary'][count]} {count}, by the log {number}"
                yield f"{line['actor']} reported of {line['file']}: {reported}"


def slices_are_whole(stored: Stored) -> Iterator[str]:
    """Of each transaction of an import, all rows are there or none."""
    for actor, events in _imported(stored).items():
        plans = [event for event in events if event["source_model"] == PLAN]
        lines = {line for event in plans for line in event["reason"]["lines"]}
        slices = Counter((line - FIRST_LINE) // SLICE for line in lines)
        for number, count in slices.items():
            if count != SLICE:
                yield f"{actor} imported {count} of the {SLICE} rows of slice {number}"


def _imported(stored: Stored) -> dict[str, list[Row]]:
    """Return the events of imports, by actor: each imports one file."""
    by_actor: dict[str, list[Row]] = defaultdict(list)
    for event in stored.events:
        if "file" in event["reason"]:
            by_actor[event["actor"]].append(event)
    return by_actor


def named(record: Key) -> str:
    return f"{record[0]} {record[1]}"
