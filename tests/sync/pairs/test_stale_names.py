"""EHR names that show another company name than PM has now, by company and by name."""

import pytest

from sync.pairs.stale_names import old_names, stale_name_counts
from tests.editing import edit
from tests.factories import CompanyFactory, PlanFactory

pytestmark = pytest.mark.django_db


def test_stale_names_are_counted_by_company() -> None:
    first, second, third = CompanyFactory.create_batch(3)
    for company, plans in ((first, 2), (second, 1), (third, 1)):
        PlanFactory.create_batch(plans, company=company)
    edit(first, name="Aetna Inc")
    edit(second, name="Cigna Inc")

    counts = stale_name_counts({c.pk: c.name for c in (first, second, third)})

    assert counts == {first.pk: 2, second.pk: 1}
    assert stale_name_counts({}) == {}


def test_old_names_are_listed_with_how_often_each_still_shows_commonest_first() -> None:
    company, other = CompanyFactory(name="Aetna"), CompanyFactory(name="Cigna")
    PlanFactory(company=company)
    PlanFactory(company=other)
    edit(company, name="Aetna Inc")
    PlanFactory.create_batch(2, company=company)
    edit(company, name="Aetna Health")
    edit(other, name="Cigna Inc")

    assert old_names(company) == [("Aetna Inc", 2), ("Aetna", 1)]
