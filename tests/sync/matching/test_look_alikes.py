"""Which stored records look like one that is typed, and how much."""

from typing import Any

import pytest

from ehr.models import Insurance
from kareo.records.asking.answers import Answers, record_key
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.matching.look_alikes import (
    MOST_SHOWN,
    Likeness,
    LookAlike,
    Shared,
    counterparts,
    look_alikes,
    same,
    same_orphans,
)
from tests.conftest import Statements
from tests.editing import R
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db

SPELT_OTHERWISE = {**AETNA_ADDRESS, "street_1": "111 ACADEMY DR.", "zip_code": "92617-1234"}
NEXT_SUITE = {**AETNA_ADDRESS, "street_2": "Suite 4"}
ELSEWHERE = {**AETNA_ADDRESS, "street_1": "7 Example Road"}
NO_ADDRESS = dict.fromkeys(AETNA_ADDRESS, "")


def typed(record: R) -> R:
    record.derive()
    return record


def ranks(found: list[LookAlike]) -> list[tuple[Record, Likeness]]:
    return [(alike.record, alike.rank) for alike in found]


class TestCompanies:
    def typed(self, **values: Any) -> InsuranceCompany:
        return typed(InsuranceCompany(**{"name": "Aetna", **AETNA_ADDRESS, **values}))

    def test_of_the_same_name_or_place_the_likest_first(self) -> None:
        other_name = CompanyFactory(name="VSP", **AETNA_ADDRESS)
        other_place = CompanyFactory(name="aetna", **ELSEWHERE)
        near = CompanyFactory(name="A.E.T.N.A", **NEXT_SUITE)
        same = CompanyFactory(name="AETNA", **SPELT_OTHERWISE)

        assert ranks(look_alikes(self.typed())) == [
            (same, Likeness.SAME),
            (near, Likeness.NEAR_BY),
            (other_place, Likeness.SAME_NAME),
            (other_name, Likeness.SAME_PLACE),
        ]

    @pytest.mark.parametrize(
        "values", [{"name": "Aetna Health", **ELSEWHERE}, {"name": "VSP", **NEXT_SUITE}]
    )
    def test_of_another_name_and_place_none(self, values: dict[str, str]) -> None:
        CompanyFactory(**values)

        assert look_alikes(self.typed()) == []

    def test_inactive_ones_too(self) -> None:
        """Adding it a second time is the wrong way to activate it."""
        inactive = CompanyFactory(name="Aetna", is_active=False, **AETNA_ADDRESS)

        assert ranks(look_alikes(self.typed())) == [(inactive, Likeness.SAME)]

    def test_without_an_address_by_name_only(self) -> None:
        CompanyFactory(name="VSP", **NO_ADDRESS)
        here, nowhere = CompanyFactory(name="Aetna"), CompanyFactory(name="Aetna", **NO_ADDRESS)

        found = ranks(look_alikes(self.typed(**NO_ADDRESS)))

        assert found == [(here, Likeness.NAME_ALONE), (nowhere, Likeness.NAME_ALONE)]

    def test_one_without_an_address_is_not_at_another(self) -> None:
        elsewhere = CompanyFactory(name="Aetna", **ELSEWHERE)
        nowhere = CompanyFactory(name="Aetna", **NO_ADDRESS)

        found = ranks(look_alikes(self.typed()))

        assert found == [(nowhere, Likeness.NAME_ALONE), (elsewhere, Likeness.SAME_NAME)]

    def test_without_a_name_by_address_only(self) -> None:
        CompanyFactory()
        here = CompanyFactory(name="VSP", **AETNA_ADDRESS)

        assert ranks(look_alikes(self.typed(name=""))) == [(here, Likeness.SAME_PLACE)]

    def test_not_itself(self) -> None:
        assert look_alikes(anew(CompanyFactory())) == []

    def test_no_more_than_a_few(self, statements: Statements) -> None:
        for _ in range(MOST_SHOWN + 2):
            CompanyFactory(name="Aetna", **AETNA_ADDRESS)

        with statements() as sent:
            found = look_alikes(self.typed())

        assert len(found) == MOST_SHOWN
        assert len(sent) == 2  # who else is called so, and all of them


def told(found: list[LookAlike]) -> list[tuple[Record, Likeness, dict[Shared, str]]]:
    return [(alike.record, alike.rank, dict(alike.shared)) for alike in found]


