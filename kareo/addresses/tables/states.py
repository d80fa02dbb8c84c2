"""States, territories, freely associated states and armed forces: USPS Publication 28, appendix B.

The one list of them: what reads addresses and the forms' choices are both made from it.
"""

# In the order of their names, the armed forces last. A comma parts two, a space code and name.
_STATES = """
AL Alabama, AK Alaska, AS American Samoa, AZ Arizona, AR Arkansas, CA California, CO Colorado,
CT Connecticut, DE Delaware, DC District of Columbia, FL Florida, FM Federated States of Micronesia,
GA Georgia, GU Guam, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, KS Kansas, KY Kentucky,
LA Louisiana, ME Maine, MH Marshall Islands, MD Maryland, MA Massachusetts, MI Michigan,
MN Minnesota, MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire,
NJ New Jersey, NM New Mexico, NY New York, NC North Carolina, ND North Dakota,
MP Northern Mariana Islands, OH Ohio, OK Oklahoma, OR Oregon, PW Palau, PA Pennsylvania,
PR Puerto Rico, RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas,
UT Utah, VT Vermont, VI Virgin Islands, VA Virginia, WA Washington, WV West Virginia, WI Wisconsin,
WY Wyoming, AA Armed Forces Americas, AE Armed Forces Europe, AP Armed Forces Pacific
"""
# The older abbreviations, of the GPO Style Manual; not Ore, Del, Ill and Wash, which are words or
# stand in names.
_OLDER = """
ALA AL, ARIZ AZ, ARK AR, CALIF CA, COLO CO, CONN CT, FLA FL, KANS KS, MASS MA, MICH MI, MINN MN,
NEBR NE, OKLA OK, PENN PA, PENNA PA, TENN TN, TEX TX, WIS WI, WISC WI, WYO WY
"""


def _pairs(table: str) -> list[tuple[str, str]]:
    rows = [row.strip().split(maxsplit=1) for row in table.split(",")]
    return [(first, second) for first, second in rows]


# {CA: California}
STATES = dict(_pairs(_STATES))

# {CALIFORNIA: CA, CA: CA}, as words of an address are written.
STATE_CODES = {written: code for code, name in STATES.items() for written in (name.upper(), code)}
STATE_CODES |= {"US VIRGIN ISLANDS": "VI", **dict(_pairs(_OLDER))}
