"""What the rules make of companies: they stay in PM."""

from collections.abc import Iterable, Sequence

from pm.models import InsuranceCompany
from sync.pairs.stale_names import stale_name_counts
from sync.rules import table
from sync.rules.decision import NOT_PROPAGATED, Cause, Outcome
from sync.rules.reasons import Code, because


def decide_companies(
    companies: Sequence[InsuranceCompany], cause: Cause, hold: bool = False
) -> Iterable[Outcome]:
    renamed = [c for c in companies if c.before and c.before.name != c.name]
    stale = stale_name_counts({company.pk: company.name for company in renamed})
    for company in companies:
        outcome = Outcome(None, NOT_PROPAGATED, company)
        outcome.source_changes = cause.changes_of(company)
        if cause is Cause.DELETED:
            outcome.reason = because(Code.DELETED)
        elif company.before is None:
            outcome.rule = table.PM_COMPANY_ADDED
        else:
            outcome.rule = table.PM_COMPANY_EDITED
            if count := stale.get(company.pk, 0):
                outcome.reason = because(Code.STALE_NAMES, count=count)
        yield outcome
