"""Why a rule decided as it did: a code with its values, as the log keeps them.

A reason is a dict that JSON can hold; `sync.screens.wording.reasons` makes a sentence of it.
Records are named as references, {"id", "text"}.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from kareo.addresses import parse
from kareo.records.models import reference
from pm.models import InsuranceCompany
from sync.matching.companies import Match

Reason = dict[str, Any]

# More companies at one place than these are counted, not named.
MOST_NAMED = 3


class Code(StrEnum):
    """What each code's values are."""

    ADDED = "added"  # by no rule
    DELETED = "deleted"  # by no rule
    # `company` has the address of the insurance: the `same` parts of it. `typed` is the company
    # name that was typed, `same_name` whether that is the company's, spelling aside, `other_name`
    # whether it is another name of the company, `merged` a company of this address that was merged
    # into it, where its own address is another. Of several, `why` it is this one, and who is there
    # `also`; `others` counts all but the one.
    MATCHED = "matched"
    # No company was found: the address is too thin; its only `company` is inactive; there is none.
    # `near` are companies in the same building or at the same box (`same`); `nearby` counts them.
    TOO_THIN = "too_thin"
    ONLY_INACTIVE = "only_inactive"
    NO_COMPANY = "no_company"
    LINKED = "linked"  # two orphans
    NO_COUNTERPART = "no_counterpart"  # of one that is edited: it was deleted on the other side
    HAD_NO_COUNTERPART = "had_no_counterpart"  # of one that is deleted
    DEACTIVATED = "deactivated"  # but `patients` and `policies` still have it
    # `count` EHR names show another name than this company's. How many of its `plans_stay` or are
    # `plans_inactive` stands beside it.
    STALE_NAMES = "stale_names"
    # Of a company's plans `count`, of which `orphans` have no insurance.
    PLANS_STAY = "plans_stay"  # active, where it is deactivated
    PLANS_INACTIVE = "plans_inactive"  # and stay so, where it is activated
    PLANS_TOO = "plans_too"  # are deactivated along with it, or after it
    TERTIARY = "tertiary"  # a policy of the rank that the EHR has no field for
    ONLY_IN_PM = "only_in_pm"  # what changed of a policy has no field in the EHR
    NOT_ALIKE = "not_alike"  # by no rule: somebody said that the two aren't the same
    # To another company, a plan of this `name`; any other reason of one that did has that as well.
    MOVED = "moved"
    # What `actor` did `at` a time, in a `batch`, is taken back.
    UNDONE = "undone"
    # Why a record isn't taken back: it was deleted; its `field` was changed `by` someone; something
    # uses it, `by_model` and `by_id`; what it needs, of a `model`, is gone; it got another link;
    # another one has the value of its `field` by now.
    GONE_SINCE = "gone_since"
    CHANGED_SINCE = "changed_since"
    USED = "used"
    NEEDS = "needs"
    LINKED_SINCE = "linked_since"
    TAKEN = "taken"
    IMPORTED = "imported"  # from these `lines` of a `file`; any other reason may have those as well


class Why(StrEnum):
    """Why one of several companies at an address is the match."""

    CHOSEN = "chosen"
    SAME_NAME = "same_name"
    OLDEST_OF_NAME = "oldest_of_name"
    OTHER_NAME = "other_name"
    OLDEST = "oldest"


def because(code: Code, **values: Any) -> Reason:
    return {"code": str(code), **values}


def of_match(match: Match) -> Reason:
    """Say which company stands at the address and why, or why none does."""
    address = match.insurance
    same = parse(*(getattr(address, name) for name in address.address_fields)).basis
    if match.company:
        reason = because(
            Code.MATCHED,
            company=reference(match.company),
            same=same,
            typed=match.typed,
            same_name=match.is_same_name,
        )
        if match.is_other_name:
            reason["other_name"] = True
        if match.merged and match.company.address_key != address.address_key:
            reason["merged"] = reference(match.merged[0])
        if match.others:
            reason |= {"why": str(_why(match)), "others": len(match.others)}
            reason["also"] = [
                _telling_reference(company, [match.company, *match.others])
                for company in match.others[:MOST_NAMED]
            ]
        return reason
    if not address.address_key:
        return because(Code.TOO_THIN)
    if match.inactive:
        reason = because(Code.ONLY_INACTIVE, company=reference(match.inactive[0]))
    else:
        reason = because(Code.NO_COMPANY)
    return reason | _near(match.near, same) if match.near else reason


def with_keys(reason: Reason, match: Match | None) -> Reason:
    """Return `reason`, which is of `match`, with the keys of companies that were made since.

    One that is made for one of a set matches, or is near, others of the set.
    """
    named = [reason.get("company"), *reason.get("near", ())]
    if match and any(each and each["id"] is None for each in named):
        return reason | of_match(match)
    return reason


def _why(match: Match) -> Why:
    if match.is_by_choice:
        return Why.CHOSEN
    if match.is_same_name:
        return Why.OLDEST_OF_NAME if match.shares_name else Why.SAME_NAME
    return Why.OTHER_NAME if match.is_other_name else Why.OLDEST


def _telling_reference(company: InsuranceCompany, here: Sequence[InsuranceCompany]) -> Reason:
    """Return a reference to `company`, by its payer ID where another one `here` has its name."""
    text = str(company)
    if sum(other.name_key == company.name_key for other in here) > 1:
        text += f" (payer ID {company.payer_id})" if company.payer_id else " (no payer ID)"
    return {"id": company.pk, "text": text}


def _near(companies: Sequence[InsuranceCompany], same: Sequence[str]) -> Reason:
    named = [
        {"id": company.pk, "text": f"{company}, {company.street}"}
        for company in companies[:MOST_NAMED]
    ]
    return {"near": named, "nearby": len(companies), "same": same}


def moved(reason: Reason, plan: Any) -> Reason:
    """Add to `reason` the plan's own name: its text begins with the company's."""
    return {**(reason or because(Code.MOVED)), "name": plan.name}


def imported(reason: Reason, file: str, lines: Sequence[int]) -> Reason:
    """Add to `reason` that the record comes from these lines of a file."""
    return {**(reason or because(Code.IMPORTED)), "file": file, "lines": list(lines)}
