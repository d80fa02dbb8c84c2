"""Where the two lists no longer agree."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from ehr.models import Insurance
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.drift import findings
from sync.matching.look_alikes import same
from sync.models import InsuranceLink
from sync.pairs.flags import differing_pairs, stale_names, wrong_flags
from sync.pairs.sides import EHR, PM
from sync.pairs.state import pair_of
from sync.propagation import dismiss
from sync.propagation.flagging import recheck
from tests.editing import edit
from tests.factories import (
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db

FINDINGS = {finding.id: finding for finding in findings.FINDINGS}


def test_pairs_in_sync_show_no_drift() -> None:
    PlanFactory()
    InsuranceFactory()

    assert not stale_names().exists()
    assert not PM.orphans().exists()
    assert not EHR.orphans().exists()


def test_only_orphans_are_orphans() -> None:
    PlanFactory()
    plan, insurance = orphan_plan(), orphan_insurance()

    assert list(PM.orphans()) == [plan]
    assert list(EHR.orphans()) == [insurance]


def test_what_was_written_behind_the_rules_is_found_as_drift() -> None:
    Insurance.objects.bulk_create([InsuranceFactory.build()])
    InsurancePlan.objects.bulk_create([PlanFactory.build(company=CompanyFactory())])
    behind_the_rules(PlanFactory(), company_name="Typo")

    assert EHR.orphans().count() == 1
    assert PM.orphans().count() == 1
    assert stale_names().count() == 1


def behind_the_rules(plan: InsurancePlan, **values: Any) -> None:
    """Write the plan's insurance as raw SQL does, and compare all pairs."""
    Insurance.objects.filter(link__plan=plan).update(**values)
    assert sum(recheck()) == 1
    assert not wrong_flags().exists()


def found(finding_id: str) -> set[Record]:
    """Return the records of the list that is narrowed to a finding; hold that its count agrees."""
    finding = FINDINGS[finding_id]
    assert finding.model is not None
    keys = finding.search()
    rows = finding.narrow(finding.model._default_manager.all(), keys)
    assert len(keys) == rows.count()
    return set(rows)


def test_a_stale_name_is_found_as_that_alone() -> None:
    PlanFactory()
    stale = PlanFactory()
    edit(stale.company, name="Aetna Inc")

    assert found("stale-names") == {stale}
    assert found("differs") == set()


@pytest.mark.parametrize("field", EHR.fields)
def test_a_pair_that_differs_in_any_field_is_found_and_its_page_says_so_too(field: str) -> None:
    agreeing, plan = PlanFactory.create_batch(2, phone="800-555-0101", fax="800-555-0102")
    other = {"is_active": False, "state": "NV", "zip_code": "89501"}.get(field, "Other")
    behind_the_rules(plan, **{field: other})

    assert found("differs") == {plan}
    assert found("stale-names") == set()
    assert set(pair_of(plan).changes) == {field}
    assert not pair_of(agreeing).changes


def test_a_pair_may_have_a_stale_name_and_differ() -> None:
    plan = PlanFactory()
    behind_the_rules(plan, company_name="Old", plan_name="OLD")

    assert found("stale-names") == found("differs") == {plan}
    assert set(pair_of(plan).changes) == {"company_name", "plan_name"}


def test_a_pair_that_differs_counts_though_both_sides_are_inactive() -> None:
    plan = PlanFactory(is_active=False)
    behind_the_rules(plan, phone="800-555-0101")

    assert found("differs") == {plan}


def test_only_active_orphans_wait_for_somebody() -> None:
    plan, insurance = orphan_plan(), orphan_insurance()
    for record in (orphan_plan(), orphan_insurance()):
        record.is_active = False
        record.save()

    assert found("orphan-plans") == {plan}
    assert found("orphan-insurances") == {insurance}
    assert PM.orphans().count() == EHR.orphans().count() == 2


