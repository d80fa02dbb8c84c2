"""Note that two companies which look alike aren't the same one."""

from collections.abc import Iterable
from itertools import combinations

from django.db import transaction

from kareo.records import Refused
from pm.models import InsuranceCompany
from sync.models import DismissedLookAlike, SyncEvent, digest_of
from sync.propagation.writing import apply
from sync.rules import Cause, Decision, Outcome
from sync.rules.decision import NOT_PROPAGATED
from sync.rules.reasons import Code, because


def dismiss(company: InsuranceCompany, other: int) -> list[SyncEvent]:
    """Dismiss that `company` looks like the one with the key `other`, and return the events.

    Neither is written: it holds until what is compared of either changes. Raises Refused where one
    of them is gone.
    """
    with transaction.atomic():
        # Locked, so that they are noted as they are.
        pair = InsuranceCompany.objects.lock_and_read({company.pk, other})
        if len(pair) != 2:
            raise Refused("Nothing was dismissed: one of the two was deleted meanwhile.")
        first, second = pair
        were = InsuranceCompany.objects.annotate(was=digest_of()).in_bulk([first.pk, second.pk])
        DismissedLookAlike.objects.update_or_create(
            first=first,
            second=second,
            defaults={"first_was": were[first.pk].was, "second_was": were[second.pk].was},  # type: ignore[attr-defined]  # annotated
        )
        source, target = pair if first.pk == company.pk else (second, first)
        told = Outcome(None, NOT_PROPAGATED, source, target, reason=because(Code.NOT_ALIKE))
        return apply(Decision(Cause.REPAIRED, [told]))


def dismiss_all(companies: Iterable[InsuranceCompany]) -> list[SyncEvent]:
    """Dismiss that any of `companies` looks like another one of them: all of that, or nothing."""
    ordered = sorted(companies, key=lambda company: company.pk)  # so that locks are, too
    with transaction.atomic():
        pairs = combinations(ordered, 2)
        return [event for first, second in pairs for event in dismiss(first, second.pk)]
