"""What a form's page says where it came back: which fields to correct, or that it only asks."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.template import Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kareo.pages.forms.records import called

register = Library()


@register.simple_tag(takes_context=True)
def only_asks(context: Any) -> bool:
    """Return whether nothing on the page is wrong: it came back with a question."""
    return _codes_on(context) == {"question"}


@register.simple_tag(takes_context=True)
def is_outdated(context: Any) -> bool:
    """Return whether the page came back for no other reason than what others saved meanwhile."""
    return _codes_on(context) <= {"question", "outdated"}


def _codes_on(context: Any) -> set[str | None]:
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    forms = [context["adminform"].form, *(row for formset in formsets for row in formset.forms)]
    codes = {code for form in forms for name in form.errors for code in _codes(form, name)}
    return codes | {None for formset in formsets if formset.non_form_errors()}


@register.simple_tag(takes_context=True)
def error_note(context: Any, not_done: str = "Not saved.") -> SafeString:
    """Name the fields to correct, with links to them. What is about no field says so itself."""
    links = [format_html('<a href="#{}">{}</a>', key, said) for key, said in _wrong_places(context)]
    if not links:
        return SafeString()
    *others, last = links
    listed = format_html_join(", ", "{}", ((link,) for link in others))
    both = format_html("{} and {}", listed, last) if others else last
    return format_html('<p class="errornote">{} Correct {}.</p>', not_done, both)


@register.simple_tag
def row_head(record: Any, kind: str) -> str:
    """Return what heads a row of a page: what tells its record from the others, once stored."""
    if record is None or record._state.adding:
        return ", ".join(filter(None, [f"New {kind}", getattr(record, "as_new", "")]))
    return getattr(record, "in_short", "") or str(record)


def _wrong_places(context: Any) -> Iterator[tuple[str, str]]:
    """Yield the id of what is wrong, and what people call it."""
    page = context.flatten()
    yield from _wrong_fields(page["adminform"].form if "adminform" in page else page["form"])
    for inline in page.get("inline_admin_formsets", ()):
        formset, name = inline.formset, inline.opts.verbose_name
        if formset.non_form_errors():
            yield f"{formset.prefix}-group", f"{inline.opts.verbose_name_plural}"
        is_one = formset.max_num == 1
        for row in formset.forms:
            head = f"“{row_head(row.instance, name)}”"
            of_row = "" if is_one else f" of {head}"
            for key, label in _wrong_fields(row):
                yield key, f"{label}{of_row}"
            if _codes(row, NON_FIELD_ERRORS) - {"question", "outdated"}:
                yield row.prefix, name if is_one else head


def _wrong_fields(form: Any) -> Iterator[tuple[str, str]]:
    for name in form.fields:  # in the order of the page
        if _codes(form, name) - {"question"} and not form[name].is_hidden:
            yield form[name].auto_id, called(form, name)


def _codes(form: Any, name: str) -> set[str | None]:
    return {error.code for error in form.errors.as_data().get(name, ())}
