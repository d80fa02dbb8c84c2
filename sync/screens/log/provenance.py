"""Why a record is here, in one sentence: who typed it, or what made it, imported it, merged it."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from kareo.records import InsuranceEntry, Record
from kareo.records.acting import may_name
from sync.models import SyncEvent
from sync.pairs.sides import SIDES
from sync.rules.table import RULES_BY_ID
from sync.screens.urls import change_url, link_to, record_link
from sync.screens.wording.records import record_kind

MOST_NAMED = 3
OF_LOG = SyncEvent._meta.label


def why_here(record: Any, user: Any) -> SafeString:
    """Say where `record` comes from, and what was merged into it; "" of what is no record."""
    if not isinstance(record, Record) or record.pk is None:
        return SafeString()
    parts = [
        _origin(record, user),
        *(_merged(record) if isinstance(record, InsuranceEntry) else ()),
    ]
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _origin(record: Record, user: Any) -> SafeString:
    event = _first(record)
    when = date_format(localtime(event.created_at if event else record.created_at))
    who = (event.actor if event else record.created_by) or "somebody"
    on = format_html("on {}", when)
    if event and may_name(user, OF_LOG):
        on = format_html("on {}", link_to(change_url(OF_LOG, event.pk), when))
    if event and (event.source_model, event.source_id) != (record._meta.label, record.pk):
        return _made(event, who, on, user)
    if event and "file" in event.reason:
        lines = ", ".join(map(str, event.reason["lines"]))
        return format_html(
            "Imported from {}, line {}, by {} {}.", event.reason["file"], lines, who, on
        )
    return format_html("Added by {} {}.", who, on)


def _made(event: SyncEvent, who: str, on: SafeString, user: Any) -> SafeString:
    """Say by which rule it was made, and from what, to whoever may see that."""
    rule = RULES_BY_ID[event.rule].title if event.rule in RULES_BY_ID else event.rule
    source = SafeString(SIDES[event.source_model.partition(".")[0]].place)
    if may_name(user, event.source_model):
        link = record_link(event.source_model, event.source_id, event.source_text)
        source = format_html("{} {}", record_kind(event.source_model), link)
    return format_html("Made from {} by {} {}: {}.", source, who, on, rule)


def _first(record: Record) -> SyncEvent | None:
    """Return the event that tells how the record came; None where the log has none."""
    label, key = record._meta.label, record.pk
    own = SyncEvent.objects.filter(source_model=label, source_id=key).order_by("pk").first()
    if own and [label, key] in own.undo.get("created", []):
        return own
    theirs = SyncEvent.objects.filter(target_model=label, target_id=key).order_by("pk").first()
    made = theirs and theirs.outcome == SyncEvent.Outcome.CREATED
    return theirs if made else None


def _merged(record: InsuranceEntry) -> Iterator[SafeString]:
    label = record._meta.label
    if record.merged_into_id:
        yield format_html(
            "Merged into {}.", record_link(label, record.merged_into_id, str(record.merged_into))
        )
    rows: Any = type(record)._default_manager
    others = rows.filter(merged_into=record.pk).order_by("pk")
    names = [record_link(label, each.pk, str(each)) for each in others[: MOST_NAMED + 1]]
    if names:
        more = " and others" if len(names) > MOST_NAMED else ""
        named = format_html_join(", ", "{}", ((name,) for name in names[:MOST_NAMED]))
        yield format_html("Merged into it: {}{}.", named, more)