BOX = {"street_1": "PO Box 1200", "city": "Irvine", "state": "CA", "zip_code": "92617"}
STREET = {"street_1": "111 Academy Drive", "city": "Irvine", "state": "CA", "zip_code": "92617"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({"name": "Aetna", **STREET}, {"name": "AETNA.", **STREET}, True),
        (
            {"name": "Aetna", **STREET},
            {"name": "Aetna", **STREET, "street_1": "111 Academy Dr."},
            True,
        ),
        ({"name": "Aetna", **STREET}, {"name": "Aetna", **STREET, "street_2": "Suite 5"}, True),
        ({"name": "Aetna", **STREET}, {"name": "Cigna", **STREET}, False),
        ({"name": "Aetna", **STREET}, {"name": "Aetna", **BOX}, False),
        ({"name": "Aetna", **STREET}, {"name": "Aetna", **STREET, "is_active": False}, False),
        ({"name": "Aetna", "street_1": ""}, {"name": "Aetna", "street_1": ""}, False),
    ],
)
def test_companies_look_alike_by_name_and_building(
    one: dict[str, str], other: dict[str, Any], alike: bool
) -> None:
    companies = {CompanyFactory(**one), CompanyFactory(**other)}

    assert found("look-alike-companies") == (companies if alike else set())


NO_ADDRESS = dict.fromkeys(STREET, "")


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ({"phone": "800.555.0101"}, True),
        ({"phone": "800-555-0101", "name": "AETNA, Inc.", "city": "Irvine"}, True),
        ({"phone": "800-555-0102"}, False),
        ({"phone": "800-555-0101 ext. 1"}, False),
        ({"phone": ""}, False),
        ({"phone": "800-555-0101", "name": "Cigna"}, False),
        ({"phone": "800-555-0101", **STREET}, False),
        ({"phone": "800-555-0101", "is_active": False}, False),
    ],
)
def test_companies_without_an_address_look_alike_by_name_and_phone(
    other: dict[str, Any], alike: bool
) -> None:
    first = CompanyFactory(name="Aetna", phone="(800) 555-0101", **NO_ADDRESS)
    second = CompanyFactory(**{"name": "Aetna", **NO_ADDRESS, **other})
    CompanyFactory.create_batch(2, name="Aetna", **NO_ADDRESS, street_2="PO Box A")

    finding, companies = FINDINGS["look-alike-companies"], InsuranceCompany.objects.all()
    assert found(finding.id) == ({first, second} if alike else set())
    assert finding.among
    assert set(finding.among(companies.values("pk"))) == found(finding.id)
    assert (second in same(first)) is (alike or not second.is_active)  # who adds one is asked
    dismiss(first, second.pk)
    assert found(finding.id) == set()


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ({"payer_id": "AB12"}, True),
        ({"payer_id": "ab12 "}, True),
        ({"payer_id": "AB13"}, False),
        ({"payer_id": "AB12", "is_active": False}, False),
        ({"payer_id": ""}, False),
    ],
)
def test_companies_of_one_payer_id(other: dict[str, Any], alike: bool) -> None:
    companies = {CompanyFactory(payer_id="AB12"), CompanyFactory(**other)}
    CompanyFactory(payer_id="")

    assert found("same-payer-id") == (companies if alike else set())


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        ({"name": "U.H.C."}, True),
        ({"other_names": "uhc"}, True),
        ({"name": "UHC", "is_active": False}, False),
        ({"other_names": "UHC", "is_active": False}, False),
        ({"name": "Humana", "other_names": "United"}, False),
    ],
)
def test_companies_of_a_shared_name(other: dict[str, Any], shared: bool) -> None:
    companies = {CompanyFactory(other_names="HUM\nUHC"), CompanyFactory(**other)}
    CompanyFactory(other_names="CVS")

    assert found("shared-names") == (companies if shared else set())


ALIKE: dict[str, dict[str, str]] = {
    "look-alike-companies": {"name": "Aetna", **STREET},
    "same-payer-id": {"payer_id": "60054"},
    "shared-names": {"other_names": "UHC"},
}


