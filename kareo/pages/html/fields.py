"""How form fields become HTML: as Django's own templates do, without running a template for each.

A page has dozens of fields, and a drop-down an option for each state: as templates they took half
of a page's time. What isn't drawn here, Django's templates draw.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe

WIDGETS = "django/forms/widgets"


class FormRenderer(DjangoTemplates):
    """Draws plain inputs, drop-downs, labels and empty lists of errors."""

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        drawn = draw(context) if draw else None
        return super().render(template_name, context, request) if drawn is None else drawn


# Of names that programs give, which are few and stand on every page.
_name = lru_cache(maxsize=1000)(escape)


def _text(value: object) -> str:
    """Return `value` as a template shows it."""
    if type(value) is str:  # neither HTML nor a number that is localized
        return escape(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return escape(str(localize(value)))


def _attrs(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {_name(name)}" if value is True else f' {_name(name)}="{escaped(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def escaped(value: object) -> str:
    """Return `value` as text for HTML; what is HTML already stays."""
    if type(value) is str:
        return escape(value)
    return str(value) if hasattr(value, "__html__") else escape(str(value))


def on_hover(title: str, shown: str) -> SafeString:
    """Return what is `shown`, which a list may cut off, with the whole of it on hover."""
    return mark_safe(f'<span title="{escaped(title)}">{escaped(shown)}</span>')  # noqa: S308 (escaped)


def _input(context: Any) -> str:
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    start = f'<input type="{_name(widget["type"])}" name="{_name(widget["name"])}"'
    return f"{start}{value}{_attrs(widget['attrs'])}>"


def _textarea(context: Any) -> str:
    widget = context["widget"]
    text = _text(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_name(widget["name"])}"{_attrs(widget["attrs"])}>\n{text}</textarea>'


def _select(context: Any) -> str | None:
    widget = context["widget"]
    parts = [f'<select name="{_name(widget["name"])}"{_attrs(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_text(group)}">')
        for option in options:
            if option["template_name"] != f"{WIDGETS}/select_option.html":
                return None
            start = f'\n  <option value="{escaped(option["value"])}"{_attrs(option["attrs"])}>'
            parts.append(f"{start}{_text(option['label'])}</option>\n")
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


def _label(context: Any) -> str:
    label, tag = _text(context["label"]), context["tag"]
    if not context["use_tag"]:
        return label.strip()
    return f"<{tag}{_attrs(context['attrs'] or {})}>{label}</{tag}>"


def _errors(context: Any) -> str | None:
    return None if context["errors"] else ""


# By the name of Django's template; None where that one is needed after all.
DRAWN: dict[str, Callable[[Any], str | None]] = {
    **{
        f"{WIDGETS}/{name}.html": _input
        for name in ("text", "hidden", "checkbox", "number", "date", "time", "email", "password")
    },
    f"{WIDGETS}/textarea.html": _textarea,
    f"{WIDGETS}/select.html": _select,
    "django/forms/label.html": _label,
    "django/forms/errors/list/default.html": _errors,
    "django/forms/errors/list/ul.html": _errors,
}
