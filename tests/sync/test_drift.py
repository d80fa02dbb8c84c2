"""Where the two lists no longer agree."""

import pytest

from ehr.models import Insurance
from pm.models import InsurancePlan
from sync import drift
from tests.factories import (
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db


def rename(company, name):
    company.name = name
    company.save()


def test_pairs_in_sync_show_no_drift():
    PlanFactory()
    InsuranceFactory()

    assert not drift.stale_names().exists()
    assert not drift.orphan_plans().exists()
    assert not drift.orphan_insurances().exists()


def test_stale_names_are_counted_by_company():
    first, second, third = CompanyFactory.create_batch(3)
    for company, plans in ((first, 2), (second, 1), (third, 1)):
        PlanFactory.create_batch(plans, company=company)
    rename(first, "Aetna Inc")
    rename(second, "Cigna Inc")

    counts = drift.stale_name_counts({c.pk: c.name for c in (first, second, third)})

    assert counts == {first.pk: 2, second.pk: 1}
    assert drift.stale_name_counts({}) == {}


def test_only_orphans_are_orphans():
    PlanFactory()
    plan, insurance = orphan_plan(), orphan_insurance()

    assert list(drift.orphan_plans()) == [plan]
    assert list(drift.orphan_insurances()) == [insurance]


def test_what_was_written_behind_the_rules_is_found_as_drift():
    Insurance.objects.bulk_create([InsuranceFactory.build()])
    InsurancePlan.objects.bulk_create([PlanFactory.build(company=CompanyFactory())])
    Insurance.objects.filter(link__plan=PlanFactory()).update(company_name="Typo")

    assert drift.orphan_insurances().count() == 1
    assert drift.orphan_plans().count() == 1
    assert drift.stale_names().count() == 1


def test_old_names_are_listed_with_how_often_each_still_shows_commonest_first():
    company, other = CompanyFactory(name="Aetna"), CompanyFactory(name="Cigna")
    PlanFactory(company=company)
    PlanFactory(company=other)
    rename(company, "Aetna Inc")
    PlanFactory.create_batch(2, company=company)
    rename(company, "Aetna Health")
    rename(other, "Cigna Inc")

    assert drift.old_names(company) == [("Aetna Inc", 2), ("Aetna", 1)]
