"""The events of a pair: how it came, and what was done with it since."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from ehr.models import Insurance
from pm.models import InsurancePlan
from sync.models import SyncEvent
from tests.benchmarks.data.made_up import USERS, Maker
from tests.benchmarks.data.sizes import FIRST_DAY, SPAN, Size

IMPORTED_AT_ONCE = 5000  # pairs of one batch
# Of a hundred edits, so many by each rule.
EDITS = (
    *[("pm-plan-edited", "updated")] * 50,
    *[("pm-plan-edited", "unchanged")] * 15,
    *[("pm-plan-edited", "not_propagated")] * 10,
    *[("ehr-insurance-edited", "updated")] * 15,
    *[("pair-repaired", "updated")] * 10,
)


def events_of_pair(
    maker: Maker, size: Size, number: int, company: str, plan: InsurancePlan, insurance: Insurance
) -> Iterator[SyncEvent]:
    """Yield how pair `number` was imported, and its edits."""
    of_plan = (plan, f"{company} – {plan.name} ({plan.street_1}, {plan.zip_code})")
    of_insurance = (insurance, insurance.name)
    first = number * size.events_per_pair + 1
    total = size.pairs * size.events_per_pair
    for key in range(first, first + size.events_per_pair):
        event = SyncEvent(pk=key, created_at=FIRST_DAY + SPAN * (key / total))
        if key == first:
            _as_imported(event, number, plan, insurance)
        else:
            event.batch = UUID(int=key << 64)
            event.actor = maker.one_of(USERS)
            event.rule, event.outcome = maker.one_of(EDITS)
            if event.outcome == "updated":
                event.changes = event.source_changes = {"phone": [maker.phone(), plan.phone]}
        parts: list[Any] = [of_plan, of_insurance]
        here, there = reversed(parts) if event.rule.startswith("ehr") else parts
        _name(event, "source", *here)
        if event.outcome != "not_propagated":
            _name(event, "target", *there)
        yield event


def _as_imported(event: SyncEvent, number: int, plan: InsurancePlan, insurance: Insurance) -> None:
    event.rule, event.outcome, event.actor = "pm-plan-added", "created", "import_insurances"
    event.batch = UUID(int=number // IMPORTED_AT_ONCE + 1)
    event.reason = {"code": "imported", "file": "payers.csv", "lines": [number + 2]}
    made = [[insurance._meta.label, insurance.pk], [plan._meta.label, plan.pk]]
    link = {"id": number + 1, "plan": plan.pk, "insurance": insurance.pk}
    event.undo = {"link": link, "created": made}


def _name(event: SyncEvent, part: str, record: Any, text: str) -> None:
    setattr(event, f"{part}_model", record._meta.label)
    setattr(event, f"{part}_id", record.pk)
    setattr(event, f"{part}_text", text)
