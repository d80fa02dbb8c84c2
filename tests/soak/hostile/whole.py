"""What must hold in the database whatever was sent. Nothing here asks the program's rules."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection
from django.db.models import Model

from pm.models import OtherName
from sync.models import DismissedLookAlike, InsuranceLink, SyncEvent

PLAN, INSURANCE = "pm.InsurancePlan", "ehr.Insurance"
LABELS = ("pm.InsuranceCompany", PLAN, INSURANCE, "pm.Patient", "pm.InsurancePolicy", "ehr.Patient")
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
STAMPS = {"version", "updated_at", "updated_by"}

Row = dict[str, Any]
Rows = dict[tuple[str, int], Row]  # of records, by their model's label and their key


def kept() -> dict[str, list[Any]]:
    """Return all that a refused request must leave as it is, by its table."""
    models: list[type[Model]] = [
        *map(apps.get_model, LABELS),
        InsuranceLink,
        SyncEvent,
        OtherName,
        DismissedLookAlike,
        User,
        User.groups.through,
        User.user_permissions.through,
        Group,
        Group.permissions.through,
    ]
    return {
        model._meta.db_table: [*model._base_manager.order_by("pk").values_list()]
        for model in models
    }


def records() -> Rows:
    return {
        (label, row["id"]): row
        for label in LABELS
        for row in apps.get_model(label)._base_manager.values()
    }


def broken(before: Rows, since: int) -> Iterator[str]:
    """Yield what is half written, a sentence each.

    `before`, `since`: the records and the last event that were there.
    """
    try:
        connection.check_constraints()
    except DatabaseError as error:
        yield f"a reference to nothing: {error}"
        return
    rows = records()
    links: list[Any] = [*InsuranceLink.objects.values()]
    events: list[Any] = [*SyncEvent.objects.order_by("pk").values()]
    new = [event for event in events if event["id"] > since]
    yield from _alone(rows, links, events)
    yield from _differing(rows, links)
    yield from _unlogged(rows, events)
    yield from _unsaid(rows, before, new)
    yield from _untrue(rows, new)


def _alone(rows: Rows, links: list[Row], events: list[Row]) -> Iterator[str]:
    """No plan or insurance lacks its counterpart, unless an event says that it was deleted."""
    known = {(PLAN, link["plan_id"]) for link in links}
    known |= {(INSURANCE, link["insurance_id"]) for link in links}
    for event in events:
        if "deleted" in event["undo"] and (link := event["undo"].get("link")):
            known |= {(PLAN, link["plan"]), (INSURANCE, link["insurance"])}
    for label, key in rows.keys() - known:
        if label in (PLAN, INSURANCE):
            yield f"{label} {key} has no counterpart, and no event says why"


def _differing(rows: Rows, links: list[Row]) -> Iterator[str]:
    """The two of a pair have the same values, or their link says that they haven't."""
    for link in links:
        plan, insurance = rows[PLAN, link["plan_id"]], rows[INSURANCE, link["insurance_id"]]
        differ = [ours for ours, theirs in PAIRED.items() if plan[ours] != insurance[theirs]]
        if bool(differ) != link["differs"]:
            yield f"link {link['id']} says differs={link['differs']}, its pair differs in {differ}"
        name = rows["pm.InsuranceCompany", plan["company_id"]]["name"]
        if (name != insurance["company_name"]) != link["stale_name"]:
            yield f"link {link['id']} says stale_name={link['stale_name']}, PM's name is {name!r}"


def _unlogged(rows: Rows, events: list[Row]) -> Iterator[str]:
    """A record stands exactly if the log says that it was made, and not that it was deleted."""
    logged: set[tuple[str, int]] = set()
    for event in events:
        logged |= {(label, key) for label, key in event["undo"].get("created", ())}
        if "deleted" in event["undo"]:
            logged.discard((event["source_model"], event["source_id"]))
    for label, key in rows.keys() ^ logged:
        there = "there" if (label, key) in rows else "gone"
        yield f"{label} {key} is {there}, and no event says so"


def _unsaid(rows: Rows, before: Rows, events: list[Row]) -> Iterator[str]:
    """What was written, and isn't the same again, a new event is about."""
    about = {(event["source_model"], event["source_id"]) for event in events}
    about |= {(event["target_model"], event["target_id"]) for event in events}
    for record in rows.keys() & before.keys() - about:
        now, then = rows[record], before[record]
        if changed := [name for name in now if now[name] != then[name] and name not in STAMPS]:
            yield f"{record}: {', '.join(changed)} changed, and no event says so"


def _untrue(rows: Rows, events: list[Row]) -> Iterator[str]:
    """What the new events say was written is what stands in the records."""
    said: dict[tuple[str, int], Row] = {}
    for event in events:
        for record, changes in (
            ((event["source_model"], event["source_id"]), event["source_changes"]),
            ((event["target_model"], event["target_id"]), event["changes"]),
        ):
            after = {name: change[1] for name, change in changes.items()}
            said.setdefault(record, {}).update(after)
    for record, values in said.items():
        if record not in rows:
            continue
        model = apps.get_model(record[0])
        for name, value in values.items():
            stored = rows[record][model._meta.get_field(name).attname]
            if _plain(stored) != _plain(value):
                yield f"{record}: by the log {name} is {value!r}, it is {stored!r}"


def _plain(value: Any) -> Any:
    """Return a value of a row or of the log as both can be compared."""
    if isinstance(value, dict):  # a reference
        return value["id"]
    return value if isinstance(value, str | int | bool | type(None)) else str(value)
