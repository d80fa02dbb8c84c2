"""A small practice to try the program on, with an example of every state; `loading` enters it.

The payers are well known; every address, phone number and payer ID but Aetna's address, and every
patient, is made up. Which record shows which state:

- stale name: two of the three plans of Wellcare by Health Net, renamed and not saved since
- other names: UHC, which staff call UnitedHealthcare; Health Net, as Wellcare was called before
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

from datetime import date

from pm.models import InsuranceCompany, InsurancePolicy

Program = InsuranceCompany.Program


def _at(street: str, city: str, state: str, zip_code: str, suite: str = "") -> dict[str, str]:
    names = ("street_1", "street_2", "city", "state", "zip_code")
    return dict(zip(names, (street, suite, city, state, zip_code), strict=True))


ACADEMY = _at("111 Academy Drive", "Irvine", "CA", "92617")  # the help article's example
TAMARACK = _at("4410 Tamarack Way", "Chattanooga", "TN", "37421")
SHARED_BOX = _at("PO Box 21877", "Salt Lake City", "UT", "84130")
ATLANTA_BOX = _at("PO Box 44096", "Atlanta", "GA", "30374")
BLUEGRASS = _at("915 Bluegrass Terrace", "Louisville", "KY", "40202")
ORCHARD = _at("2260 Pioneer Orchard Road", "Woodland", "CA", "95695")
CAMELLIA = _at("6120 Camellia Grove Circle", "Rancho Cordova", "CA", "95670")
VISION_BOX = _at("PO Box 61730", "Rancho Cordova", "CA", "95741")
DENTAL_BOX = _at("PO Box 75518", "Sacramento", "CA", "95813")
SUITE_200 = _at("1400 Foothill Commons", "Pasadena", "CA", "91101", "Suite 200")
SUITE_450 = SUITE_200 | {"street_2": "Suite 450"}
SAGUARO = _at("1720 Saguaro Court", "Phoenix", "AZ", "85021")
MILLRACE = _at("77 Millrace Commons", "London", "KY", "40741")

# Name, payer ID, address, phone (which its plans have too), program.
COMPANIES = (
    ("Aetna", "DEMO01", ACADEMY, "800-555-0101", Program.COMMERCIAL),
    ("Cigna", "DEMO02", TAMARACK, "800-555-0102", Program.COMMERCIAL),
    ("UnitedHealthcare", "DEMO03", SHARED_BOX, "800-555-0103", Program.COMMERCIAL),
    ("UMR", "DEMO04", SHARED_BOX, "800-555-0104", Program.COMMERCIAL),
    ("Humana", "DEMO05", BLUEGRASS, "800-555-0105", Program.COMMERCIAL),
    ("Blue Shield of California", "DEMO06", ORCHARD, "", Program.BLUE_CROSS),
    ("Health Net", "DEMO07", CAMELLIA, "800-555-0107", Program.COMMERCIAL),
    (
        "Medicare",
        "DEMO08",
        _at("380 Prairie Rose Lane", "Fargo", "ND", "58103"),
        "",
        Program.MEDICARE,
    ),
    ("Medi-Cal", "DEMO09", _at("", "", "", ""), "", Program.MEDICAID),
    ("VSP", "DEMO10", VISION_BOX, "800-555-0110", Program.COMMERCIAL),
    ("Delta Dental of California", "DEMO11", DENTAL_BOX, "", Program.COMMERCIAL),
    ("Kaiser Permanente", "DEMO12", SUITE_200, "", Program.COMMERCIAL),
    ("Coventry Health Care", "DEMO13", MILLRACE, "", Program.COMMERCIAL),
    ("TRICARE West", "DEMO14", SAGUARO, "", Program.TRICARE),
)

# Entered in PM, as advised: company, plan, claims address.
PLANS = (
    ("Aetna", "Aetna HMO", ACADEMY),
    ("Aetna", "Aetna Open Choice PPO", _at("PO Box 70631", "El Paso", "TX", "79998")),
    ("Cigna", "Cigna Open Access Plus", _at("PO Box 18870", "Chattanooga", "TN", "37422")),
    ("Cigna", "Cigna Connect HMO", TAMARACK),
    ("UnitedHealthcare", "UnitedHealthcare Choice Plus", SHARED_BOX),
    ("UnitedHealthcare", "UnitedHealthcare Navigate HMO", ATLANTA_BOX),
    ("UMR", "UMR Select PPO", SHARED_BOX),
    ("Humana", "Humana Gold Plus HMO", BLUEGRASS),
    ("Humana", "HumanaChoice PPO", _at("PO Box 19327", "Lexington", "KY", "40512")),
    ("Blue Shield of California", "Blue Shield Full PPO", ORCHARD),
    ("Blue Shield of California", "Access+ HMO", _at("PO Box 36214", "Chico", "CA", "95927")),
    ("Health Net", "Salud HMO y Más", CAMELLIA),
    ("Health Net", "CommunityCare HMO", CAMELLIA),
    ("Health Net", "Wellcare No Premium HMO", _at("PO Box 50783", "Farmington", "MO", "63640")),
    ("Medicare", "Medicare Part B", _at("PO Box 87245", "Fargo", "ND", "58108")),
    ("Medi-Cal", "Medi-Cal Fee-for-Service", _at("PO Box 92306", "Sacramento", "CA", "95852")),
    ("VSP", "VSP Choice", VISION_BOX),
    ("Delta Dental of California", "Delta Dental PPO", DENTAL_BOX),
    ("Kaiser Permanente", "Kaiser Traditional HMO", SUITE_200),
    ("Coventry Health Care", "Coventry National PPO", MILLRACE),
    ("TRICARE West", "TRICARE Prime", _at("PO Box 64079", "Florence", "SC", "29502")),
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

PERSON = ("chart_number", "last_name", "first_name", "date_of_birth")
PATIENTS = (
    ("K1001", "Abara", "Chidi", date(1984, 3, 9)),
    ("K1002", "Okafor", "Ngozi", date(1951, 11, 20)),
    ("K1003", "Lindqvist", "Maja", date(1978, 6, 2)),
    ("K1004", "Marchetti", "Luca", date(1990, 1, 15)),
    ("K1005", "Tanaka", "Hiro", date(1947, 8, 30)),
    ("K1006", "Reyes", "Sofía", date(2016, 4, 12)),
    ("K1007", "Dubois", "Camille", date(1969, 12, 5)),
    ("K1008", "Whitfield", "Grace", date(1995, 7, 23)),
    ("K1009", "Novak", "Petra", date(1988, 10, 17)),
)
# Their plans in PM, by chart number: primary, secondary, tertiary. Who isn't named isn't there.
IN_PM = {
    "K1001": ["Aetna HMO"],
    "K1002": ["Medicare Part B", "Blue Shield Full PPO"],
    "K1003": ["Cigna Open Access Plus", "TRICARE Prime"],
    "K1004": ["UnitedHealthcare Choice Plus"],
    "K1005": ["Medicare Part B", "UMR Select PPO", "Medi-Cal Fee-for-Service"],
    "K1006": ["Access+ HMO"],
    "K1007": ["Coventry National PPO"],
    "K1008": ["Salud HMO y Más"],
}
NEXT_YEAR = {"K1001": "Aetna Open Choice PPO"}  # the primary plan in PM from then on
# Whoever is insured through someone else.
INSURED_BY = ("relationship", "insured_last_name", "insured_first_name", "insured_date_of_birth")
INSURED = {"K1006": (InsurancePolicy.Relationship.CHILD, "Reyes", "Mateo", date(1986, 2, 27))}
# The plans of their primary and secondary insurance in the EHR.
IN_EHR = {
    "K1001": ["Aetna HMO"],
    "K1002": ["Medicare Part B", "Aetna Open Choice PPO"],
    "K1003": ["Cigna Open Access Plus"],
    "K1004": ["UnitedHealthcare Choice Plus", "Cigna Vision Exam"],
    "K1005": ["Medicare Part B", "UMR Select PPO"],
    "K1006": ["Access+ HMO"],
    "K1007": ["Coventry National PPO"],
    "K1009": ["Sutter Peak HMO"],
}
