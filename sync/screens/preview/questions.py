"""What is asked once before a record is added: the doubts of its decision, in words."""

from copy import copy
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from kareo.records.registry import Question
from sync.rules import dry_run
from sync.rules.doubts import Doubt
from sync.screens.urls import record_link
from sync.screens.wording.records import record_kind, shared_in_words, told_apart


def questions_about(record: Any) -> list[Question]:
    """Return what to ask before `record`, valid and typed into a form, is added."""
    if not record._state.adding:
        return []
    typed = copy(record)
    return [Question(doubt.id, _in_words(doubt)) for doubt in dry_run([typed]).doubts(typed)]


def _in_words(doubt: Doubt) -> SafeString:
    record, label = doubt.record, doubt.record._meta.label
    named = format_html(
        "{} {}", record_kind(label), record_link(label, record.pk, told_apart(record))
    )
    if doubt.is_orphan:
        return format_html(
            "{} has this name and address and no counterpart. Choose under “What Save will do”"
            " whether to link the two, and save again.",
            named,
        )
    alike = "this name and address"
    if doubt.shared:  # two companies without an address
        alike = (
            f"this name and without an address, too ({', '.join(shared_in_words(doubt.shared))})"
        )
    return format_html(
        "{} already exists with {}{}, or save again to add another.",
        named,
        alike,
        ". Use that one" if record.is_active else ", but inactive. Open it and activate it",
    )
