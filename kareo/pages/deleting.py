"""What a delete page lists, each record by name only to whoever may see it."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from kareo.records import Record
from kareo.records.acting import may_name
from kareo.records.refusals import seen_by

# As Django's `get_deleted_objects` returns them: lines, counts, rights that are missing, and what
# prevents it.
Deleted = tuple[list[str], dict[str, int], set[str], list[str]]


def deleted_objects(
    objs: Sequence[Any] | QuerySet[Any], request: HttpRequest, site: AdminSite
) -> Deleted:
    """Say what is deleted along with `objs`, and what prevents that rather than a missing right."""
    if not objs:
        return [], {}, set(), []
    collector = NestedObjects(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    missing: set[str] = set()
    shown = site._registry

    def line(record: Any) -> str:
        kind, pages = capfirst(record._meta.verbose_name), shown.get(type(record))
        if pages and not pages.has_delete_permission(request, record):
            missing.add(record._meta.verbose_name)
        if isinstance(record, Record) and not may_name(request.user, record._meta.label):
            return str(kind)
        return _named(kind, record)

    # What a program keeps beside records ends with them, and says nothing to people.
    along: Any = collector.edges
    for owner, goes in along.items():
        along[owner] = [each for each in goes if isinstance(each, Record) or type(each) in shown]
    lines = collector.nested(line)
    seen, unseen = seen_by(request.user, collector.protected)
    protected = [_named(capfirst(record._meta.verbose_name), record) for record in seen]
    protected += [f"{each.how_many}. {each.ask}" for each in unseen]
    models: dict[Any, Any] = collector.model_objs  # typed as their names elsewhere
    counts = {kind._meta.verbose_name_plural: len(of) for kind, of in models.items()}
    return lines, counts, set() if protected else missing, protected


def _named(kind: str, record: Any) -> str:
    page = f"admin:{record._meta.app_label}_{record._meta.model_name}_change"
    try:
        return format_html('{}: <a href="{}">{}</a>', kind, reverse(page, args=[record.pk]), record)
    except NoReverseMatch:  # it has no page of its own
        return f"{kind}: {record}"
