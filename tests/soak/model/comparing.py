"""Compare what the program has stored with the reference's world: every row, link and event."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

from sync.models import SyncEvent
from tests.soak.model.reference.rows import COMPANY, INSURANCE, KINDS, PLAN, Company, Event, Row
from tests.soak.model.reference.world import World

OF_ALL = ("is_active", "origin", "version", "created_by", "updated_by")
# What a reason names beside its code: other companies.
COMPANIES = ("near", "also")
LEFT_OUT = ("same", "file")  # which parts of an address are the same; a name of a temporary file


class Keys:
    """Which row of the world is which record of the program: the n-th of a model is the n-th."""

    def __init__(self) -> None:
        self._of_records: dict[str, dict[int, int]] = {label: {} for label in KINDS}
        self._of_rows: dict[str, dict[int, int]] = {label: {} for label in KINDS}

    def record(self, label: str, row: int | None) -> int | None:
        """Return the key of the record that is this row."""
        return None if row is None else self._of_rows[label][row]

    def row(self, label: str, record: int | None) -> Any:
        """Return the key of the row that is this record; what is unknown as a text."""
        if record is None:
            return None
        return self._of_records[label].get(record, f"unknown {record}")

    def learn(self, label: str, records: list[int], rows: list[int]) -> bool:
        """Take over the new ones, in their order; return whether there are as many of each."""
        new_records = sorted(set(records) - self._of_records[label].keys())
        new_rows = sorted(set(rows) - self._of_rows[label].keys())
        for record, row in zip(new_records, new_rows, strict=False):
            self._of_records[label][record] = row
            self._of_rows[label][row] = record
        return len(new_records) == len(new_rows)


Stored = dict[str, list[tuple[Any, ...]]]


def fields_of(kind: type[Row]) -> tuple[str, ...]:
    shown = ("name",) if kind.label == INSURANCE else ()
    return tuple(dict.fromkeys((*OF_ALL, *kind.entered, *shown)))


@cache
def _rows_sql(label: str) -> str:
    kind = KINDS[label]
    columns = ["id", *(f"{n}_id" if n in kind.relations else n for n in fields_of(kind))]
    table = apps.get_model(kind.label)._meta.db_table
    return f"SELECT {', '.join(columns)} FROM {table} ORDER BY id"  # noqa: S608 (no input)


def _read(sql: str) -> list[tuple[Any, ...]]:
    """Return rows as the database has them: to put a query of Django's together takes longer."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def differences(world: World, keys: Keys, after: int) -> list[str]:
    """Return where the program isn't as the world; its events are those with keys above `after`."""
    stored: Stored = {}
    for label in KINDS:
        stored[label] = _read(_rows_sql(label))
        keys.learn(label, [row[0] for row in stored[label]], list(world.tables[label]))
    found = [line for label in KINDS for line in _rows(world, keys, label, stored[label])]
    return [*found, *_other_names(world, keys), *_links(world, keys), *_events(world, keys, after)]


def _rows(world: World, keys: Keys, label: str, stored: list[tuple[Any, ...]]) -> Iterator[str]:
    kind = KINDS[label]
    theirs = {}
    for pk, *values in stored:
        named = dict(zip(fields_of(kind), map(_plain, values), strict=True))
        for name, of in kind.relations.items():
            named[name] = keys.row(of, named[name])
        theirs[keys.row(label, pk)] = named
    ours = {
        key: {name: _plain(getattr(row, name)) for name in fields_of(kind)}
        for key, row in world.tables[label].items()
    }
    yield from _compared(label, ours, theirs)


def _other_names(world: World, keys: Keys) -> Iterator[str]:
    ours = {
        (company.key, name)
        for company in world.all(COMPANY)
        if isinstance(company, Company)
        for name in company.others.values()
    }
    stored = _read("SELECT company_id, name FROM pm_othername")
    theirs = {(keys.row(COMPANY, company), name) for company, name in stored}
    if ours != theirs:
        yield f"other names: {ours - theirs} are missing, {theirs - ours} are too many"


def _links(world: World, keys: Keys) -> Iterator[str]:
    ours = {link.plan: asdict(link) for link in world.links}
    theirs = {
        keys.row(PLAN, plan): {
            "plan": keys.row(PLAN, plan),
            "insurance": keys.row(INSURANCE, insurance),
            "stale_name": stale,
            "differs": differs,
        }
        for plan, insurance, stale, differs in _read(
            "SELECT plan_id, insurance_id, stale_name, differs FROM sync_insurancelink"
        )
    }
    yield from _compared("link of plan", ours, theirs)


