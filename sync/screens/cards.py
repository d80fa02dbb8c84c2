"""The cards beside a record: its counterpart on the other side, and its company's stale names."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst

from kareo.records import Origin, Record
from kareo.records.asking.answers import Answers, record_key
from kareo.records.registry import WHO_HAS
from pm.models import InsuranceCompany, InsurancePlan
from sync.matching.look_alikes import Likeness, LookAlike, counterparts, look_alikes, same
from sync.models import DismissedLookAlike, SyncEvent
from sync.pairs.sides import EHR, PM, side_of
from sync.pairs.state import Pair
from sync.pairs.translation import given_by
from sync.roles import may_see, may_see_other_list
from sync.rules import Cause, Outcome, decide
from sync.rules.table import COMPANY, INSURANCE, PLAN
from sync.screens.once import old_names_on, pair_on
from sync.screens.urls import change_url, list_url, log_url, merge_url
from sync.screens.wording.events import effect
from sync.screens.wording.records import (
    changes_in_words,
    counted,
    field_name,
    likeness_in_words,
    record_kind,
)


def counterpart_card(page: Any) -> dict[str, Any]:
    """Return what the card of a plan or insurance shows: the other side, and what puts it right."""
    record, user, pair = page["original"], page["user"], pair_on(page)
    here, label = side_of(record), record._meta.label
    other = pair.counterpart_of(record)
    seen = may_see_other_list(user, label)
    may_repair = user.has_perm(f"{here.app}.change_{record._meta.model_name}")
    last = SyncEvent.objects.about(record).exclude(rule="").first()
    return {
        "pair": pair,
        "here": here,
        "other": other,
        "may_see": seen,
        "kind": record_kind(other._meta.label) if other else "",
        "url": change_url(other._meta.label, other.pk) if other else "",
        "rows": side_by_side(pair),
        "last": last,
        "last_effect": effect(last) if last else "",
        "log": log_url(about=record_key(record)),
        "candidates": likely_candidates(record) if may_repair and seen and not other else [],
        "may_repair": may_repair,
        "whom": WHO_HAS[label],  # to ask
        "repair_url": reverse("sync:repair", args=[record._meta.model_name, record.pk]),
        "link_url": reverse("sync:link", args=[record._meta.model_name, record.pk]),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a pair, as both sides have it."""

    name: str
    plan: Any
    insurance: Any
    differs: bool


def side_by_side(pair: Pair) -> list[Row]:
    """Return what the two sides of a pair have in each field that crosses over."""
    if not pair.plan or not pair.insurance:
        return []
    given = given_by(pair.plan)
    return [
        Row(
            capfirst(field_name(INSURANCE, name)),
            _shown(given[name]),
            _shown(getattr(pair.insurance, name)),
            name in pair.changes,
        )
        for name in ("company_name", *EHR.fields)
    ]


def _shown(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible counterpart: what it has in common, and what would change, in which list."""

    record: Record
    why: str
    changes: Sequence[str]


def likely_candidates(orphan: Any) -> list[Candidate]:
    """Return the orphans of the other side that look like `orphan`, the likest first."""
    found = counterparts(orphan)
    return candidates(orphan, [(alike.record, likeness_in_words(alike)) for alike in found])


def candidates(orphan: Any, others: Sequence[tuple[Any, str]]) -> list[Candidate]:
    """Return orphans of the other side, each with why it is offered, as candidates."""
    plans = []
    for other, _why in others:
        plan, insurance = (orphan, other) if side_of(orphan) is PM else (other, orphan)
        plan = copy(plan)
        plan.answers = Answers(choice=record_key(insurance))
        plans.append(plan)
    outcomes = decide(plans, Cause.REPAIRED).outcomes
    return [
        Candidate(other, why, [*_changes(outcome)])
        for (other, why), outcome in zip(others, outcomes, strict=True)
    ]


def _changes(outcome: Outcome) -> Iterable[str]:
    for side, changes in ((EHR, outcome.changes), (PM, outcome.corrections)):
        for line in changes_in_words(side.model._meta.label, changes):
            yield f"{side.name}: {line}"


# What a company's page shows beside it: many stand at one address, or have claims addresses of
# their own.
TELLING = frozenset(Likeness) - {Likeness.SAME_PLACE, Likeness.SAME_NAME, Likeness.NAME_ALONE}


@dataclass(frozen=True, slots=True)
class Alike:
    """A company that may be the one of the page, why, and how many plans it has, and where."""

    record: InsuranceCompany
    why: str
    url: str
    plans: str
    plans_url: str
    merge_url: str


def telling_look_alikes(company: InsuranceCompany) -> list[LookAlike]:
    """Return the active companies that its page says may be this one, dismissed ones as well."""
    if not company.is_active:
        return []
    return [e for e in look_alikes(company) if e.rank in TELLING and e.record.is_active]


def look_alikes_card(page: Any) -> dict[str, Any]:
    """Return the active companies that may be this one, unless that was dismissed."""
    company, user = page["original"], page["user"]
    alike = telling_look_alikes(company) if may_see(user, COMPANY) else []
    dismissed = DismissedLookAlike.objects.others().get(company.pk, set()) if alike else set()
    shown = [each for each in alike if each.record.pk not in dismissed]
    return {
        "look_alikes": _with_plans(company, shown, may_see(user, PLAN)) if shown else [],
        "may_change": user.has_perm("pm.change_insurancecompany"),
        "dismiss_url": reverse("sync:dismiss", args=[company.pk]),
    }


def _with_plans(
    company: InsuranceCompany, alike: Sequence[LookAlike], may_see_plans: bool
) -> list[Alike]:
    plans = InsurancePlan.objects.filter(company__in=[each.record for each in alike]).order_by()
    counts = dict(plans.values_list("company").annotate(Count("pk"))) if may_see_plans else {}
    return [
        Alike(
            each.record,
            likeness_in_words(each),
            change_url(COMPANY, key := each.record.pk),
            f"its {counted(counts[key], 'plan')}" if key in counts else "",
            list_url(InsurancePlan, company__id__exact=key),
            merge_url(InsuranceCompany, [company.pk, key]),
        )
        for each in alike
    ]


def to_complete_card(page: Any) -> dict[str, Any]:
    """Return why a company that the EHR made is to be completed, and who has what it lacks."""
    company, user = page["original"], page["user"]
    if not (company.is_active and company.origin == Origin.EHR and not company.payer_id):
        return {"is_complete": True}
    twins = [twin for twin in same(company) if not twin.is_active]
    twins.sort(key=lambda twin: not twin.payer_id)
    return {
        "twin": twins[0] if twins and may_see(user, COMPANY) else None,
        "may_change": user.has_perm("pm.change_insurancecompany"),
        "whom": WHO_HAS[COMPANY],
    }


def stale_names_card(page: Any) -> dict[str, Any]:
    """Return how many EHR names show an old name of a company, and the button for them."""
    company, user = page["original"], page["user"]
    if not may_see(user, PLAN, INSURANCE):
        return {}
    names = old_names_on(page)
    return {
        "old_names": names[:3],
        "more": len(names[3:]),
        "count": sum(shown for _name, shown in names),
        "may_repair": user.has_perm("pm.change_insuranceplan"),
        "repair_url": reverse("sync:repair_company", args=[company.pk]),
    }