class TestCompaniesByWhatElseTheyHave:
    def typed(self, **values: Any) -> InsuranceCompany:
        return typed(InsuranceCompany(**{"name": "Aetna", **AETNA_ADDRESS, **values}))

    def test_the_same_payer_id_under_another_name(self) -> None:
        other = CompanyFactory(name="CVS Health", payer_id="60054")
        CompanyFactory(name="Humana", payer_id="61101")

        assert told(look_alikes(self.typed(payer_id="60054"))) == [
            (other, Likeness.SAME_PAYER_ID, {Shared.PAYER_ID: "60054"})
        ]

    @pytest.mark.parametrize(("typed", "stored"), [("ab12", " AB12"), ("AB12 ", "Ab12")])
    def test_a_payer_id_in_another_spelling(self, typed: str, stored: str) -> None:
        other = CompanyFactory(name="CVS Health", payer_id=stored)

        assert told(look_alikes(self.typed(payer_id=typed))) == [
            (other, Likeness.SAME_PAYER_ID, {Shared.PAYER_ID: "AB12"})
        ]

    def test_no_payer_id_is_no_common_one(self) -> None:
        CompanyFactory(name="Humana", payer_id="")

        assert look_alikes(self.typed(payer_id="")) == []

    @pytest.mark.parametrize(
        ("own", "theirs", "shared"),
        [
            ({"name": "U.H.C."}, {"other_names": "UHC"}, {Shared.ALSO_CALLED: "UHC"}),
            ({"other_names": "UHC"}, {"name": "U.H.C."}, {Shared.CALLED: "UHC"}),
            ({"other_names": "uhc"}, {"other_names": "UHC"}, {Shared.BOTH_CALLED: "UHC"}),
        ],
    )
    def test_an_other_name(
        self, own: dict[str, str], theirs: dict[str, str], shared: dict[Shared, str]
    ) -> None:
        CompanyFactory(name="Humana", other_names="HUM")
        other = CompanyFactory(**theirs)

        assert told(look_alikes(self.typed(**own))) == [(other, Likeness.OTHER_NAME, shared)]

    def test_the_likest_first_with_all_that_they_have_in_common(self) -> None:
        numbers = {"payer_id": "60054", "other_names": "Aetna"}
        by_name = CompanyFactory(name="CVS", other_names="Aetna")
        by_number = CompanyFactory(name="CVS Health", **numbers)
        same = CompanyFactory(name="Aetna", payer_id="60054", **AETNA_ADDRESS)

        also = {Shared.ALSO_CALLED: "Aetna"}
        assert told(look_alikes(self.typed(payer_id="60054"))) == [
            (same, Likeness.SAME, {Shared.PAYER_ID: "60054"}),
            (by_number, Likeness.SAME_PAYER_ID, {Shared.PAYER_ID: "60054", **also}),
            (by_name, Likeness.OTHER_NAME, also),
        ]

    @pytest.mark.parametrize(
        ("own", "theirs"),
        [
            ("UHC", "United Healthcare"),
            ("unitedhealthcare", "U.H.C."),
            ("BCBSIL", "Blue Cross and Blue Shield of Illinois"),
        ],
    )
    def test_a_widely_known_name(self, own: str, theirs: str) -> None:
        CompanyFactory(name="BCBSTX")
        other = CompanyFactory(name=theirs)

        assert told(look_alikes(self.typed(name=own))) == [
            (other, Likeness.WELL_KNOWN, {Shared.WELL_KNOWN: own})
        ]

    def test_not_itself_by_its_own_other_names(self) -> None:
        assert look_alikes(anew(CompanyFactory(payer_id="60054", other_names="UHC"))) == []


NUMBERS = {"payer_id": "60054", "phone": "(800) 555-0101"}


class TestCompaniesWithoutAddress:
    def typed(self, **values: Any) -> InsuranceCompany:
        return typed(InsuranceCompany(**{"name": "Aetna", **NO_ADDRESS, **NUMBERS, **values}))

    @pytest.mark.parametrize(
        ("numbers", "shared"),
        [
            ({"payer_id": "60054"}, {Shared.PAYER_ID: "60054"}),
            ({"phone": "800.555.0101"}, {Shared.PHONE: "800-555-0101"}),
            (NUMBERS, {Shared.PAYER_ID: "60054", Shared.PHONE: "800-555-0101"}),
        ],
    )
    def test_the_same_again_by_payer_id_or_phone(
        self, numbers: dict[str, str], shared: dict[Shared, str]
    ) -> None:
        other = CompanyFactory(name="AETNA", **NO_ADDRESS, **numbers)

        assert told(look_alikes(self.typed())) == [(other, Likeness.AGAIN, shared)]
        assert same(self.typed()) == [other]

    @pytest.mark.parametrize(
        "values",
        [
            {},  # no number
            {"payer_id": "61101", "phone": "800-555-0102"},
            {**NUMBERS, "name": "Humana"},
            {**NUMBERS, **AETNA_ADDRESS},
        ],
    )
    def test_nothing_else_is_the_same(self, values: dict[str, str]) -> None:
        CompanyFactory(**{"name": "Aetna", **NO_ADDRESS, **values})

        assert same(self.typed()) == []

    def test_no_number_is_no_common_one(self) -> None:
        CompanyFactory(name="Aetna", **NO_ADDRESS)

        assert same(self.typed(payer_id="", phone="")) == []

    def test_not_itself(self) -> None:
        assert same(anew(CompanyFactory(**NO_ADDRESS, **NUMBERS))) == []

    def test_with_an_address_numbers_alone_make_none_the_same(self) -> None:
        CompanyFactory(name="Aetna", **NO_ADDRESS, **NUMBERS)

        assert same(self.typed(**AETNA_ADDRESS)) == []


