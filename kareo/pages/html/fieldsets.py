"""Fieldsets as HTML: what Django's template makes of them, without asking all it asks a field."""

from typing import Any

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from kareo.pages.html.fields import escaped

register = Library()


@register.simple_tag(takes_context=True)
def drawn_fieldset(context: Any) -> SafeString:
    """Return the fieldset of this context, as `admin/includes/fieldset.html` is given it."""
    fieldset, level = context["fieldset"], context.get("heading_level") or 2
    heading, start, end = "", "", ""
    if fieldset.name:
        place = "-".join(escaped(context[name]) for name in ("prefix", "id_prefix", "id_suffix"))
        heading = f' aria-labelledby="{place}-heading"'
        start = (
            f'<h{level} id="{place}-heading" class="fieldset-heading">'
            f"{escaped(fieldset.name)}</h{level}>\n"
        )
        if fieldset.is_collapsible:
            start, end = f"<details><summary>{start}</summary>\n", "</details>\n"
    if fieldset.description:
        start += f'<div class="description">{fieldset.description}</div>\n'
    lines = "".join(map(_line, fieldset))
    classes = f"module aligned {escaped(fieldset.classes)}"
    return mark_safe(f'<fieldset class="{classes}"{heading}>\n{start}{lines}{end}</fieldset>')  # noqa: S308 (escaped)


def _line(line: Any) -> str:
    fields = list(line)
    is_alone = len(line.fields) == 1
    errors = line.errors() if is_alone else ""
    classes = "form-row"
    if errors:
        classes += " errors"
    if not line.has_visible_field:
        classes += " hidden"
    classes += "".join(f" field-{name}" for name in map(_name, fields) if name)
    cells = "".join(_cell(field, is_alone) for field in fields)
    if not is_alone:
        cells = f'<div class="flex-container form-multiline">\n{cells}</div>\n'
    return f'<div class="{classes}">\n{errors}{cells}</div>\n'


def _cell(field: Any, is_alone: bool) -> str:
    errors = "" if is_alone or field.is_readonly else field.errors()
    hidden = " hidden" if _of(field, "is_hidden") else ""
    classes = "flex-container"
    if not is_alone:
        name = _name(field)
        classes += " fieldBox" + (f" field-{name}" if name else "")
        classes += (" errors" if errors else "") + hidden
    if field.is_checkbox:
        classes += " checkbox-row"
    return (
        f'<div>{errors}<div class="{classes}">{_content(field)}</div>{_help(field, hidden)}</div>\n'
    )


def _content(field: Any) -> str:
    if field.is_checkbox:
        return f"{field.field}{field.label_tag()}"
    shown = f'<div class="readonly">{field.contents()}</div>' if field.is_readonly else field.field
    return f"{field.label_tag()}\n{shown}"


def _help(field: Any, hidden: str) -> str:
    if not (text := _of(field, "help_text")):
        return ""
    label = "" if field.is_readonly else field.field.id_for_label
    key = f' id="{escaped(label)}_helptext"' if label else ""
    return f'\n<div class="help{hidden}"{key}>\n<div>{text}</div>\n</div>\n'


def _name(field: Any) -> str:
    return escaped(_of(field, "name"))


def _of(field: Any, name: str) -> Any:
    """Return what the form has of a field; what is only read isn't a field of the form."""
    return field.field[name] if field.is_readonly else getattr(field.field, name)
