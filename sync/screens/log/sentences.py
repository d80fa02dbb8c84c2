"""What the log says of an event in a line: what was done, and what that did to the other list.

Its own page and its record's history say all of it.
"""

import datetime
from collections.abc import Iterable
from itertools import chain, groupby
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime, now

from kareo.pages.html.fields import escaped
from sync.models import DriftReport, SyncEvent
from sync.pairs.sides import side_at
from sync.rules.reasons import Code
from sync.rules.table import (
    EHR_INSURANCE_ADDED_MATCHED,
    EHR_INSURANCE_ADDED_UNMATCHED,
    PAIR_REPAIRED,
    PM_COMPANY_ADDED,
    PM_PLAN_ADDED,
    RULES_BY_ID,
)
from sync.screens.urls import WITHOUT_PAGE, record_link
from sync.screens.wording.events import DONE, is_merged_into, went_stale
from sync.screens.wording.records import counted, field_name, listed, record_kind

ADDED = {
    rule.id
    for rule in (
        PM_COMPANY_ADDED,
        PM_PLAN_ADDED,
        EHR_INSURANCE_ADDED_MATCHED,
        EHR_INSURANCE_ADDED_UNMATCHED,
    )
}
MOST_FIELDS = 3  # that are named; more are counted
MOVED = "Moved"

Reference = dict[str, Any]  # as `kareo.records.models.reference` returns it


class Deed(NamedTuple):
    """What was done: `before` the record's name and `after` it. `name` is a shorter one for it."""

    before: str
    after: str = ""
    name: str = ""


def moment(event: SyncEvent | DriftReport, local: datetime.datetime | None = None) -> str:
    """Return when it happened: Nov 29, 2:05 PM; with the year where that isn't this one."""
    local = local or localtime(event.created_at)
    if local.year != localtime(now()).year:
        return date_format(local, "DATETIME_FORMAT")
    # Not by `date_format`, which takes as long as the rest of a line of the log.
    return local.strftime(f"%b {local.day}, {_hour(local)}:%M %p")


def numbers(event: SyncEvent, local: datetime.datetime | None = None) -> str:
    """Return what tells the event from others, for whoever is asked to look it up."""
    local = local or localtime(event.created_at)
    when = local.strftime(f"%b {local.day}, %Y, {_hour(local)}:%M:%S %p")
    return f"{when}, entry {event.pk}, batch {event.batch}"


def _hour(local: datetime.datetime) -> int:
    return local.hour % 12 or 12


def kind(model_label: str) -> str:
    """Return what a record is called in a line: `plan` in PM, `EHR insurance`."""
    return record_kind(model_label).removeprefix("PM insurance ")


def done(event: SyncEvent, deed: Deed | None = None) -> SafeString:
    """Say what was done, with a link to the record: Deactivated plan Aetna – Aetna HMO."""
    if event.hides_source:
        return format_html("{}", event.source_text)
    deed = deed or deed_of(event)
    before = escaped(f"{deed.before} {kind(event.source_model)}")
    link, after = source_link(event, deed.name), escaped(deed.after)
    # What may be long has a span, whose end is cut off where there is no room.
    apart = f'</span><span class="after">{after}</span>' if after else "</span>"
    named = f'"cut">{link}{after}</span>' if deed.name else f'"record">{link}{apart}'
    return mark_safe(f"{before} <span class={named}")  # noqa: S308 (escaped)


def source_link(event: SyncEvent, name: str = "") -> SafeString:
    """Return the record's name with a link to it, unless it is deleted; a policy's patient's."""
    here, there = (event.source_model, event.source_id), (event.target_model, event.target_id)
    label, key = there if event.source_model in WITHOUT_PAGE else here
    return record_link(label, None if is_deletion(event) else key, name or event.source_text)


def done_in_text(event: SyncEvent, deed: Deed | None = None) -> str:
    """Say what was done, without the link: on hover, or as a heading."""
    if event.hides_source:
        return event.source_text
    deed = deed or deed_of(event)
    name = deed.name or event.source_text
    return f"{deed.before} {kind(event.source_model)} {name}{deed.after}"


def deed_of(event: SyncEvent) -> Deed:
    """Return what was done with the event's source."""
    code, changes = event.reason.get("code"), event.source_changes
    if code == Code.NOT_ALIKE:
        return Deed("Told apart", f" and {event.target_text}")
    if code == Code.UNDONE:
        return _taken_back(event)
    if is_deletion(event):
        return Deed("Deleted")
    if code == Code.LINKED:
        return Deed("Linked", f" with its {side_at(event.source_model).other.noun}")
    if event.rule == PAIR_REPAIRED.id:
        if event.outcome == SyncEvent.Outcome.CREATED:
            return Deed("Sent", f" to {side_at(event.source_model).other.place}")
        return Deed("Brought the EHR up to date for")
    if is_addition(event):
        return Deed("Added")
    if code == Code.PLANS_TOO and not changes:
        return Deed("Deactivated the plans of")
    if not changes:
        return Deed("Saved", " unchanged")
    deed = _changed(event.source_model, changes)
    # A plan's own name, as the line names its companies. Older events lack it.
    return deed._replace(name=event.reason.get("name", "")) if deed.before == MOVED else deed


