"""What it will do to send an orphan to the other list as if it were added, and what that asks."""

from copy import copy
from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kareo.records.asking.answers import Question
from kareo.records.registry import WHO_HAS
from sync.rules import Cause, Outcome, decide
from sync.rules.doubts import Doubt
from sync.rules.reasons import Code
from sync.rules.table import COMPANY
from sync.screens.after_save.next_steps import may
from sync.screens.preview.choices import but_inactive
from sync.screens.preview.making import each_note_once, effect_line
from sync.screens.preview.told import Line
from sync.screens.urls import record_link
from sync.screens.wording.records import record_kind

ASKED = "asked"  # the ids of the questions, in the URL of the page and in its form


class Sending(NamedTuple):
    """The effects, and what is asked once before."""

    lines: list[Line]
    questions: list[Question]


def sending(orphan: Any, user: Any) -> Sending:
    """Return what the button of an `orphan` will do, which `user` may see. Reads only."""
    record = copy(orphan)
    decision = decide([record], Cause.REPAIRED)
    questions = [Question(doubt.id, _in_words(doubt)) for doubt in decision.doubts(record)]
    first = decision.outcomes[0]
    if first.reason.get("code") == Code.ONLY_INACTIVE:
        questions.append(_about_inactive(first, user))
    return Sending(each_note_once([effect_line(each) for each in decision.events]), questions)


def _about_inactive(outcome: Outcome, user: Any) -> Question:
    company = outcome.reason["company"]
    link = record_link(COMPANY, company["id"], company["text"])
    ask = f"Ask {WHO_HAS[COMPANY]} to activate it first"
    way = "Activate it first" if may(user, "change", COMPANY) else ask
    return Question(
        f"inactive:{COMPANY}:{company['id']}",
        format_html(
            "PM has {} at this address, inactive, and would get a second company. {}.", link, way
        ),
    )


def _in_words(doubt: Doubt) -> SafeString:
    record, label = doubt.record, doubt.record._meta.label
    named = format_html("{} {}", record_kind(label), record_link(label, record.pk, str(record)))
    if doubt.others:
        return format_html(
            "PM has {} companies at this address, and none of this name: the oldest, {}, would"
            " take it.",
            len(doubt.others) + 1,
            record_link(label, record.pk, str(record)),
        )
    if doubt.is_orphan:
        said = "{} has this name and address and no counterpart{}: link the two instead."
        return format_html(said, named, but_inactive(record))
    return format_html("{} exists already with this name and address.", named)


def asked_of(sends: Sending, confirmed: str) -> Question | None:
    """Return all that is asked in one, with its ids, unless those of each are `confirmed`."""
    if {question.id for question in sends.questions}.issubset(confirmed.split()):
        return None
    asked = format_html_join(" ", "{}", ((question.text,) for question in sends.questions))
    text = format_html("Not sent yet. {} Or send it all the same.", asked)
    return Question(" ".join(question.id for question in sends.questions), text)
