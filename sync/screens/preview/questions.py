"""What is asked once before a record is added: the doubts of its decision, in words."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ehr.models import Insurance
from kareo.pages.forms.pickers import told_apart
from kareo.records.asking.answers import Question
from kareo.records.registry import WHO_HAS
from pm.models import InsuranceCompany
from sync.roles import may_change
from sync.rules import dry_run
from sync.rules.doubts import Doubt
from sync.rules.reasons import MOST_NAMED
from sync.rules.table import COMPANY
from sync.screens.preview.choices import but_inactive, number_among
from sync.screens.urls import record_link
from sync.screens.wording.records import record_kind, shared_in_words


def questions_about(record: Any) -> list[Question]:
    """Return what to ask before `record`, valid and typed into a form, is added."""
    if not record._state.adding:
        return []
    typed = copy(record)
    doubts = dry_run([typed]).doubts(typed)
    # Nobody is to activate one that stands beside an active one: it may be a duplicate, put away.
    is_put_away = any(doubt.record.is_active and not doubt.is_orphan for doubt in doubts)
    return [Question(doubt.id, _in_words(doubt, typed, is_put_away)) for doubt in doubts]


def still_asked(form: Any) -> list[Question]:
    """Return what saving a valid `form` asks, or would if it hadn't been asked before.

    What a page only preset answers nothing.
    """
    record = copy(form.instance)
    if record.answers.is_preset:
        record.answers = replace(record.answers, choice="")
    return [*record.questions(form.typed_fields()), *questions_about(record)]


def _in_words(doubt: Doubt, typed: Any, is_put_away: bool) -> SafeString:
    record, label = doubt.record, doubt.record._meta.label
    named = format_html(
        "{} {}", record_kind(label), record_link(label, record.pk, told_apart(record))
    )
    if doubt.others:
        return _which_company(doubt)
    if doubt.is_orphan:
        then = "Choose under “What Save will do” whether to link the two, and save again."
        if doubt.is_preset:
            then = "Save again to link the two, or choose otherwise under “What Save will do”."
        return format_html(
            "{} has this name and address and no counterpart{}. {}",
            named,
            but_inactive(record),
            then,
        )
    alike = "this name and address"
    if doubt.shared:  # two companies without an address
        alike = (
            f"this name and without an address, too ({', '.join(shared_in_words(doubt.shared))})"
        )
    use = ". Use that one"
    if not record.is_active:
        use = ", but inactive" + ("" if is_put_away else _activate(record, typed))
    if record.is_active and isinstance(typed, InsuranceCompany) and typed.has_plan_typed:
        use = ". Add the plan to that one under “What Save will do”"
    return format_html(
        "{} already exists with {}{}, or save again to add another.", named, alike, use
    )


def _activate(record: Any, typed: Any) -> str:
    """Say how an inactive record comes to be used; not where an active company has its name."""
    label = record._meta.label
    namesakes = InsuranceCompany.objects.active().filter(name_key=record.name_key)
    if isinstance(typed, Insurance) and label == COMPANY and namesakes.exists():
        return ""
    if typed.typed_by and not may_change(typed.typed_by, label):
        return f". Ask {WHO_HAS[label]} to activate it"
    return ". Open it and activate it"


def _which_company(doubt: Doubt) -> SafeString:
    """Name the companies at one address, none of which has the typed name, and the oldest."""
    here = [doubt.record, *doubt.others]
    more = len(here) - MOST_NAMED - 1
    named = [_one_of(company, here) for company in here[: MOST_NAMED + 1]]
    return format_html(
        "PM has {} companies at this address, and none has the name that you typed: {}{}. Choose"
        " one under “What Save will do”, or save again: the oldest, {}, takes it.",
        f"{len(here):,}",
        format_html_join(", ", "{}", ((each,) for each in named)),
        f", and {more:,} more" if more > 0 else "",
        named[0],
    )


def _one_of(company: InsuranceCompany, here: Sequence[InsuranceCompany]) -> SafeString:
    """Name `company` with what tells it apart from the others, which share its address."""
    text = str(company)
    if company.payer_id:
        text += f" (payer ID {company.payer_id})"
    text += number_among(company, here)
    return record_link(company._meta.label, company.pk, text)
