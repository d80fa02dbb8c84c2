"""The links and events of an import by hand."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from sync.models import InsuranceLink, SyncEvent
from tests.benchmarks.baselines.by_hand import ByHand, Values

COMPANY, PLAN, INSURANCE = "pm.InsuranceCompany", "pm.InsurancePlan", "ehr.Insurance"
REASON = "jsonb_build_object('code', 'imported', 'file', %s::text, 'lines', new.lines::jsonb)"
# Each column that isn't the same in all events, as an expression.
OF_COMPANIES = {
    "source_id": "company.id",
    "source_text": "company.name",
    "reason": REASON,
    "undo": f"jsonb_build_object('created', jsonb_build_array(jsonb_build_array('{COMPANY}',"
    " company.id)))",
}
# In the order of the file, as the program logs them, whichever way the database joins.
FROM_COMPANIES = (
    "unnest(%s::bigint[], %s::text[]) AS new(id, lines)"
    " JOIN pm_insurancecompany AS company ON company.id = new.id ORDER BY new.id"
)
OF_PLANS = {
    "source_id": "plan.id",
    "source_text": "company.name || ' – ' || plan.name || ' (' || plan.street_1 || ', '"
    " || plan.zip_code || ')'",
    "target_id": "insurance.id",
    "target_text": "insurance.name",
    "reason": REASON,
    "undo": "jsonb_build_object('link', jsonb_build_object('id', link.id, 'plan', plan.id,"
    f" 'insurance', insurance.id), 'created', jsonb_build_array(jsonb_build_array('{INSURANCE}',"
    f" insurance.id), jsonb_build_array('{PLAN}', plan.id)))",
}
FROM_PLANS = (
    "unnest(%s::bigint[], %s::text[]) AS new(id, lines)"
    " JOIN pm_insuranceplan AS plan ON plan.id = new.id"
    " JOIN pm_insurancecompany AS company ON company.id = plan.company_id"
    " JOIN sync_insurancelink AS link ON link.plan_id = plan.id"
    " JOIN ehr_insurance AS insurance ON insurance.id = link.insurance_id ORDER BY new.id"
)


@dataclass(slots=True)
class Added:
    """What a batch adds: rows with their keys, and the lines that name them."""

    file: str
    companies: dict[str, Values] = field(default_factory=dict)  # by the key of the name
    plans: list[Values] = field(default_factory=list)
    insurances: list[Values] = field(default_factory=list)
    company_lines: list[list[int]] = field(default_factory=list)
    plan_lines: list[list[int]] = field(default_factory=list)
    batch: uuid.UUID = field(default_factory=uuid.uuid4)


def by_select(hand: ByHand, cursor: Any, added: Added) -> None:
    """Insert them from the rows that were just written."""
    plans = [plan["id"] for plan in added.plans]
    insurances = [insurance["id"] for insurance in added.insurances]
    link = hand.values(InsuranceLink())
    _insert_select(
        cursor,
        "sync_insurancelink",
        {**link, "plan_id": None, "insurance_id": None},
        {"plan_id": "new.plan_id", "insurance_id": "new.insurance_id"},
        "unnest(%s::bigint[], %s::bigint[]) AS new(plan_id, insurance_id)",
        [plans, insurances],
    )
    companies = [company["id"] for company in added.companies.values()]
    for same, expressions, source, keys, lines in (
        (_of_companies(hand, added), OF_COMPANIES, FROM_COMPANIES, companies, added.company_lines),
        (_of_plans(hand, added), OF_PLANS, FROM_PLANS, plans, added.plan_lines),
    ):
        of_new = [keys, list(map(json.dumps, lines))]
        _insert_select(cursor, "sync_syncevent", same, expressions, source, of_new, added.file)


def by_executemany(hand: ByHand, cursor: Any, added: Added) -> None:
    """Insert them row by row."""
    keys = hand.new_keys(cursor, "sync_insurancelink", len(added.plans))
    same = {"id": 0, **hand.values(InsuranceLink())}
    links = [
        {**same, "id": key, "plan_id": plan["id"], "insurance_id": insurance["id"]}
        for key, plan, insurance in zip(keys, added.plans, added.insurances, strict=True)
    ]
    hand.insert_many(cursor, "sync_insurancelink", list(same), links)
    events = [*_company_events(hand, added), *_plan_events(hand, added, links)]
    if events:
        hand.insert_many(cursor, "sync_syncevent", list(events[0]), events)


def _insert_select(
    cursor: Any,
    table: str,
    same: Values,
    expressions: dict[str, str],
    source: str,
    of_new: list[Any],
    *of_expressions: Any,
) -> None:
    """Insert a row for each of `source`: `same` in all, but for the columns of `expressions`."""
    same = {c: value for c, value in same.items() if value is not None or c in expressions}
    columns = ", ".join(f'"{column}"' for column in same)
    chosen = ", ".join(expressions.get(column, "%s") for column in same)
    before = list(same)[: list(same).index("reason")] if "reason" in same else list(same)
    values = [same[column] for column in before if column not in expressions]
    values += of_expressions
    values += [same[name] for name in same if name not in expressions and name not in before]
    cursor.execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {chosen} FROM {source}',  # noqa: S608 (no input)
        [*values, *of_new],
    )


def _of_companies(hand: ByHand, added: Added) -> Values:
    event = SyncEvent(rule="pm-company-added", outcome="not_propagated", source_model=COMPANY)
    return _same(hand, added, event)


def _of_plans(hand: ByHand, added: Added) -> Values:
    event = SyncEvent(
        rule="pm-plan-added", outcome="created", source_model=PLAN, target_model=INSURANCE
    )
    return _same(hand, added, event)


def _same(hand: ByHand, added: Added, event: SyncEvent) -> Values:
    event.actor, event.batch, event.created_at = "import_insurances", added.batch, timezone.now()
    return hand.values(event)


def _company_events(hand: ByHand, added: Added) -> Iterator[Values]:
    same = _of_companies(hand, added)
    for company, lines in zip(added.companies.values(), added.company_lines, strict=True):
        yield same | {
            "source_id": company["id"],
            "source_text": company["name"],
            "reason": json.dumps({"code": "imported", "file": added.file, "lines": lines}),
            "undo": json.dumps({"created": [[COMPANY, company["id"]]]}),
        }


def _plan_events(hand: ByHand, added: Added, links: list[Values]) -> Iterator[Values]:
    same = _of_plans(hand, added)
    rows = zip(added.plans, added.insurances, links, added.plan_lines, strict=True)
    for plan, insurance, link, lines in rows:
        company = insurance["company_name"]
        ids = {"id": link["id"], "plan": plan["id"], "insurance": insurance["id"]}
        made = [[INSURANCE, insurance["id"]], [PLAN, plan["id"]]]
        yield same | {
            "source_id": plan["id"],
            "source_text": f"{company} – {plan['name']} ({plan['street_1']}, {plan['zip_code']})",
            "target_id": insurance["id"],
            "target_text": insurance["name"],
            "reason": json.dumps({"code": "imported", "file": added.file, "lines": lines}),
            "undo": json.dumps({"link": ids, "created": made}),
        }