@pytest.mark.parametrize("finding", ALIKE)
class TestDismissed:
    """Look-alikes of which somebody said that they are two."""

    def alike(self, finding: str, count: int) -> list[InsuranceCompany]:
        return [CompanyFactory(**ALIKE[finding]) for _ in range(count)]

    def both_ways(self, finding: str) -> set[Record]:
        """Return what a search finds, which must be what a look at each finds."""
        if among := FINDINGS[finding].among:
            keys = [company.pk for company in InsuranceCompany.objects.all()]
            assert set(among(keys)) == found(finding)
        return found(finding)

    def test_two_are_counted_no_more(self, finding: str) -> None:
        first, second = self.alike(finding, 2)

        dismiss(second, first.pk)

        assert self.both_ways(finding) == set()

    @pytest.mark.parametrize("changed", [0, 1])
    def test_a_change_of_either_brings_them_back(self, finding: str, changed: int) -> None:
        companies = self.alike(finding, 2)
        dismiss(companies[0], companies[1].pk)

        edit(companies[changed], phone="800-555-0100")

        assert self.both_ways(finding) == set(companies)
        dismiss(companies[0], companies[1].pk)
        assert self.both_ways(finding) == set()

    def test_what_is_not_compared_brings_nothing_back(self, finding: str) -> None:
        first, second = self.alike(finding, 2)
        dismiss(first, second.pk)

        edit(first, notes="Called on Monday.")

        assert self.both_ways(finding) == set()

    def test_of_three_those_are_left_that_may_still_be_one(self, finding: str) -> None:
        first, second, third = self.alike(finding, 3)

        dismiss(first, second.pk)
        assert self.both_ways(finding) == {first, second, third}
        dismiss(third, first.pk)
        assert self.both_ways(finding) == {second, third}


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ({"name": "AETNA (HMO)", **STREET}, True),
        ({"name": "Aetna HMO", **STREET, "street_2": "Floor 3"}, True),
        ({"name": "Aetna PPO", **STREET}, False),
        ({"name": "Aetna HMO", **BOX}, False),
        ({"name": "Aetna HMO", **STREET, "is_active": False}, False),
    ],
)
def test_plans_of_one_company_look_alike_by_name_and_building(
    other: dict[str, Any], alike: bool
) -> None:
    first = PlanFactory(name="Aetna HMO", **STREET)
    second = PlanFactory(company=first.company, **other)
    PlanFactory(name="Aetna HMO", **STREET)  # another company's

    assert found("look-alike-plans") == ({first, second} if alike else set())


def test_plans_without_a_usable_address_are_not_alike() -> None:
    company = CompanyFactory()
    PlanFactory.create_batch(2, company=company, name="Aetna HMO", street_1="Claims Department")

    assert found("look-alike-plans") == set()


def test_a_company_that_the_ehr_made_waits_for_its_payer_id() -> None:
    InsuranceFactory(company_name="Made in the EHR")
    CompanyFactory(name="Made in PM")
    company = InsuranceCompany.objects.get(name="Made in the EHR")

    assert found("to-complete") == {company}

    company.payer_id = "60054"
    company.save()
    assert found("to-complete") == set()


def test_an_inactive_company_waits_for_nobody() -> None:
    InsuranceFactory()
    CompanyFactory(street_1="")
    InsuranceCompany.objects.update(is_active=False)

    assert found("to-complete") == found("no-address") == set()


def test_companies_without_an_address_are_those_that_no_insurance_can_find() -> None:
    CompanyFactory(**STREET)
    blank = CompanyFactory(street_1="", city="", state="", zip_code="")
    thin = CompanyFactory(street_1="", city="Irvine", state="CA", zip_code="92617")

    assert found("no-address") == {blank, thin}


def test_counting_stops_where_nobody_would_read_on(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(findings, "MOST_COUNTED", 2)
    companies = CompanyFactory.create_batch(5, street_1="")
    finding = FINDINGS["no-address"]

    with django_assert_num_queries(1):
        keys = finding.search()
    assert len(keys) == 4
    assert set(finding.narrow(InsuranceCompany.objects.all(), keys)) == set(companies)


def test_every_finding_is_counted_in_one_query_and_one_for_what_was_dismissed(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    InsuranceFactory()
    assert len(FINDINGS) == len(findings.FINDINGS)
    for finding in findings.FINDINGS:
        is_dismissed = finding.id in {"look-alike-companies", "same-payer-id"}
        with django_assert_num_queries(2 if is_dismissed else 1):
            finding.search()


def test_a_link_shows_up_once_whatever_is_wrong_with_it() -> None:
    plan = PlanFactory()
    behind_the_rules(plan, plan_name="A", street_1="B", phone="800-555-0101")

    assert list(differing_pairs()) == [InsuranceLink.objects.get(plan=plan)]


def test_a_policy_without_a_number_is_found_until_it_has_one() -> None:
    waiting = PolicyFactory(policy_number="")
    twice = PolicyFactory(policy_number="", patient=waiting.patient, rank="secondary")
    PolicyFactory()
    PolicyFactory(policy_number="", is_active=False)
    PolicyFactory(policy_number="", patient=PMPatientFactory(is_active=False))

    assert found("no-policy-number") == {waiting.patient}

    edit(waiting, policy_number="W1")
    edit(twice, policy_number="W2")
    assert found("no-policy-number") == set()