def _taken_back(event: SyncEvent) -> Deed:
    if is_deletion(event):
        return Deed("Removed", " (undo)")
    if "created" in event.undo:
        return Deed("Brought back", " (undo)")
    if not event.source_changes:
        return Deed("Linked again, or no more,", " (undo)")
    deed = _changed(event.source_model, event.source_changes)
    return deed._replace(after=f"{deed.after} (undo)")


def is_deletion(event: SyncEvent) -> bool:
    return "deleted" in event.undo or event.reason.get("code") == Code.DELETED


def is_addition(event: SyncEvent) -> bool:
    if event.rule in ADDED or event.reason.get("code") == Code.ADDED:
        return True
    created = [event.source_model, event.source_id] in event.undo.get("created", [])
    return created and not event.source_changes


def added_first(events: Iterable[SyncEvent], *, newest_first: bool = False) -> list[SyncEvent]:
    """Return `events`, that a record was added before what else its save wrote of it.

    A save writes what its rules say first: of an EHR patient, the insurances.
    """
    of_saves = groupby(events, lambda event: (event.batch, event.source_model, event.source_id))
    in_order = (
        sorted(of_save, key=lambda event: is_addition(event) == newest_first)
        for _, of_save in of_saves
    )
    return list(chain.from_iterable(in_order))


def also_entered(added: SyncEvent, others: Iterable[SyncEvent]) -> str:
    """Name what `others` tell of the record that was `added` with them: what was filled in."""
    others = [event for event in others if not is_addition(event)]
    names = [name for event in others for name in event.source_changes]
    return _fields(added.source_model, names) if names and is_addition(added) else ""


def _changed(label: str, changes: dict[str, list[Any]]) -> Deed:
    """Name what was changed, and first what it comes to: not active, a new name, another company"""
    if into := changes.get("merged_into", [None, None])[1]:
        return Deed("Merged", f" into {into.get('told', into['text'])}")
    said = ("is_active", "name", "company", "merged_into")  # or ended by its being active again
    others = [name for name in changes if name not in said]
    if "name" in changes:  # a rename keeps the former name among the others by itself
        others = [name for name in others if name != "other_names"]
    was = f" (was {changes['name'][0]})" if "name" in changes else ""
    moved = _moved(*changes["company"]) if "company" in changes else ""
    also = f", changed {_fields(label, others)}" if others else ""
    if "is_active" in changes or was:
        also = f"{was}{moved and f', moved{moved}'}{also}"
    if "is_active" in changes:
        return Deed("Activated" if changes["is_active"][1] else "Deactivated", also)
    if was:
        return Deed("Renamed", also)
    if moved:
        return Deed(MOVED, moved + also)
    is_new = all(changes[name][0] in (None, "") for name in others)
    verb, of = ("Entered", "for") if is_new else ("Changed", "of")
    return Deed(f"{verb} {_fields(label, others)} {of}")


def _moved(before: Reference, after: Reference) -> str:
    """Say from which company to which a plan went, as far as their names tell."""
    was, now = (company.get("told", company["text"]) for company in (before, after))
    return f" from {was} to {now}" if was != now else f" to another {now}"


def _fields(label: str, names: list[str]) -> str:
    if len(names) > MOST_FIELDS:
        return counted(len(names), "field")
    return listed(sorted(field_name(label, name) for name in names))


def effect_in_short(event: SyncEvent) -> SafeString | str:
    """Say what became of the other list: EHR insurance updated, with a link to it."""
    if event.hides_target:
        return ""
    if event.outcome == SyncEvent.Outcome.NOT_PROPAGATED:
        return _stayed(event)
    if is_merged_into(event):
        return "–"
    label = event.target_model
    what = DONE[SyncEvent.Outcome(event.outcome)].removeprefix("was ")
    if event.changes:
        names = [name for name in event.changes if name != "is_active"]
        said = [_fields(label, names)] if names else []
        if "is_active" in event.changes:
            said.append("active" if event.changes["is_active"][1] else "inactive")
        what += f": {', '.join(said)}"
    name = (
        record_kind(label).replace("insurance plan", "plan").replace("insurance company", "company")
    )
    return mark_safe(f"{record_link(label, event.target_id, name)} {escaped(what)}")  # noqa: S308 (escaped)


def _stayed(event: SyncEvent) -> str:
    rule, code = RULES_BY_ID.get(event.rule), event.reason.get("code")
    if rule is None or code in (Code.HAD_NO_COUNTERPART, Code.UNDONE):
        return "–"
    if code == Code.STALE_NAMES:
        return went_stale(event)
    if code == Code.PLANS_TOO:
        return f"{counted(event.reason['count'], 'plan')} deactivated with it"
    return rule.label or rule.nothing.removesuffix(".")
