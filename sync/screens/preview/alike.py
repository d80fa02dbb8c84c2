"""What is there already and looks like what is typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ehr.models import Insurance
from kareo.pages.forms.pickers import told_apart
from pm.models import InsuranceCompany
from sync.matching.look_alikes import Likeness, LookAlike, look_alikes
from sync.roles import may_see
from sync.rules import Decision
from sync.rules.doubts import alike_already
from sync.screens.cards import telling_look_alikes
from sync.screens.urls import change_url
from sync.screens.wording.records import likeness_in_words


@dataclass(frozen=True, slots=True)
class AlikeLine:
    """A record that is there already, what it has in common, and its page.

    Where a company's first plan is typed, `plan_url` adds that one to the company that is there,
    and `takes_all` says whether nothing else that was typed is left behind.
    """

    record: Any
    rank: Likeness
    why: str
    plan_url: str = ""
    takes_all: bool = False

    @property
    def text(self) -> str:
        """The record, told apart from others of its name."""
        return told_apart(self.record)

    @property
    def url(self) -> str:
        return self.plan_url or change_url(self.record._meta.label, self.record.pk)


def similar(
    record: Any, decision: Decision | None, user: Any, *, is_popup: bool
) -> list[AlikeLine]:
    """Return what looks like the typed record, without what its page shows above the form.

    A pop-up shows nothing there.
    """
    if not may_see(user, record._meta.label):
        return []
    new_plans = [target for target in _targets(decision) if target._state.adding]
    found = alike_already(record, new_plans)
    if record.before is None:
        return _lines(found)
    stands: set[int] = set()
    if isinstance(record, InsuranceCompany) and not is_popup:
        stands = {alike.record.pk for alike in telling_look_alikes(record.before)}
    # Who shares an address with others is known for it by the time it is edited.
    return _lines(
        alike
        for alike in found
        if alike.rank != Likeness.SAME_PLACE and alike.record.pk not in stands
    )


def similar_companies(record: Any, decision: Decision | None) -> list[AlikeLine]:
    """Return what looks like the company that PM would get for an insurance that is added."""
    if not isinstance(record, Insurance) or record.before or not record.company_name:
        return []
    new = [target for target in _targets(decision) if isinstance(target, InsuranceCompany)]
    return _lines(alike for company in new for alike in look_alikes(company))


def is_twice(record: Any, alike: Iterable[AlikeLine]) -> bool:
    """Return whether one of those that look like a stored `record` is the same, both in use."""
    return record.is_active and any(
        each.rank <= Likeness.NEAR_BY and each.record.is_active for each in alike
    )


def _targets(decision: Decision | None) -> list[Any]:
    return [outcome.target for outcome in decision.outcomes if outcome.target] if decision else []


def _lines(alike: Iterable[LookAlike]) -> list[AlikeLine]:
    return [AlikeLine(each.record, each.rank, likeness_in_words(each)) for each in alike]
