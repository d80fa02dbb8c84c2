"""What a delete page lists, each record by name only to whoever may see it, and what it offers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from django.contrib import admin
from django.contrib.admin import AdminSite, actions
from django.contrib.admin.utils import NestedObjects, model_ngettext
from django.db import router
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from kareo.pages.forms.records import R
from kareo.pages.saying import SaysSaved
from kareo.records import Record
from kareo.records.acting import may_name
from kareo.records.refusals import seen_by
from kareo.records.registry import WHO_HAS


class Used(NamedTuple):
    """A record that can't be deleted, the line that names it, and those of what uses it."""

    record: Any
    line: str
    by: list[str]


Records = Sequence[Any] | QuerySet[Any]
# As Django's `get_deleted_objects` returns them: lines, counts, rights that are missing, and what
# prevents it.
Deleted = tuple[list[str], dict[str, int], set[str], list[Used]]


class Deactivating(NamedTuple):
    """What a page says that deactivating does, of one record and of several."""

    one: str
    several: str
    one_already: str
    all_already: str


class Way(NamedTuple):
    """What may be done instead: an action of the list, its button, and the keys of its records."""

    action: str
    button: str
    keys: list[Any]


class DeletesUnused(SaysSaved[R]):
    """Deletes what nothing uses; of what is used, says by what, and what may be done instead."""

    deactivating: ClassVar = Deactivating(
        one="it is no longer offered, and patients who have it keep it",
        several="they are no longer offered, and patients who have them keep them",
        one_already="it is no longer offered",
        all_already="they are no longer offered",
    )

    def get_deleted_objects(self, objs: Records, request: HttpRequest) -> Deleted:  # type: ignore[override]  # Django asks of the last only whether it is empty
        return deleted_objects(objs, self.named(objs), request, self.admin_site)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        if used := context["protected"]:
            records = [each.record for each in used]
            context["instead"] = self.instead_of_deleting(request, records)
            context["ways"] = self.ways_instead(request, records)
        return super().render_delete_form(request, context)

    def instead_of_deleting(self, request: HttpRequest, records: Sequence[R]) -> str:
        """Say what deactivating `records`, which are used, does, and who does it."""
        is_one, says = len(records) == 1, self.deactivating
        if not any(record.is_active for record in records):
            if is_one:
                return f"It is inactive already: {says.one_already}."
            return f"They are inactive already: {says.all_already}."
        them, does = ("it", says.one) if is_one else ("them", says.several)
        if self.has_change_permission(request):
            return f"Deactivate {them} instead: {does}."
        who = WHO_HAS.get(self.opts.label, "your practice administrator")
        return f"Ask {who} to deactivate {them} instead: {does}."

    def ways_instead(self, request: HttpRequest, records: Sequence[R]) -> list[Way]:
        """Return what this user may do with `records`, which are used, instead of deleting them."""
        may = self.has_change_permission(request) and any(each.is_active for each in records)
        keys = [record.pk for record in records]
        return [Way("deactivate", "Deactivate instead", keys)] if may else []


@admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
def delete_selected(
    pages: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """Do as Django does; where some are used, say which, and offer to delete the others."""
    page: Any = actions.delete_selected(pages, request, queryset)
    if page is None:
        return None
    context, count = page.context_data, len(queryset)
    used: list[Used] = context["protected"]
    what = f"{count:,} {model_ngettext(pages.opts, count)}"
    is_refused = used or context["perms_lacking"]
    context["title"] = f"Not deleted: {what}" if is_refused else f"Delete {what}?"
    if used:
        records = [each.record for each in used]
        kept = {record.pk for record in records}
        others = [record.pk for record in queryset if record.pk not in kept]
        context["instead"] = pages.instead_of_deleting(request, records)
        context["ways"] = [*_delete(others), *pages.ways_instead(request, records)]
        context["how_many"] = _how_many(len(used), len(others))
    return page  # type: ignore[no-any-return]  # a page, untyped


def _delete(others: list[Any]) -> list[Way]:
    which = "the other one" if len(others) == 1 else f"the other {len(others):,}"
    return [Way("delete_selected", f"Delete {which}", others)] if others else []


def _how_many(used: int, others: int) -> str:
    if others:
        return f"{used:,} of them {'is' if used == 1 else 'are'}"
    return "it is" if used == 1 else "all of them are"


def deleted_objects(
    objs: Records, names: Iterable[str], request: HttpRequest, site: AdminSite
) -> Deleted:
    """Say what is deleted along with `objs`, and what prevents that rather than a missing right.

    `names` are theirs, told apart.
    """
    if not objs:
        return [], {}, set(), []
    collector = NestedObjects(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    missing: set[str] = set()
    shown, called = site._registry, dict(zip(objs, names, strict=True))

    def named(record: Any) -> str:
        kind = str(capfirst(record._meta.verbose_name))
        if isinstance(record, Record) and not may_name(request.user, record._meta.label):
            return kind
        return _named(kind, record, called.get(record) or str(record))

    def line(record: Any) -> str:
        pages = shown.get(type(record))
        if pages and not pages.has_delete_permission(request, record):
            missing.add(record._meta.verbose_name)
        return named(record)

    # What a program keeps beside records ends with them, and says nothing to people.
    along: Any = collector.edges
    for owner, goes in along.items():
        along[owner] = [each for each in goes if isinstance(each, Record) or type(each) in shown]
    lines = collector.nested(line)
    used = _used(objs, collector.protected, request.user, named)
    models: dict[Any, Any] = collector.model_objs  # typed as their names elsewhere
    counts = {kind._meta.verbose_name_plural: len(of) for kind, of in models.items()}
    return lines, counts, set() if used else missing, used


def _used(
    objs: Records, users: Iterable[Any], reader: Any, named: Callable[[Any], str]
) -> list[Used]:
    """Return those of `objs` that `users` use, each with its own."""
    by: defaultdict[Any, list[Any]] = defaultdict(list)
    for each in users:
        for key in _keys_used(each, type(objs[0])):
            by[key].append(each)
    used = []
    for record in objs:
        if record.pk in by:
            seen, unseen = seen_by(reader, by[record.pk])
            lines = [named(each) for each in sorted(seen, key=_by_kind)]
            lines += [f"{each.how_many}. {each.ask}" for each in unseen]
            used.append(Used(record, named(record), lines))
    return used


def _keys_used(user: Any, model: type[Any]) -> set[Any]:
    """Return the keys of what `user` refers to, and of what it `keeps` by way of other records."""
    fields = [each for each in user._meta.concrete_fields if each.related_model is model]
    own = {getattr(user, each.attname) for each in fields}
    return own | set(getattr(user, "keeps", ()))


def _by_kind(record: Any) -> tuple[str, str]:
    return record._meta.label, str(record)


def _named(kind: str, record: Any, name: str) -> str:
    page = f"admin:{record._meta.app_label}_{record._meta.model_name}_change"
    try:
        return format_html('{}: <a href="{}">{}</a>', kind, reverse(page, args=[record.pk]), name)
    except NoReverseMatch:  # it has no page of its own
        return f"{kind}: {name}"
