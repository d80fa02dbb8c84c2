"""What is decided for companies: nothing crosses, and stale names are counted."""

import pytest

from sync.decide import NOT_PROPAGATED, Happened, decide
from sync.models import SyncEvent
from tests.factories import CompanyFactory, PlanFactory, anew

pytestmark = pytest.mark.django_db


def typed(company, **values):
    """Return a stored company as typed in a form and not saved."""
    record = anew(company)
    record.before = anew(company)
    for name, value in values.items():
        setattr(record, name, value)
    record.derive()
    return record


def test_a_typed_company_would_stay_in_pm():
    company = CompanyFactory.build()
    company.derive()

    [outcome] = decide([company])

    assert (outcome.rule.id, outcome.outcome) == ("pm-company-added", NOT_PROPAGATED)
    assert (outcome.target, outcome.changes, outcome.note) == (None, {}, "")


def test_a_typed_rename_would_leave_names_stale_and_counts_them():
    company = PlanFactory(company__name="Aetna").company
    PlanFactory(company=company)

    [outcome] = decide([typed(company, name="Aetna Inc")])

    assert (outcome.rule.id, outcome.outcome) == ("pm-company-edited", NOT_PROPAGATED)
    assert outcome.source_changes == {"name": ["Aetna", "Aetna Inc"]}
    assert outcome.note.startswith("2 EHR names still show")


def test_what_is_decided_for_a_rename_is_what_its_save_does():
    company = PlanFactory().company
    PlanFactory(company=company)
    [outcome] = decide([typed(company, name="Aetna Inc")])
    company.name = "Aetna Inc"

    company.save()

    event = SyncEvent.objects.first()
    assert (event.note, event.source_changes) == (outcome.note, outcome.source_changes)


def test_each_of_many_renamed_companies_counts_its_own_stale_names():
    companies = [plan.company for plan in PlanFactory.create_batch(2)]
    PlanFactory(company=companies[1])
    unchanged = PlanFactory().company
    decided = decide(
        [*(typed(company, name=f"New {company.pk}") for company in companies), typed(unchanged)]
    )

    assert [outcome.note[:11] for outcome in decided] == ["1 EHR name ", "2 EHR names", ""]


def test_deciding_sends_reads_only(statements):
    company = typed(PlanFactory().company, name="Aetna Inc")

    with statements() as sent:
        decide([company])
        decide([company], Happened.DELETED)

    assert sent
    assert all(sql.startswith("SELECT") for sql in sent)