def _compared(what: str, ours: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> Iterator[str]:
    for key in ours.keys() - theirs.keys():
        yield f"{what} {key} is missing: {ours[key]}"
    for key in theirs.keys() - ours.keys():
        yield f"{what} {key} is too many: {theirs[key]}"
    for key in ours.keys() & theirs.keys():
        for name, value in ours[key].items():
            if theirs[key][name] != value:
                is_, be = theirs[key][name], value
                yield f"{what} {key}: {name} is {is_!r}, and should be {be!r}"


def _events(world: World, keys: Keys, after: int) -> Iterator[str]:
    ours = _batches(world.log, lambda event: _as_data(event, event.created))
    stored = SyncEvent.objects.filter(pk__gt=after).order_by("pk")
    theirs = _batches(list(stored), lambda event: _of_program(event, keys))
    if ours == theirs:
        return
    for batch in range(max(len(ours), len(theirs))):
        one, other = ({**dict(enumerate(all_of))}.get(batch, []) for all_of in (ours, theirs))
        for line in one:
            if line not in other:
                yield f"an event is missing: {line}"
        for line in other:
            if line not in one:
                yield f"an event is too many: {line}"
    yield f"events differ: {len(ours)} batches in the reference, {len(theirs)} in the log"


def _batches(events: list[Any], as_data: Callable[[Any], dict[str, Any]]) -> list[list[Any]]:
    """Return the events of each batch, in no order; what the batch created once for all of it."""
    batches: dict[Any, list[Any]] = defaultdict(list)
    created: dict[Any, list[Any]] = defaultdict(list)
    for event in events:
        data = as_data(event)
        created[event.batch] += data.pop("created")
        batches[event.batch].append(data)
    return [
        [*sorted(batches[batch], key=_order), {"created": sorted(created[batch], key=repr)}]
        for batch in batches
    ]


def _order(event: dict[str, Any]) -> str:
    return repr([event[name] for name in ("source", "target", "rule", "outcome")])


def _as_data(event: Event, created: list[Any]) -> dict[str, Any]:
    data = {name: value for name, value in vars(event).items() if name != "batch"}
    data["created"] = [tuple(ref) for ref in created]
    for name in ("source_changes", "changes"):
        data[name] = {
            field: [_plain(value) for value in both] for field, both in data[name].items()
        }
    data["reason"] = dict(sorted(data["reason"].items()))
    return dict(sorted(data.items()))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _of_program(event: SyncEvent, keys: Keys) -> dict[str, Any]:
    """Return a stored event as one of the reference's, its keys as those of rows."""
    source, undo = (event.source_model, event.source_id), event.undo
    target = (event.target_model, event.target_id) if event.target_model else None
    link = undo.get("link")
    ours = Event(
        event.rule,
        event.outcome,
        (source[0], keys.row(*source)),
        event.source_text,
        (target[0], keys.row(*target)) if target else None,
        event.target_text,
        _with_rows(event.source_changes, source[0], keys),
        _with_rows(event.changes, target[0], keys) if target else event.changes,
        _reason(event.reason, keys),
        link=(keys.row(PLAN, link["plan"]), keys.row(INSURANCE, link["insurance"]))
        if link
        else None,
        deleted="deleted" in undo,
        actor=event.actor,
    )
    created = [(label, keys.row(label, key)) for label, key in undo.get("created", ())]
    return _as_data(ours, created)


def _with_rows(changes: dict[str, Any], label: str, keys: Keys) -> dict[str, Any]:
    relations = KINDS[label].relations
    return {
        name: [
            {**value, "id": keys.row(relations[name], value["id"])}
            if name in relations and value
            else value
            for value in both
        ]
        for name, both in changes.items()
    }


def _reason(reason: dict[str, Any], keys: Keys) -> dict[str, Any]:
    said = {name: value for name, value in reason.items() if name not in LEFT_OUT}
    for name in COMPANIES:
        if name in said:
            said[name] = [keys.row(COMPANY, each["id"]) for each in said[name]]
    if "company" in said:
        said["company"] = keys.row(COMPANY, said["company"]["id"])
    return said
