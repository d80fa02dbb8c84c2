"""Each kind of save by hand: the same rows, reads, locks and log, in one transaction.

Each function makes its values ready and returns what is timed.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from ehr.models import Insurance
from kareo.records import Record
from kareo.records.acting import current_action
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from tests.benchmarks.baselines.by_hand import ByHand, Values

Run = Callable[[], None]
Made = list[tuple[type[Record], int]]  # records with their keys, the source first

ADDRESS = InsurancePlan.address_fields
CROSSING = (*ADDRESS, "phone", "fax", "is_active")
COMPANY_NAME = "SELECT name FROM pm_insurancecompany WHERE id = %s"
COMPANIES_IN_BUILDING = (
    "SELECT * FROM pm_insurancecompany WHERE near_key = %s ORDER BY created_at, id"
)
LINK_AND_INSURANCE = (
    "SELECT link.*, insurance.* FROM sync_insurancelink AS link"
    " JOIN ehr_insurance AS insurance ON insurance.id = link.insurance_id WHERE link.plan_id = %s"
)
LINK_AND_PLAN = (
    "SELECT link.*, plan.*, company.name FROM sync_insurancelink AS link"
    " JOIN pm_insuranceplan AS plan ON plan.id = link.plan_id"
    " JOIN pm_insurancecompany AS company ON company.id = plan.company_id"
    " WHERE link.insurance_id = %s"
)
PLAN_AND_COMPANY = (
    "SELECT plan.*, company.name FROM pm_insuranceplan AS plan"
    " JOIN pm_insurancecompany AS company ON company.id = plan.company_id WHERE plan.id = %s"
)
INSURANCE = "SELECT insurance.* FROM ehr_insurance AS insurance WHERE insurance.id = %s"
# As hash functions of the program would number the import's lock and the address.
ADDRESS_LOCKS = (
    "SELECT pg_advisory_xact_lock_shared(%s)"
    " UNION ALL SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key"
)
IMPORT_LOCK = 1


def plan_added(hand: ByHand, plan: InsurancePlan) -> Run:
    """Insert `plan`, its insurance, their link and the event."""
    insurance = Insurance(
        company_name=plan.company.name, plan_name=plan.name, **_crossing(plan), origin=plan.home
    )
    plan_row, insurance_row = _new(hand, plan), _new(hand, insurance)
    event = _event(hand, "pm-plan-added", "created", plan, insurance)
    link = hand.values(InsuranceLink())

    def run() -> None:
        with hand.transaction() as cursor:
            _one(cursor, hand.sql(COMPANY_NAME), plan.company_id)
            plan_id = hand.insert(cursor, InsurancePlan, plan_row)
            insurance_id = hand.insert(cursor, Insurance, insurance_row)
            link.update(plan_id=plan_id, insurance_id=insurance_id)
            link_id = hand.insert(cursor, InsuranceLink, link)
            made: Made = [(InsurancePlan, plan_id), (Insurance, insurance_id)]
            _log_made(hand, cursor, [event], link_id, link, made)

    return run


def plan_edited(hand: ByHand, plan: InsurancePlan, insurance: Insurance) -> Run:
    """Update `plan`, as it was changed in memory, and its `insurance`, as it is stored."""
    before = insurance.phone
    insurance.assign({"company_name": plan.company.name, **_crossing(plan)})
    row = _changed(hand, plan, "phone", *plan.derived_fields)
    there = _changed(hand, insurance, "phone", *insurance.derived_fields)
    event = _event(hand, "pm-plan-edited", "updated", plan, insurance, before)

    def run() -> None:
        with hand.transaction() as cursor:
            _one(cursor, hand.sql(LINK_AND_INSURANCE, locked="link"), plan.pk)
            _one(cursor, hand.sql(PLAN_AND_COMPANY, locked="plan"), plan.pk)
            hand.update(cursor, InsurancePlan, plan.pk, plan.version, row)
            hand.update(cursor, Insurance, insurance.pk, insurance.version, there)
            hand.insert(cursor, SyncEvent, event)

    return run


def insurance_edited(hand: ByHand, insurance: Insurance, plan: InsurancePlan) -> Run:
    """Update `insurance`, as it was changed in memory, and its `plan`, as it is stored."""
    before = plan.phone
    plan.assign(_crossing(insurance))
    row = _changed(hand, insurance, "phone", *insurance.derived_fields)
    there = _changed(hand, plan, "phone", *plan.derived_fields)
    event = _event(hand, "ehr-insurance-edited", "updated", insurance, plan, before)

    def run() -> None:
        with hand.transaction() as cursor:
            _one(cursor, hand.sql(LINK_AND_PLAN, locked="link"), insurance.pk)
            _one(cursor, hand.sql(INSURANCE, locked="insurance"), insurance.pk)
            hand.update(cursor, Insurance, insurance.pk, insurance.version, row)
            hand.update(cursor, InsurancePlan, plan.pk, plan.version, there)
            hand.insert(cursor, SyncEvent, event)

    return run


def insurance_added(hand: ByHand, insurance: Insurance, company: InsuranceCompany) -> Run:
    """Insert `insurance`, and its plan under `company`, which is inserted unless it is stored."""
    is_new = company.pk is None
    rule = f"ehr-insurance-added-{'unmatched' if is_new else 'matched'}"
    plan = InsurancePlan(
        company=company, name=insurance.plan_name, **_crossing(insurance), origin=insurance.home
    )
    insurance_row, plan_row = _new(hand, insurance), _new(hand, plan)
    targets: list[Record] = [company, plan] if is_new else [plan]
    company_row = _new(hand, company) if is_new else {}
    events = [_event(hand, rule, "created", insurance, target) for target in targets]
    link = hand.values(InsuranceLink())
    number = hash(insurance.address_key)

    def run() -> None:
        with hand.transaction() as cursor:
            if hand.on_postgresql:
                _one(cursor, ADDRESS_LOCKS, IMPORT_LOCK, [number])
            insurance_id = hand.insert(cursor, Insurance, insurance_row)
            made: Made = [(Insurance, insurance_id)]
            _one(cursor, hand.sql(COMPANIES_IN_BUILDING), insurance.near_key)
            plan_row["company_id"] = company.pk
            if is_new:
                company_id = hand.insert(cursor, InsuranceCompany, company_row)
                made.append((InsuranceCompany, company_id))
                plan_row["company_id"] = company_id
            plan_id = hand.insert(cursor, InsurancePlan, plan_row)
            made.append((InsurancePlan, plan_id))
            link.update(plan_id=plan_id, insurance_id=insurance_id)
            link_id = hand.insert(cursor, InsuranceLink, link)
            _log_made(hand, cursor, events, link_id, link, made)

    return run


def _one(cursor: Any, statement: str, *values: Any) -> None:
    cursor.execute(statement, values)
    cursor.fetchall()


def _crossing(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in CROSSING}


def _new(hand: ByHand, record: Record) -> Values:
    record.derive()
    record.stamp()
    return hand.values(record)


def _changed(hand: ByHand, record: Record, *names: str) -> Values:
    """Return what an update sets: the columns of these names, and the stamps."""
    record.derive()
    record.stamp()
    row = hand.values(record, *names, "version", "updated_at", "updated_by")
    return {**row, "version": record.version + 1}


def _event(
    hand: ByHand, rule: str, outcome: str, source: Any, target: Any, before: str | None = None
) -> Values:
    """Return the row of an event; keys that aren't known yet are left open."""
    changes = {} if before is None else {"phone": [before, source.phone]}
    event = SyncEvent(
        rule=rule,
        outcome=outcome,
        source_model=source._meta.label,
        source_id=source.pk,
        source_text=str(source),
        target_model=target._meta.label,
        target_id=target.pk,
        target_text=str(target),
        source_changes=changes,
        changes=changes,
        actor=current_action().actor,
        batch=uuid.uuid4(),
        created_at=timezone.now(),
    )
    return hand.values(event)


def _log_made(
    hand: ByHand, cursor: Any, events: list[Values], link_id: int, link: Values, made: Made
) -> None:
    """Insert the events, each with the key of what it made and what undoing it needs."""
    (_source, source_id), *targets = made
    ended = {"id": link_id, "plan": link["plan_id"], "insurance": link["insurance_id"]}
    for number, (event, (model, key)) in enumerate(zip(events, targets, strict=True)):
        undo: dict[str, Any] = {"created": [[model._meta.label, key]]}
        if number == 0:
            undo["created"].append([made[0][0]._meta.label, source_id])
        if number == len(events) - 1:
            undo["link"] = ended
        event.update(source_id=source_id, target_id=key)
        event["undo"] = hand.as_json(SyncEvent, "undo", undo)
    hand.insert(cursor, SyncEvent, *events)
