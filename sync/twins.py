"""What is there already when a record is added: the same one, or the orphan it belongs to."""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from kareo.records import Record
from kareo.saving import Question
from pm.models import InsuranceCompany, InsurancePlan
from sync.decide import Outcome
from sync.foretell import foretell
from sync.likeness import NEAR_BY, SAME, LookAlike, counterparts, look_alikes
from sync.links import record_link
from sync.sight import may_see_other_list
from sync.wording import record_kind


def twins(record: Record, outcomes: Sequence[Outcome]) -> list[LookAlike]:
    """Return the records of its own kind that `record` looks like, the likest first.

    Of an insurance also those whose plan looks like the plan that `outcomes` give it.
    """
    found = {alike.record.pk: alike for alike in look_alikes(record)}
    for plan in (outcome.target for outcome in outcomes if outcome.match):
        if isinstance(plan, InsurancePlan) and plan._state.adding:
            for alike in look_alikes(plan):
                link = getattr(alike.record, "link", None)  # an orphan has none
                if link and alike.rank <= NEAR_BY:
                    found.setdefault(link.insurance.pk, LookAlike(link.insurance, alike.rank))
    return sorted(found.values(), key=lambda alike: alike.rank)


def orphans_for(record: Any) -> list[LookAlike]:
    """Return the orphans at its place that `record`, when it is added, may be linked with."""
    if record.pk is not None or isinstance(record, InsuranceCompany):
        return []
    company_name = record.company.name if isinstance(record, InsurancePlan) else ""
    return counterparts(record, company_name, at_place=True)


def questions(record: Any, user: Any = None) -> list[Question]:
    """Return what to ask `user` once before `record`, valid and typed into a form, is added.

    Nothing is asked of the other list where the user may not see it.
    """
    if not record._state.adding:
        return []
    typed = copy(record)
    outcomes = foretell([typed])
    asked = [
        Question(alike.token, _already_there(alike))
        for alike in twins(typed, outcomes)
        if alike.rank == SAME and not _same_page(alike.record, record)
    ]
    may_choose = user is None or may_see_other_list(user, record._meta.label)
    if may_choose and not any(outcome.joins for outcome in outcomes):
        orphans = (alike for alike in orphans_for(typed) if alike.rank == SAME)
        asked += [Question(alike.token, _without_counterpart(alike)) for alike in orphans]
    return asked


def _same_page(stored: Record, record: Record) -> bool:
    """Whether the two are one, sent twice by a double click."""
    return stored.added_on_page is not None and stored.added_on_page == record.added_on_page


def _already_there(alike: LookAlike) -> SafeString:
    return format_html(
        "{} is there already, with this name and address{}, or save again to add a second one.",
        _linked(alike),
        ". Use that one" if alike.record.is_active else ", but inactive. Open it and activate it",
    )


def _without_counterpart(alike: LookAlike) -> SafeString:
    return format_html(
        "{} has this name and address and no counterpart. Choose under “What Save will do” whether"
        " to link the two, and save again.",
        _linked(alike),
    )


def _linked(alike: LookAlike) -> SafeString:
    label = alike.record._meta.label
    link = record_link(label, alike.record.pk, str(alike.record))
    return format_html("{} {}", record_kind(label), link)
