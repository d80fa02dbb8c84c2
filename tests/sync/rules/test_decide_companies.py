"""What is decided for companies: nothing crosses, and stale names are counted."""

import pytest

from sync.models import SyncEvent
from sync.rules import Cause, decide, dry_run
from sync.rules.decision import NOT_PROPAGATED
from tests.conftest import Statements
from tests.editing import typed
from tests.factories import CompanyFactory, PlanFactory
from tests.screens import rule_of, why

pytestmark = pytest.mark.django_db


def test_a_typed_company_would_stay_in_pm() -> None:
    company = CompanyFactory.build()
    company.derive()

    [outcome] = decide([company]).outcomes

    assert (rule_of(outcome), outcome.kind) == ("pm-company-added", NOT_PROPAGATED)
    assert (outcome.target, outcome.changes, why(outcome)) == (None, {}, "")


def test_a_typed_rename_would_leave_names_stale_and_counts_them() -> None:
    company = PlanFactory(company__name="Aetna").company
    PlanFactory(company=company)

    [outcome] = decide([typed(company, name="Aetna Inc")]).outcomes

    assert (rule_of(outcome), outcome.kind) == ("pm-company-edited", NOT_PROPAGATED)
    assert outcome.source_changes == {"name": ["Aetna", "Aetna Inc"]}
    assert why(outcome).startswith("2 EHR names still show")


def test_what_is_decided_for_a_rename_is_what_its_save_does() -> None:
    company = PlanFactory().company
    PlanFactory(company=company)
    renamed = typed(company, name="Aetna Inc")
    [outcome] = dry_run([renamed]).outcomes
    company.name = "Aetna Inc"

    company.save()

    event = SyncEvent.objects.latest("pk")
    assert (why(event), event.source_changes) == (why(outcome), outcome.source_changes)


def test_each_of_many_renamed_companies_counts_its_own_stale_names() -> None:
    companies = [plan.company for plan in PlanFactory.create_batch(2)]
    PlanFactory(company=companies[1])
    unchanged = PlanFactory().company
    decided = decide(
        [*(typed(company, name=f"New {company.pk}") for company in companies), typed(unchanged)]
    ).outcomes

    assert [why(outcome)[:11] for outcome in decided] == ["1 EHR name ", "2 EHR names", ""]


def test_deciding_sends_reads_only(statements: Statements) -> None:
    company = typed(PlanFactory().company, name="Aetna Inc")

    with statements() as sent:
        decide([company])
        decide([company], Cause.DELETED)

    assert sent
    assert all(sql.startswith("SELECT") for sql in sent)
