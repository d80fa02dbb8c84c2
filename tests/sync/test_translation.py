"""Which field is which, and where two records differ."""

from ehr.models import Insurance
from pm.models import InsurancePlan
from sync.translation import PLAN_TO_INSURANCE, as_insurance, as_plan, differences
from tests.factories import AETNA_ADDRESS

PLAN = {"name": "HMO", "phone": "800-555-0100", "fax": "800-555-0101", **AETNA_ADDRESS}


def test_a_plan_gives_its_names_address_phone_fax_and_whether_it_is_active():
    plan = InsurancePlan(**PLAN, notes="-", contact_name="Kim", is_active=False)

    assert as_insurance(plan, "Aetna") == {
        "company_name": "Aetna",
        "plan_name": "HMO",
        "phone": "800-555-0100",
        "fax": "800-555-0101",
        "street_2": "",
        "is_active": False,
        **AETNA_ADDRESS,
    }


def test_an_insurance_gives_the_same_but_no_company():
    insurance = Insurance(plan_name="HMO", company_name="Aetna", notes="-", **AETNA_ADDRESS)

    assert as_plan(insurance) == {
        "name": "HMO",
        "phone": "",
        "fax": "",
        "street_2": "",
        "is_active": True,
        **AETNA_ADDRESS,
    }


def test_there_and_back_is_the_same():
    plan = InsurancePlan(**PLAN)

    assert as_plan(Insurance(**as_insurance(plan, "Aetna"))) == {
        name: getattr(plan, name) for name in PLAN_TO_INSURANCE
    }


def test_only_what_differs_is_a_difference():
    plan = InsurancePlan(**PLAN)
    same = as_plan(Insurance(**as_insurance(plan, "Aetna")))

    assert differences(plan, same) == {}
    assert differences(plan, {**same, "name": "PPO", "is_active": False}) == {
        "name": ["HMO", "PPO"],
        "is_active": [True, False],
    }
    assert differences(plan, {}) == {}


def test_what_crosses_exists_on_both_sides_and_is_entered_there():
    plan_fields = {field.name for field in InsurancePlan.entered_fields()}
    insurance_fields = {field.name for field in Insurance.entered_fields()}

    assert set(PLAN_TO_INSURANCE) == plan_fields - {"company", "contact_name", "notes"}
    assert set(PLAN_TO_INSURANCE.values()) == insurance_fields - {"company_name", "notes"}
