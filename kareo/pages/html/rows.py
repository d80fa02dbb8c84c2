"""The rows of a list, as Django's admin makes them, but with each column looked up once.

Django asks in every cell anew what its column is. Not for lists that are edited in place.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.templatetags.admin_list import ResultList, result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field, quote
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from kareo.pages.html.fields import escaped

register = Library()


@register.inclusion_tag("admin/change_list_results.html")
def record_list(cl: ChangeList) -> dict[str, Any]:
    """Show a list's headers and rows."""
    headers = list(result_headers(cl))
    return {
        "cl": cl,
        "result_headers": headers,
        "num_sorted_fields": sum(bool(header.get("sorted")) for header in headers),
        "results": [ResultList(None, [row]) for row in rows(cl)],
    }


def rows(cl: ChangeList) -> Iterator[str]:
    """Return the cells of each row, as HTML."""
    records = list(cl.result_list)
    if not records:
        return
    columns = [_column(cl, name, records[0]) for name in cl.list_display]
    links = next((column for column in columns if column.is_link), None)
    if links:
        links.tag = "th"
    link_to = _links(cl, records[0]) if links else None
    for record in records:
        link = link_to(record) if link_to else ""
        yield mark_safe("".join([column.cell(record, link) for column in columns]))  # noqa: S308 (escaped)


@dataclass(slots=True)
class Column:
    """What is the same in all cells of a column. `show` returns HTML."""

    css: str
    get: Callable[[Any], Any]
    show: Callable[[Any], str]
    is_link: bool
    tag: str = "td"

    def cell(self, record: Any, link: str) -> str:
        html = self.show(self.get(record))
        if self.is_link:
            html = f"{link}{html}</a>"
        return f'<{self.tag} class="{self.css}">{html}</{self.tag}>'


def _column(cl: ChangeList, name: Any, record: Any) -> Column:
    admin = cl.model_admin
    if name == "action_checkbox":
        is_djangos = type(admin).action_checkbox is ModelAdmin.action_checkbox
        box: Callable[[Any], str] = checkbox if is_djangos else admin.action_checkbox
        return Column("action-checkbox", lambda record: record, box, False)
    css = f"field-{name.__name__ if callable(name) else name}"
    is_link = name in (cl.list_display_links or ())
    field, attr, _value = lookup_field(name, record, admin)
    empty = getattr(attr, "empty_value_display", admin.get_empty_value_display())
    if field is None or field.auto_created:
        getter = attr.fget if isinstance(attr, property) else attr
        boolean = getattr(getter, "boolean", False)

        def show(value: Any) -> str:
            return escaped(display_for_value(_filled(value), empty, boolean))

        get = None if field else _of_admin(admin, name)
        return Column(css, get or (lambda it: lookup_field(name, it, admin)[2]), show, is_link)
    if isinstance(field, models.DateField | models.TimeField | models.ForeignKey):
        css += " nowrap"
    return Column(css, attrgetter(field.name), _show(field, empty), is_link)


def _of_admin(admin: Any, name: Any) -> Callable[[Any], Any] | None:
    """Return the function that makes the column, where it isn't of the record itself."""
    if callable(name):
        return name  # type: ignore[no-any-return]  # a name otherwise
    return None if name == "__str__" else getattr(admin, name, None)


def _show(field: Any, empty: str) -> Callable[[Any], str]:
    if isinstance(field.remote_field, models.ManyToOneRel):
        return lambda value: escaped(empty if value is None else value)
    if isinstance(field, models.BooleanField) or field.flatchoices:
        return cache(lambda value: escaped(display_for_field(value, field, empty)))
    return lambda value: escaped(display_for_field(_filled(value), field, empty, avoid_link=True))


def _filled(value: Any) -> Any:
    return "" if isinstance(value, str) and not value.strip() else value


def checkbox(record: Any, name: str = "") -> SafeString:
    """Return the box of a row, which selects its record; `name` is what the record is called."""
    label = escaped(f"Select this object for an action - {name or record}")
    return mark_safe(  # noqa: S308 (escaped)
        f'<input type="checkbox" name="{ACTION_CHECKBOX_NAME}" value="{escaped(record.pk)}"'
        f' class="action-select" aria-label="{label}">'
    )


def _links(cl: ChangeList, record: Any) -> Callable[[Any], str]:
    """Return a function that returns the start of a link to a record."""
    path = cl.url_for_result(record)
    before, after = path.rsplit(f"/{quote(record.pk)}/", 1)
    filters: Any = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    kept = escaped(add_preserved_filters(filters, path).removeprefix(path))
    key = str(cl.to_field) if cl.to_field else cl.lookup_opts.pk.attname

    def link_to(record: Any) -> str:
        opener = ""
        if cl.is_popup:
            opener = f' data-popup-opener="{escaped(record.serializable_value(key))}"'
        return f'<a href="{before}/{quote(record.pk)}/{after}{kept}"{opener}>'

    return link_to
