"""The same patients on both sides, with what they are insured by."""

import datetime
from collections.abc import Iterator
from typing import Any

from ehr.models import Patient as EHRPatient
from kareo.records import Origin, Record
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from tests.benchmarks.data.made_up import Maker
from tests.benchmarks.data.sizes import Size, stamped

AT_ONCE = 20_000  # patients in memory
COVERED_FROM = datetime.date(2025, 1, 1)


def batches_of_patients(maker: Maker, size: Size) -> Iterator[list[list[Any]]]:
    """Yield PM's patients, their policies and the EHR's patients. Every other has a secondary.

    The secondary of the first ones isn't the same on both sides, and some of their policies have no
    number yet.
    """
    for start in range(0, size.patients, AT_ONCE):
        here: list[Record] = []
        policies: list[Record] = []
        there: list[Record] = []
        for number in range(start, min(start + AT_ONCE, size.patients)):
            is_active = number < 2 * size.wrong or maker.random() > 0.1
            person = _person(maker, number)
            pairs = [maker.below(size.pairs) + 1 for _ in range(1 + number % 2)]
            stamps = stamped(number, size.patients, Origin.PM, is_active=is_active)
            here.append(PMPatient(**person, **stamps))
            policies += _policies(maker, size, number, pairs)
            patient = EHRPatient(**person, **stamps, primary_insurance_id=pairs[0])
            if number % 2:
                patient.secondary_insurance_id = pairs[0 if number < 2 * size.wrong else 1]
            there.append(patient)
        for record in (*here, *policies, *there):
            record.derive()
        yield [here, policies, there]


def _person(maker: Maker, number: int) -> dict[str, Any]:
    last, first, born = maker.person()
    chart = f"C{number + 1:07}"
    names = {"last_name": last, "first_name": first, "date_of_birth": born}
    return {"pk": number + 1, "chart_number": chart, **names}


def _policies(maker: Maker, size: Size, number: int, pairs: list[int]) -> Iterator[Record]:
    # Before this patient, every other had a second one.
    first = number + number // 2 + 1
    for turn, (rank, pair) in enumerate(zip(("primary", "secondary"), pairs, strict=False)):
        drawn = f"W{maker.below(10**9):09}"
        yield InsurancePolicy(
            pk=first + turn,
            patient_id=number + 1,
            plan_id=size.wrong + pair,
            rank=rank,
            policy_number="" if number < size.wrong and not turn else drawn,
            effective_on=COVERED_FROM,
            **stamped(number, size.patients, Origin.PM),
        )
