"""What whoever adds a record is asked about: what is like it already, and where it may belong."""

from typing import Any

import pytest

from ehr.models import Insurance
from kareo.records.asking.answers import Answers, record_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.rules import dry_run
from sync.rules.doubts import Doubt, alike_already
from tests.editing import typed
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory, insurance_of, orphan_plan

pytestmark = pytest.mark.django_db


def company(name: str) -> InsuranceCompany:
    return CompanyFactory(name=name, **AETNA_ADDRESS)


def plan(company_name: str) -> InsurancePlan:
    return PlanFactory(company=company(company_name), name="HMO", **AETNA_ADDRESS)


def doubts_about(**values: Any) -> list[Doubt]:
    """Return the doubts about a new insurance at Aetna's address."""
    insurance = typed(
        Insurance(**{**AETNA_ADDRESS, "company_name": "Aetna", "plan_name": "HMO", **values})
    )
    insurance.answers = Answers()
    return dry_run([insurance]).doubts(insurance)


def test_of_several_companies_none_of_the_name_the_oldest_is_asked_about_with_the_others() -> None:
    oldest, newer = company("UMR"), company("Cigna")

    [doubt] = doubts_about()

    assert (doubt.record, doubt.others) == (oldest, (newer,))
    was = doubt.id
    newer.name = "Cigna West"
    newer.save()
    assert doubts_about()[0].id != was, "another name is another question"


def test_an_insurance_whose_plan_is_the_same_is_there_already_under_the_name_it_has() -> None:
    insurance = insurance_of(plan("Aetna"))
    Insurance.objects.filter(pk=insurance.pk).update(company_name="Aetna Old", name_key="aetna old")

    assert [doubt.record for doubt in doubts_about()] == [insurance]


def test_one_that_is_inactive_is_another_question() -> None:
    insurance = insurance_of(plan("Aetna"))
    assert [doubt.id for doubt in doubts_about()] == [record_key(insurance)]

    insurance.is_active = False
    insurance.save()

    assert [doubt.id for doubt in doubts_about()] == [f"{record_key(insurance)}:inactive"]


def test_an_inactive_company_of_the_name_is_asked_about_where_a_second_one_would_be_made() -> None:
    aetna = company("AETNA")
    assert doubts_about() == []
    aetna.is_active = False
    aetna.save()

    [doubt] = doubts_about()

    assert (doubt.record, doubt.id) == (aetna, f"{record_key(aetna)}:inactive")
    assert doubts_about(company_name="Cigna") == []
    company("Cigna")
    assert doubts_about() == [], "no second one is made"


def test_an_orphan_of_an_inactive_company_is_asked_about_alone() -> None:
    orphan = orphan_plan(company=company("Aetna"), name="HMO", **AETNA_ADDRESS)
    InsuranceCompany.objects.change(is_active=False)

    assert [doubt.record for doubt in doubts_about()] == [orphan]


def test_an_orphan_under_one_of_several_companies_is_preset_only_where_it_has_the_typed_name() -> (
    None
):
    company("UMR")
    orphan = orphan_plan(company=company("Aetna"), name="HMO", **AETNA_ADDRESS)

    [named] = [doubt for doubt in doubts_about() if doubt.is_orphan]

    assert (named.record, named.is_preset) == (orphan, True)


def test_what_is_like_it_is_told_by_the_plan_that_is_made_for_it_and_no_company() -> None:
    there_is = plan("Aetna")
    insurance = insurance_of(there_is)
    Insurance.objects.filter(pk=insurance.pk).update(company_name="UHC", name_key="uhc")
    there = {**AETNA_ADDRESS, "street_2": "Suite 4"}
    added = typed(Insurance(**there, company_name="Aetna", plan_name="HMO"))
    made = typed(InsurancePlan(**there, company=there_is.company, name="HMO"))

    assert [alike.record for alike in alike_already(added, [made.company, made])] == [insurance]
    assert alike_already(added, [made.company]) == []

    insurance.delete()
    assert alike_already(added, [made]) == [], "of an orphan there is none"
