"""Which PM company an EHR add belongs to, and why, in words."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from ehr.models import Insurance
from pm.models import InsuranceCompany
from sync.matching.companies import CompanyFinder, Match
from tests.factories import AETNA_ADDRESS, CompanyFactory, InsuranceFactory
from tests.screens import why

pytestmark = pytest.mark.django_db


def typed(company_name: str = "Aetna", **address: Any) -> Insurance:
    """Return an insurance as typed, with its derived fields."""
    values = {"company_name": company_name, **AETNA_ADDRESS, **address}
    insurance = InsuranceFactory.build(**values)
    insurance.derive()
    return insurance


def at_address(*names: str, **values: Any) -> list[InsuranceCompany]:
    """Return companies at one address, oldest first."""
    return [CompanyFactory(name=name, **AETNA_ADDRESS, **values) for name in names]


def find(insurance: Insurance) -> Match:
    return CompanyFinder([insurance]).find(insurance)


def test_the_company_of_that_name_at_the_address_matches_without_a_warning() -> None:
    [aetna] = at_address("Aetna")

    match = find(typed("Aetna"))

    assert match.company == aetna
    assert why(match) == "Matches PM company Aetna: same street and ZIP."


def test_another_spelling_of_the_companys_name_is_no_other_name() -> None:
    [aetna] = at_address("Aetna")

    match = find(typed("AETNA"))

    assert match.company == aetna
    assert "You typed" not in why(match)


def test_a_company_under_another_name_matches_all_the_same_with_a_warning() -> None:
    [vsp] = at_address("VSP")

    match = find(typed("Cigna Vision"))

    assert match.company == vsp
    assert "You typed Cigna Vision; PM lists VSP at this address." in why(match)


@pytest.mark.parametrize(
    "spelling",
    ["Cigna-Vision", "CIGNA VISION", "cignavision", "Cigna Vision.", "The Cigna Vision, Inc."],
)
def test_among_several_the_one_of_the_same_name_is_chosen(spelling: str) -> None:
    _vsp, cigna, _humana = at_address("VSP", "Cigna Vision", "Humana")

    match = find(typed(spelling))

    assert match.company == cigna
    assert "You typed" not in why(match)
    assert why(match).endswith(
        "There are 3 companies at this address; this is the one with the same name."
        " Also there: VSP, Humana."
    )


def test_among_several_of_other_names_the_oldest_is_chosen_and_the_others_are_named() -> None:
    oldest, *_others = at_address("VSP", "Humana")
    # The clock of the host that made this one was slow.
    CompanyFactory(
        name="Guardian", created_at=oldest.created_at.replace(year=2001), **AETNA_ADDRESS
    )

    match = find(typed("Aetna"))

    assert match.company == oldest
    assert why(match) == "Under VSP, the oldest of 3 at this address (also Humana, Guardian)."


def test_others_of_the_same_name_at_one_address_are_told_apart_by_payer_id() -> None:
    at_address("Aetna", "AETNA", "VSP")
    CompanyFactory(name="Aetna", payer_id="60054", **AETNA_ADDRESS)

    note = why(find(typed("Aetna")))

    assert note.endswith("Also there: AETNA (no payer ID), VSP, Aetna (payer ID 60054).")


def test_two_of_the_same_name_at_one_address_are_a_choice_of_the_oldest() -> None:
    first, _second = at_address("Aetna", "AETNA")

    match = find(typed("Aetna"))

    assert match.company == first
    assert why(match).endswith(
        "There are 2 companies at this address; this is the oldest with that name. Also there:"
        " AETNA (no payer ID)."
    )


def test_an_inactive_company_is_passed_over_for_an_active_one() -> None:
    at_address("Aetna", is_active=False)
    [cigna] = at_address("Cigna")

    match = find(typed("Aetna"))

    assert match.company == cigna
    assert "companies at this address" not in why(match)


def test_the_only_company_there_is_inactive() -> None:
    at_address("Aetna", is_active=False)

    match = find(typed("Aetna"))

    assert match.company is None
    assert why(match) == (
        "PM company Aetna has this address but is inactive, and inactive companies don't match."
    )


def test_a_company_of_the_same_name_elsewhere_is_no_match() -> None:
    CompanyFactory(name="Aetna")

    match = find(typed("Aetna"))

    assert (match.company, why(match)) == (None, "No PM company has this address.")


@pytest.mark.parametrize(
    "address", [{"street_1": ""}, {"zip_code": "", "city": ""}, dict.fromkeys(AETNA_ADDRESS, "")]
)
def test_a_blank_or_thin_address_never_matches(address: dict[str, str]) -> None:
    CompanyFactory(name="Aetna", **{**AETNA_ADDRESS, **address})

    match = find(typed("Aetna", **address))

    assert (match.company, why(match)) == (
        None,
        "The address is incomplete, so it can't be matched.",
    )


def test_the_match_is_by_address_key_not_by_spelling() -> None:
    [aetna] = at_address("Aetna")

    assert find(typed(street_1="111  ACADEMY DRIVE.", zip_code="92617-1234")).company == aetna
    assert find(typed(street_2="Suite 4")).company is None


def test_one_query_finds_the_companies_of_many_insurances(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    at_address("Aetna")
    CompanyFactory.create_batch(20)
    insurances = [typed(f"Name {n}", street_1=f"{n + 100} Academy Drive") for n in range(30)]

    with django_assert_num_queries(1):
        finder = CompanyFinder(insurances)
        found = [finder.find(insurance).company for insurance in insurances]

    assert [company.name for company in found if company] == ["Aetna"]


def test_a_company_about_to_be_made_is_found_by_later_insurances() -> None:
    insurance = typed("Aetna")
    finder = CompanyFinder([insurance])
    made = InsuranceCompany(name="Aetna", **AETNA_ADDRESS)
    made.derive()

    finder.add(made)

    assert finder.find(insurance).company is made


def test_a_company_about_to_be_made_without_an_address_is_never_found() -> None:
    insurance = typed(**dict.fromkeys(AETNA_ADDRESS, ""))
    finder = CompanyFinder([insurance])
    made = InsuranceCompany(name="Aetna")
    made.derive()

    finder.add(made)

    assert finder.find(insurance).company is None


def test_a_match_says_what_is_the_same() -> None:
    CompanyFactory(name="Box", **AETNA_ADDRESS | {"street_1": "PO Box 77"})
    CompanyFactory(
        name="Both", **AETNA_ADDRESS | {"street_1": "PO Box 78", "street_2": "9 Oak Ave"}
    )

    assert why(find(typed("Box", street_1="P.O. BOX 77"))) == (
        "Matches PM company Box: same PO box and ZIP."
    )
    assert why(find(typed("Both", street_1="9 Oak Avenue", street_2="Post Office Box 78"))) == (
        "Matches PM company Both: same PO box, street and ZIP."
    )


def test_another_suite_in_the_building_is_said_but_never_matches() -> None:
    [aetna] = at_address("Aetna", street_2="Suite 200")
    at_address("Gone", street_2="Suite 300", is_active=False)

    match = find(typed("Aetna", street_2="Ste 210"))

    assert match.company is None
    assert match.near == (aetna,)
    assert why(match) == (
        "No PM company has this address."
        " Same building, other suite or floor: Aetna, 111 Academy Drive Suite 200."
    )


def test_many_others_in_the_building_are_counted() -> None:
    for number in range(5):
        at_address(f"Company {number}", street_2=f"Suite {number + 1}")

    note = why(find(typed("Aetna", street_2="Suite 99")))

    assert "Company 2, 111 Academy Drive Suite 3; and 2 more." in note
    assert "Company 3" not in note


def test_another_box_number_of_one_place_is_not_near() -> None:
    CompanyFactory(name="Box", **AETNA_ADDRESS | {"street_1": "PO Box 77"})

    assert find(typed("Box", street_1="PO Box 78")).near == ()


def test_a_department_at_the_same_box_is_near() -> None:
    CompanyFactory(name="Box", **AETNA_ADDRESS | {"street_1": "PO Box 77", "street_2": "Suite 5"})

    note = why(find(typed("Box", street_1="PO Box 77")))

    assert "Same PO box, other suite or floor: Box, PO Box 77 Suite 5." in note


@pytest.mark.parametrize("name", ["VSP", "vsp!"])
def test_a_match_knows_whether_the_name_is_the_typed_one(name: str) -> None:
    at_address("VSP")

    assert find(typed(name)).is_same_name
    assert not find(typed("Cigna Vision")).is_same_name
    assert not find(typed(name, street_1="1 Elsewhere Road")).is_same_name


def test_many_companies_at_one_address_are_named_in_part() -> None:
    at_address(*(f"Payer {number}" for number in range(6)))

    note = why(find(typed("Aetna")))

    assert note.endswith("(also Payer 1, Payer 2, Payer 3, and 2 more).")


def test_the_work_grows_no_faster_than_the_companies_at_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []
    equal = InsuranceCompany.__eq__

    def note(self: InsuranceCompany, other: object) -> bool:
        compared.append(other)
        return equal(self, other)

    monkeypatch.setattr(InsuranceCompany, "__eq__", note)
    InsuranceCompany.objects.bulk_create(
        InsuranceCompany(name=f"Payer {number}", **AETNA_ADDRESS) for number in range(200)
    )

    assert len(find(typed("Aetna")).here) == 200
    assert len(compared) <= 2 * 200


class TestOtherNames:
    """What was typed is no company's current name, but what else one is called."""

    def test_among_several_the_one_that_is_also_called_so(self) -> None:
        at_address("Humana")
        [united] = at_address("UnitedHealthcare", other_names="UHC")

        match = find(typed("U.H.C."))

        assert match.company == match.by_rule == united
        assert why(match) == ("Under UnitedHealthcare, also called U.H.C. (also there: Humana).")

    def test_the_only_one_there_without_a_warning(self) -> None:
        [wellcare] = at_address("Wellcare", other_names="Health Net")

        match = find(typed("Health Net"))

        assert (match.company, match.is_other_name) == (wellcare, True)
        assert "You typed" not in why(match)

    def test_a_current_name_there_wins(self) -> None:
        at_address("UnitedHealthcare", other_names="UHC")
        [uhc] = at_address("UHC")

        match = find(typed("UHC"))

        assert (match.company, match.is_other_name) == (uhc, False)

    @pytest.mark.parametrize("other", [{"other_names": "UHC"}, {"name": "UHC"}])
    def test_what_another_company_is_called_too_means_neither(self, other: dict[str, str]) -> None:
        [humana] = at_address("Humana")
        at_address("UnitedHealthcare", other_names="UHC")
        CompanyFactory(**other)

        match = find(typed("UHC"))

        assert (match.company, match.is_other_name) == (humana, False)
        assert "Under Humana, the oldest of 2 at this address" in why(match)

    def test_its_name_elsewhere_is_no_match(self) -> None:
        CompanyFactory(name="UnitedHealthcare", other_names="UHC")

        assert find(typed("UHC")).company is None

    def test_whoever_chooses_another_is_told_just_that(self) -> None:
        at_address("UnitedHealthcare", other_names="UHC")
        [humana] = at_address("Humana")
        insurance = typed("UHC")

        match = CompanyFinder([insurance]).find(insurance, humana.pk)

        assert (match.company, match.is_other_name) == (humana, False)
        assert why(match) == "Under Humana, as you chose."

    def test_one_more_query_for_all(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        at_address("UnitedHealthcare", other_names="UHC\nUnited")
        insurances = [typed(name) for name in ("UHC", "United", "UHC")]

        with django_assert_num_queries(2):
            finder = CompanyFinder(insurances)
            assert all(finder.find(insurance).is_other_name for insurance in insurances)