class TestPlans:
    def typed(self, company: InsuranceCompany | None, **values: Any) -> InsurancePlan:
        return typed(InsurancePlan(company=company, **{"name": "HMO", **AETNA_ADDRESS, **values}))

    def test_of_the_same_company_and_name_the_likest_first(self) -> None:
        company = CompanyFactory()
        other_place = PlanFactory(company=company, name="h.m.o.", **ELSEWHERE)
        near = PlanFactory(company=company, name="HMO", **NEXT_SUITE)
        same = PlanFactory(company=company, name="HMO", **SPELT_OTHERWISE)
        PlanFactory(company=company, name="PPO", **AETNA_ADDRESS)
        PlanFactory(name="HMO", **AETNA_ADDRESS)

        assert ranks(look_alikes(self.typed(company))) == [
            (same, Likeness.SAME),
            (near, Likeness.NEAR_BY),
            (other_place, Likeness.SAME_NAME),
        ]

    def test_of_a_company_that_is_new_or_not_picked_none(self) -> None:
        PlanFactory(name="HMO", **AETNA_ADDRESS)

        for company in (None, InsuranceCompany(name="Aetna")):
            assert look_alikes(self.typed(company)) == []

    def test_not_itself(self) -> None:
        assert look_alikes(anew(PlanFactory())) == []


class TestInsurances:
    def typed(self, **values: Any) -> Insurance:
        names = {"company_name": "Aetna", "plan_name": "HMO"}
        return typed(Insurance(**{**names, **AETNA_ADDRESS, **values}))

    def test_of_the_same_company_and_plan_name_the_likest_first(self) -> None:
        names = {"company_name": "AETNA", "plan_name": "hmo"}
        other_place = InsuranceFactory(**names, **ELSEWHERE)
        near = InsuranceFactory(**names, **NEXT_SUITE)
        same = InsuranceFactory(**names, **SPELT_OTHERWISE)
        InsuranceFactory(company_name="AETNA", plan_name="PPO", **AETNA_ADDRESS)
        InsuranceFactory(company_name="VSP", plan_name="HMO")

        assert ranks(look_alikes(self.typed())) == [
            (same, Likeness.SAME),
            (near, Likeness.NEAR_BY),
            (other_place, Likeness.SAME_NAME),
        ]

    @pytest.mark.parametrize("missing", ["company_name", "plan_name"])
    def test_none_until_both_names_are_typed(self, missing: str) -> None:
        InsuranceFactory(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)

        assert look_alikes(self.typed(**{missing: ""})) == []


class TestCounterparts:
    def test_of_a_plan_are_orphan_insurances(self) -> None:
        company = CompanyFactory(name="Aetna, Inc.")
        plan = PlanFactory(company=company, name="HMO", **AETNA_ADDRESS)
        names = {"company_name": "The AETNA", "plan_name": "H.M.O."}
        other_place = orphan_insurance(**names, **ELSEWHERE)
        near = orphan_insurance(**names, **NEXT_SUITE)
        same = orphan_insurance(**names, **SPELT_OTHERWISE)
        other_name = orphan_insurance(plan_name="Vision", **AETNA_ADDRESS)
        orphan_insurance(plan_name="Vision", **ELSEWHERE)
        InsuranceFactory(**names, **SPELT_OTHERWISE)

        assert ranks(counterparts(plan)) == [
            (same, Likeness.SAME),
            (near, Likeness.NEAR_BY),
            (other_place, Likeness.SAME_NAME),
            (other_name, Likeness.SAME_PLACE),
        ]

    def test_of_an_insurance_are_orphan_plans(self) -> None:
        company = CompanyFactory(name="The AETNA, Inc.")
        insurance = InsuranceFactory(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)
        other_name = orphan_plan(name="Vision", **AETNA_ADDRESS)
        other_place = orphan_plan(company=company, name="H.M.O.", **ELSEWHERE)
        near = orphan_plan(company=company, name="HMO", **NEXT_SUITE)
        same = orphan_plan(company=company, name="HMO", **SPELT_OTHERWISE)
        orphan_plan(name="HMO", **ELSEWHERE)
        PlanFactory(company=company, name="HMO", **SPELT_OTHERWISE)

        assert ranks(counterparts(insurance)) == [
            (same, Likeness.SAME),
            (near, Likeness.NEAR_BY),
            (other_place, Likeness.SAME_NAME),
            (other_name, Likeness.SAME_PLACE),
        ]

    def test_ask_a_constant_number_of_queries_and_can_be_named_without_more(
        self, statements: Statements
    ) -> None:
        insurance = InsuranceFactory(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)
        asked = []
        for count in (1, 3):
            for _ in range(count):
                orphan_plan(company=CompanyFactory(name="Aetna"), name="HMO", **AETNA_ADDRESS)
            with statements() as sent:
                assert [str(alike.record) for alike in counterparts(insurance)]
            asked.append(len(sent))

        assert asked[0] == asked[1]


