"""Move plans to another company, in both lists: `plans-moved`."""

from collections.abc import Collection, Sequence
from copy import copy

from django.db import transaction

from kareo.records import Refused
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.pairs.sides import PM
from sync.propagation.locks import lock_links
from sync.propagation.writing import apply
from sync.rules import Cause, Decision, decide

NOT_ACTIVE = (
    "Nothing was moved: that company was deleted or deactivated meanwhile. Choose an active one."
)


class NotAsShown(Refused):
    """Raised where what was to be done isn't what was shown any more. Nothing was done."""

    def __init__(self, done: str = "moved", button: str = "Move") -> None:
        super().__init__(
            f"Nothing was {done}: somebody changed a plan, its insurance or a company after this"
            f" page was shown. It now shows what it does; press {button} again if that is what you"
            " want."
        )


def moving(plans: Sequence[InsurancePlan], to: InsuranceCompany) -> Decision:
    """Return what moving these stored `plans` does; reads only.

    Those that `to` has already are left out. The plans given become what they will be, in memory.
    """
    return _decide(plans, to, hold=False)


def move(plans: Collection[int], to: int, shown: str) -> list[SyncEvent]:
    """Move the plans with these keys, or none of them, and return the events.

    Raises NotAsShown unless that is the decision whose fingerprint was `shown`, and Refused where
    there is no active company with the key `to`.
    """
    with transaction.atomic():
        lock_links("default", PM, plans)
        stored = InsurancePlan.objects.lock_and_read(plans)
        InsuranceCompany.objects.names({to}, hold=True)
        if (company := InsuranceCompany.objects.active().filter(pk=to).first()) is None:
            raise Refused(NOT_ACTIVE)
        decision = _decide(stored, company, hold=True)
        if decision.fingerprint != shown:
            raise NotAsShown
        return apply(decision)


def _decide(plans: Sequence[InsurancePlan], to: InsuranceCompany, *, hold: bool) -> Decision:
    others = [plan for plan in plans if plan.company_id != to.pk]
    for plan in others:
        plan.before = copy(plan)
        plan.company = to  # of which nothing is derived
    InsurancePlan.refuse(others)
    return decide(others, Cause.MOVED, hold=hold)
