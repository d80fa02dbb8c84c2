"""A small practice to try the program on, with an example of every state; `loading` enters it.

The payers are well known; every address, phone number and payer ID but Aetna's address, and every
patient, is made up. Which record shows which state:

- stale name: two of the three plans of Wellcare by Health Net, renamed and not saved since
- orphan plan: Delta Dental PPO; orphan insurance: Cigna Connect HMO
- other name at one address: Cigna Vision, typed in the EHR at VSP's box
- several companies at one address: UnitedHealthcare and UMR share a box; the EHR typed a plan there
- the only company there is inactive: Coventry Health Care, typed anew in the EHR
- near-by suite: Kaiser Permanente in Suite 200, typed in the EHR in Suite 450
- look-alike: Humana Gold Plus HMO, typed in the EHR though PM had it
- made by the EHR and not completed (no payer ID): Sutter Health Plus and the two before the last
- company without an address: Medi-Cal; inactive plan: Coventry National PPO
- secondary differs: Okafor; only in PM: Lindqvist; only in the EHR: Marchetti; the same: Tanaka
- tertiary policy: Tanaka; next year's policy entered early: Abara; insured through a parent: Reyes
- patient in one system only: Whitfield in PM, Novak in the EHR
"""

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from pm.models import InsuranceCompany, InsurancePolicy

Place = dict[str, str]
Program, Rank = InsuranceCompany.Program, InsurancePolicy.Rank


def _at(street_1: str, city: str, state: str, zip_code: str, street_2: str = "") -> Place:
    return {
        "street_1": street_1,
        "street_2": street_2,
        "city": city,
        "state": state,
        "zip_code": zip_code,
    }


ACADEMY = _at("111 Academy Drive", "Irvine", "CA", "92617")  # the help article's example
TAMARACK = _at("4410 Tamarack Way", "Chattanooga", "TN", "37421")
SHARED_BOX = _at("PO Box 21877", "Salt Lake City", "UT", "84130")
BLUEGRASS = _at("915 Bluegrass Terrace", "Louisville", "KY", "40202")
ORCHARD = _at("2260 Pioneer Orchard Road", "Woodland", "CA", "95695")
CAMELLIA = _at("6120 Camellia Grove Circle", "Rancho Cordova", "CA", "95670")
PRAIRIE = _at("380 Prairie Rose Lane", "Fargo", "ND", "58103")
VISION_BOX = _at("PO Box 61730", "Rancho Cordova", "CA", "95741")
MILLRACE = _at("77 Millrace Commons", "London", "KY", "40741")
SUITE_200 = _at("1400 Foothill Commons", "Pasadena", "CA", "91101", "Suite 200")
SUITE_450 = {**SUITE_200, "street_2": "Suite 450"}

# Each company with its plans, {plan name: claims address}.
PM_LIST: tuple[tuple[dict[str, str], dict[str, Place]], ...] = (
    (
        {"name": "Aetna", "payer_id": "DEMO01", "phone": "800-555-0101", **ACADEMY},
        {
            "Aetna HMO": ACADEMY,
            "Aetna Open Choice PPO": _at("PO Box 70631", "El Paso", "TX", "79998"),
        },
    ),
    (
        {"name": "Cigna", "payer_id": "DEMO02", "phone": "800-555-0102", **TAMARACK},
        {
            "Cigna Open Access Plus": _at("PO Box 18870", "Chattanooga", "TN", "37422"),
            "Cigna Connect HMO": TAMARACK,
        },
    ),
    (
        {"name": "UnitedHealthcare", "payer_id": "DEMO03", "phone": "800-555-0103", **SHARED_BOX},
        {
            "UnitedHealthcare Choice Plus": SHARED_BOX,
            "UnitedHealthcare Navigate HMO": _at("PO Box 44096", "Atlanta", "GA", "30374"),
        },
    ),
    (
        {"name": "UMR", "payer_id": "DEMO04", "phone": "800-555-0104", **SHARED_BOX},
        {"UMR Select PPO": SHARED_BOX},
    ),
    (
        {"name": "Humana", "payer_id": "DEMO05", "phone": "800-555-0105", **BLUEGRASS},
        {
            "Humana Gold Plus HMO": BLUEGRASS,
            "HumanaChoice PPO": _at("PO Box 19327", "Lexington", "KY", "40512"),
        },
    ),
    (
        {
            "name": "Blue Shield of California",
            "payer_id": "DEMO06",
            "program": Program.BLUE_CROSS,
            **ORCHARD,
        },
        {
            "Blue Shield Full PPO": ORCHARD,
            "Access+ HMO": _at("PO Box 36214", "Chico", "CA", "95927"),
        },
    ),
    (
        {"name": "Health Net", "payer_id": "DEMO07", "phone": "800-555-0107", **CAMELLIA},
        {
            "Salud HMO y Más": CAMELLIA,
            "CommunityCare HMO": CAMELLIA,
            "Wellcare No Premium HMO": _at("PO Box 50783", "Farmington", "MO", "63640"),
        },
    ),
    (
        {"name": "Medicare", "payer_id": "DEMO08", "program": Program.MEDICARE, **PRAIRIE},
        {"Medicare Part B": _at("PO Box 87245", "Fargo", "ND", "58108")},
    ),
    (
        {"name": "Medi-Cal", "payer_id": "DEMO09", "program": Program.MEDICAID},
        {"Medi-Cal Fee-for-Service": _at("PO Box 92306", "Sacramento", "CA", "95852")},
    ),
    (
        {"name": "VSP", "payer_id": "DEMO10", "phone": "800-555-0110", **VISION_BOX},
        {"VSP Choice": VISION_BOX},
    ),
    (
        {
            "name": "Delta Dental of California",
            "payer_id": "DEMO11",
            **_at("PO Box 75518", "Sacramento", "CA", "95813"),
        },
        {"Delta Dental PPO": _at("PO Box 75518", "Sacramento", "CA", "95813")},
    ),
    (
        {"name": "Kaiser Permanente", "payer_id": "DEMO12", **SUITE_200},
        {"Kaiser Traditional HMO": SUITE_200},
    ),
    (
        {"name": "Coventry Health Care", "payer_id": "DEMO13", **MILLRACE},
        {"Coventry National PPO": MILLRACE},
    ),
    (
        {
            "name": "TRICARE West",
            "payer_id": "DEMO14",
            "program": Program.TRICARE,
            **_at("1720 Saguaro Court", "Phoenix", "AZ", "85021"),
        },
        {"TRICARE Prime": _at("PO Box 64079", "Florence", "SC", "29502")},
    ),
)