class TestTokens:
    def test_name_a_record_and_no_other(self) -> None:
        plan = PlanFactory()
        record = insurance_of(plan)
        record.answers = Answers(choice=record_key(plan))

        assert record.answers.choice == f"pm.InsurancePlan:{plan.pk}"
        assert record.chosen_key(InsurancePlan) == plan.pk
        assert record.chosen_key(InsuranceCompany) is None
        assert record.chosen_key(Insurance) is None

    def test_may_name_the_version_that_was_shown(self) -> None:
        answers = Answers(choice="pm.InsurancePlan:5@3 not pm.InsurancePlan:7")

        assert answers.chosen_key(InsurancePlan) == 5
        assert answers.chosen_version == "3"
        assert answers.preset().choice == "pm.InsurancePlan:5 not pm.InsurancePlan:7"

    def test_of_what_was_preset_as_well(self) -> None:
        answers = Answers(choice="same pm.InsurancePlan:5@3.7 not pm.InsurancePlan:7")

        assert answers.is_preset
        assert answers.chosen_key(InsurancePlan) == 5
        assert answers.chosen_version == "3.7"
        assert answers.preset().choice == "same  not pm.InsurancePlan:7"

    @pytest.mark.parametrize(
        "choice",
        [
            "",
            ":",
            "5",
            "pm.InsurancePlan",
            "pm.InsurancePlan:",
            "pm.InsurancePlan:5 ",
            "pm.InsurancePlan:+5",
            "pm.InsurancePlan:²",
            "pm.InsurancePlan:" + "9" * 19,
        ],
    )
    def test_that_are_none_name_nothing(self, choice: str) -> None:
        record = Insurance()
        record.answers = Answers(choice=choice)

        assert record.chosen_key(InsurancePlan) is None


@pytest.mark.parametrize("place", [AETNA_ADDRESS, SPELT_OTHERWISE, NEXT_SUITE, NO_ADDRESS])
def test_what_is_the_same_is_found_alone_as_well(place: dict[str, str]) -> None:
    """Among records of every likeness, linked and not."""
    for where in (AETNA_ADDRESS, SPELT_OTHERWISE, NEXT_SUITE, ELSEWHERE):
        for name in ("Aetna, Inc.", "VSP"):
            company = CompanyFactory(name=name, **where)
            for plan in ("HMO", "H.M.O.", "PPO"):
                PlanFactory(company=company, name=plan, **where)
                orphan_plan(company=company, name=plan, **where)
                orphan_insurance(company_name=name, plan_name=plan, **where)
    asked = 0
    for company in InsuranceCompany.objects.filter(name="Aetna, Inc.", street_2=""):
        records: list[Any] = [
            typed(InsuranceCompany(name="AETNA", **place)),
            typed(InsurancePlan(company=company, name="HMO", **place)),
            typed(Insurance(company_name="AETNA", plan_name="HMO", **place)),
        ]
        found = [same_orphans(record) for record in records[1:]]
        assert all(found) == any(found) == (place != NO_ADDRESS)
        for record in records:
            alike = look_alikes(record) if place != NO_ADDRESS else []
            assert {a.record for a in alike if a.rank == Likeness.SAME} == set(same(record))
            asked += len(same(record))
        for record in records[1:]:
            orphans = counterparts(record, at_place=True)
            expected = {a.record for a in orphans if a.rank == Likeness.SAME}
            assert expected == set(same_orphans(record))
            asked += len(expected)
    assert bool(asked) == (place != NO_ADDRESS)
