"""The names that ship with the program."""

import pytest

from kareo.records.texts.names import name_key
from pm.models import OtherName
from sync.matching.companies import CompanyFinder
from sync.matching.well_known import WELL_KNOWN, also_known_as
from tests.factories import AETNA_ADDRESS, CompanyFactory, InsuranceFactory


def test_each_name_is_of_one_payer_which_has_several_and_a_source() -> None:
    keys = [key for known in WELL_KNOWN for key in {name_key(name) for name in known.names}]

    assert len(keys) == len(set(keys))
    for known in WELL_KNOWN:
        assert known.source
        for name in known.names:
            assert also_known_as(name_key(name)) | {name_key(name)} == set(
                map(name_key, known.names)
            )
    assert also_known_as("aetna") == frozenset()


@pytest.mark.django_db
def test_they_decide_nothing() -> None:
    humana = CompanyFactory(name="Humana", **AETNA_ADDRESS)
    CompanyFactory(name="UnitedHealthcare", **AETNA_ADDRESS)
    insurance = InsuranceFactory.build(company_name="UHC", **AETNA_ADDRESS)
    insurance.derive()

    assert OtherName.objects.owners(["uhc"]) == {}
    assert CompanyFinder([insurance]).find(insurance).company == humana