# Typed in the EHR, against the advice to enter insurances in PM: company, plan, address.
EHR_ADDITIONS = (
    ("Cigna Vision", "Cigna Vision Exam", VISION_BOX),
    ("United Healthcare", "UnitedHealthcare Dual Complete", SHARED_BOX),
    ("Humana", "HUMANA GOLD PLUS (HMO)", BLUEGRASS),
    ("Kaiser Permanente", "Kaiser Senior Advantage", SUITE_450),
    ("Coventry Health Care", "Coventry Advantra", MILLRACE),
    ("Sutter Health Plus", "Sutter Peak HMO", _at("3025 Egret Court", "Concord", "CA", "94520")),
)


class DemoPatient(NamedTuple):
    """A person with the names of their plans in each system; None where they aren't there."""

    chart_number: str
    last_name: str
    first_name: str
    born: datetime.date
    pm: Mapping[InsurancePolicy.Rank, str] | None
    ehr: tuple[str, str] | None  # primary, secondary


DAY = datetime.date
PATIENTS = (
    DemoPatient(
        "K1001", "Abara", "Chidi", DAY(1984, 3, 9), {Rank.PRIMARY: "Aetna HMO"}, ("Aetna HMO", "")
    ),
    DemoPatient(
        "K1002",
        "Okafor",
        "Ngozi",
        DAY(1951, 11, 20),
        {Rank.PRIMARY: "Medicare Part B", Rank.SECONDARY: "Blue Shield Full PPO"},
        ("Medicare Part B", "Aetna Open Choice PPO"),
    ),
    DemoPatient(
        "K1003",
        "Lindqvist",
        "Maja",
        DAY(1978, 6, 2),
        {Rank.PRIMARY: "Cigna Open Access Plus", Rank.SECONDARY: "TRICARE Prime"},
        ("Cigna Open Access Plus", ""),
    ),
    DemoPatient(
        "K1004",
        "Marchetti",
        "Luca",
        DAY(1990, 1, 15),
        {Rank.PRIMARY: "UnitedHealthcare Choice Plus"},
        ("UnitedHealthcare Choice Plus", "Cigna Vision Exam"),
    ),
    DemoPatient(
        "K1005",
        "Tanaka",
        "Hiro",
        DAY(1947, 8, 30),
        {
            Rank.PRIMARY: "Medicare Part B",
            Rank.SECONDARY: "UMR Select PPO",
            Rank.TERTIARY: "Medi-Cal Fee-for-Service",
        },
        ("Medicare Part B", "UMR Select PPO"),
    ),
    DemoPatient(
        "K1006",
        "Reyes",
        "Sofía",
        DAY(2016, 4, 12),
        {Rank.PRIMARY: "Access+ HMO"},
        ("Access+ HMO", ""),
    ),
    DemoPatient(
        "K1007",
        "Dubois",
        "Camille",
        DAY(1969, 12, 5),
        {Rank.PRIMARY: "Coventry National PPO"},
        ("Coventry National PPO", ""),
    ),
    DemoPatient(
        "K1008", "Whitfield", "Grace", DAY(1995, 7, 23), {Rank.PRIMARY: "Salud HMO y Más"}, None
    ),
    DemoPatient("K1009", "Novak", "Petra", DAY(1988, 10, 17), None, ("Sutter Peak HMO", "")),
)

# Whoever is insured through someone else, by chart number.
INSURED = {
    "K1006": {
        "relationship": InsurancePolicy.Relationship.CHILD,
        "insured_last_name": "Reyes",
        "insured_first_name": "Mateo",
        "insured_date_of_birth": DAY(1986, 2, 27),
    }
}
# The primary plan from next year on, by chart number.
NEXT_YEAR = {"K1001": "Aetna Open Choice PPO"}
