"""Which field is which, and where two records differ."""

from typing import Any

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.pairs.sides import EHR, PM
from sync.pairs.translation import differences, given_by
from tests.factories import AETNA_ADDRESS

PLAN = {"name": "HMO", "phone": "800-555-0100", "fax": "800-555-0101", **AETNA_ADDRESS}


def plan_of_aetna(**values: Any) -> InsurancePlan:
    return InsurancePlan(**PLAN, **values, company=InsuranceCompany(name="Aetna"))


def test_a_plan_gives_its_names_address_phone_fax_and_whether_it_is_active() -> None:
    plan = plan_of_aetna(notes="-", contact_name="Kim", is_active=False)

    assert given_by(plan) == {
        "company_name": "Aetna",
        "plan_name": "HMO",
        "phone": "800-555-0100",
        "fax": "800-555-0101",
        "street_2": "",
        "is_active": False,
        **AETNA_ADDRESS,
    }


def test_an_insurance_gives_the_same_but_no_company() -> None:
    insurance = Insurance(plan_name="HMO", company_name="Aetna", notes="-", **AETNA_ADDRESS)

    assert given_by(insurance) == {
        "name": "HMO",
        "phone": "",
        "fax": "",
        "street_2": "",
        "is_active": True,
        **AETNA_ADDRESS,
    }


def test_there_and_back_is_the_same() -> None:
    plan = plan_of_aetna()

    assert given_by(Insurance(**given_by(plan))) == {**PLAN, "street_2": "", "is_active": True}


def test_only_what_differs_is_a_difference() -> None:
    plan = plan_of_aetna()
    same = given_by(Insurance(**given_by(plan)))

    assert differences(plan, same) == {}
    assert differences(plan, {**same, "name": "PPO", "is_active": False}) == {
        "name": ["HMO", "PPO"],
        "is_active": [True, False],
    }
    assert differences(plan, {}) == {}


def test_what_crosses_exists_on_both_sides_and_is_entered_there() -> None:
    plan_fields = {field.name for field in InsurancePlan.entered_fields()}
    insurance_fields = {field.name for field in Insurance.entered_fields()}

    assert set(PM.fields) == plan_fields - {"company", "contact_name", "notes"}
    assert set(EHR.fields) == insurance_fields - {"company_name", "notes"}
