"""What people write in US addresses and what USPS Publication 28 makes of it.

Appendix B (directions), C2 (units) and F (highways), sections 22 to 29 (military, rural routes,
boxes, Puerto Rico). The states of appendix B are in `states`, appendix C1 is in `suffixes`.
"""


def rows_of(table: str) -> list[list[str]]:
    """Return the words of each row; a semicolon parts two rows."""
    return [row.split() for row in table.split(";")]


def words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


def by_variant(table: str) -> dict[str, str]:
    """Return {variant: standard} of rows that begin with the standard, itself a variant."""
    return {written: row[0] for row in rows_of(table) for written in row}


# Appendix B: directions, Spanish ones included.
DIRECTIONS = by_variant("""
N NORTH NORTE; S SOUTH SUR; E EAST ESTE; W WEST OESTE; NE NORTHEAST NORESTE;
NW NORTHWEST NOROESTE; SE SOUTHEAST SURESTE; SW SOUTHWEST SUROESTE
""")
FULL_DIRECTIONS = {
    **{"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST"},
    **{"NE": "NORTHEAST", "NW": "NORTHWEST", "SE": "SOUTHEAST", "SW": "SOUTHWEST"},
}
# Before a road, besides a direction: Old Highway 12.
BEFORE_ROADS = words_in("OLD NEW N S E W NORTH SOUTH EAST WEST NE NW SE SW")
# Right after the house number only: 100 No. Main St.
LEADING_DIRECTIONS = {"NO": "N", "SO": "S", "EA": "E", "WE": "W"}

# Appendix C2: {designator: class}. Suite, apartment, room, # and the like are one class, because
# people swap them; so is a private mailbox, which section 284 lets one write as PMB or #.
UNITS = by_variant("""
STE SUITE SUITES STES SU APT APARTMENT APTS APMT UNIT UNITS RM ROOM RMS ROOMS # OFC OFFICE OFICINA
OFIC APARTAMENTO APTO PMB MAILBOX; CB CAMPUSBOX;
FL FLOOR FLR FLOORS FLRS FLS PISO; LEVEL LVL;
BLDG BUILDING BLD BLDGS BUILDINGS BLDNG BLGD BULD EDIF EDIFICIO; TOWER TWR TORRE; WING WNG;
DEPT DEPARTMENT DPT; MS MAILSTOP MSC MC MAILCODE MD MAILDROP;
POD; BAY; DOOR; MODULE; SECTION; PAVILION PAV; PHASE; CAMPUS; HOUSE; ENTRANCE;
LOT; SPC SPACE; SLIP; TRLR TRAILER; HNGR HANGAR; PIER; STOP;
BSMT BASEMENT; FRNT FRONT; LBBY LOBBY; LOWR LOWER; PH PENTHOUSE; REAR; SIDE; UPPR UPPER
""")
# As often a department's as a place: Claims Unit, Claims Office.
OFFICES = words_in("UNIT OFFICE OFC OFICINA OFIC")
# These may be called by two or three letters: Suite LL. And these by a word: Mail Code ABCD.
TAKE_LETTERS = words_in("SUITE STE APT APARTMENT ROOM RM # DEPT")
TAKE_WORDS = words_in("MAILSTOP MAILCODE")
# Appendix C2: these need no number. They count as units only at the end of a line.
NEED_NO_NUMBER = words_in("BSMT FRNT LBBY LOWR PH REAR SIDE UPPR")
# Parts of a building, by class, that are called by a number, a direction or a side.
BUILDING_PARTS = words_in("BLDG TOWER WING PAVILION CAMPUS HOUSE SIDE ENTRANCE PHASE")
NUMBER_SIGNS = words_in("# NO NUM NUMBER NBR")
# Twelfth Floor is Floor 12, East Tower is Tower East.
AFTER_THEIR_NUMBER = words_in(
    "FLOOR FLOORS FLR FL PISO LEVEL LVL TOWER TWR WING BUILDING BLDG PAVILION CAMPUS HOUSE SIDE"
    " ENTRANCE"
)
# What such a part of a building is called by, besides a number or a direction: Rear House.
NAMED_SIDES = words_in(
    "FRONT REAR BACK LEFT RIGHT MIDDLE MAIN UPPER LOWER INNER OUTER GUEST CARRIAGE COACH POOL"
)
# A floor that stands alone, {what is written: the unit}.
LONE_FLOORS = {
    "LL": "FL LOWER",
    "UL": "FL UPPER",
    "GF": "FL GROUND",
    "MEZZANINE": "FL MEZZANINE",
    "MEZZ": "FL MEZZANINE",
    "MEZ": "FL MEZZANINE",
}
NAMED_FLOORS = by_variant("""
GROUND GRND GRD GND; MAIN; LOWER LOWR; UPPER UPPR; TOP; LOBBY LBBY; MEZZANINE MEZZ MEZ;
BASEMENT BSMT; ENTIRE; LL; UL; GF
""")
# Up to XX. Not V and X, which are as often the letter.
_ROMANS = "I II III IV - VI VII VIII IX - XI XII XIII XIV XV XVI XVII XVIII XIX XX"
ROMAN = {roman: str(n) for n, roman in enumerate(_ROMANS.split(), 1) if roman != "-"}

# Sections 281 and 283: callers, bins, lockboxes and drawers are PO boxes.
BOXES = words_in(
    "POBOX BOX BX POB POBX DRAWER DWR BIN LOCKBOX LB LBX CALLER APARTADO APDO PO CASILLA BUZON BUZ BZN"
)
# Sections 24 and 25, {designator: standard}: routes and military units, if a box follows.
ROUTES = by_variant("RR RFD RD RT RTE ROUTE; HC HCR; PSC; CMR; UNIT")

# Two words that are one, {(LOCK, BOX): LOCKBOX}; an underscore parts them.
_PHRASES = by_variant("""
US U_S UNITED_STATES; CR C_R; FM F_M; SR S_R; PO P_O POST_OFFICE;
POBOX POST_BOX PO_BOX PO_BX PO_B PO_BO PO_BOC PO_BPX O_BOX PO_DRAWER PO_DWR PO_BIN
APARTADO_POSTAL;
MAILBOX MAIL_BOX; CAMPUSBOX CAMPUS_BOX;
LOCKBOX LOCK_BOX LOCK_DRAWER; CALLER PO_CALLER CALLER_BOX CALLER_SERVICE CALLER_NUMBER FIRM_CALLER;
RD R_D; FD F_D; RFD R_FD; RR R_R RURAL_ROUTE RURAL_RTE RURAL_RT;
HC H_C STAR_ROUTE STAR_RTE STAR_RT HIGHWAY_CONTRACT HWY_CONTRACT HC_ROUTE HC_RTE HC_RT;
MAILSTOP MAIL_STOP MAIL_ROUTE MAIL_STATION MAILSTOP_CODE; MAILCODE MAIL_CODE; MAILDROP MAIL_DROP;
PMB PRIVATE_MAILBOX; PSC POSTAL_SERVICE PSC_CENTER; CMR COMMUNITY_MAIL CMR_ROOM;
 MEDICAREPART MEDICARE_PART;
GENERALDELIVERY GENERAL_DELIVERY GEN_DELIVERY GEN_DEL; C/O CARE_OF IN_C/O
""")
PHRASES = {tuple(two.split("_")): one for two, one in _PHRASES.items() if "_" in two}
# Letters with a slash between them, other than those of two units: a comma for what says nothing.
SLASHED = {"C/O": ["C/O"], "M/S": ["MS"], "P/O": ["PO"], "N/A": [","], "R/R": ["RR"]}
ATTENTION = words_in("ATTN ATTENTION ATN C/O DBA FBO AKA")

# What follows these letters without a space is a number: BOX12, STE100, HWY6.
FUSED = words_in(
    "POBOX POB POBX BOX LBX MSC MC DEPT STE SUITE APT UNIT RM ROOM BLDG FL FLOOR PMB HWY HIGHWAY"
    " RTE ROUTE RR HC PSC CMR PH PR"
)

# Number words, {word: (value, whether an ordinal)}: from zero to nineteen, then by tens.
_CARDINALS, _ORDINALS = rows_of("""
ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN
SIXTEEN SEVENTEEN EIGHTEEN NINETEEN TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY HUNDRED
THOUSAND;
ZEROTH FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH
FOURTEENTH FIFTEENTH SIXTEENTH SEVENTEENTH EIGHTEENTH NINETEENTH TWENTIETH THIRTIETH FORTIETH
FIFTIETH SIXTIETH SEVENTIETH EIGHTIETH NINETIETH HUNDREDTH THOUSANDTH
""")
_SPANISH = {"PRIMER": 1, "SEGUNDO": 2, "TERCER": 3, "CUARTO": 4, "QUINTO": 5, "SEXTO": 6}
NUMBER_WORDS = {
    word: (value, is_ordinal)
    for words, is_ordinal in ((_CARDINALS, False), (_ORDINALS, True))
    for word, value in zip(words, [*range(20), *range(20, 101, 10), 1000], strict=True)
} | {word: (value, True) for word, value in _SPANISH.items()}

# St before one of these, with more to come, is Saint rather than Street.
SAINTS = words_in(
    "AGNES ALBANS ANDREW ANDREWS ANN ANNE ANTHONY AUGUSTINE BERNARD CATHERINE CHARLES CLAIR CLOUD"
    " CROIX DAVIDS ELIZABETH FRANCIS GENEVIEVE GEORGE GEORGES GERMAIN HELENA HELENS IGNATIUS JAMES"
    " JEAN JOE JOHN JOHNS JOSEPH JUDE LAWRENCE LEO LOUIS LUCIE LUKE LUKES MARK MARKS MARTIN MARY"
    " MARYS MATTHEW MICHAEL MICHAELS NICHOLAS PATRICK PAUL PAULS PETER PETERS PHILIP REGIS ROCH"
    " ROSE SIMON STEPHEN STEPHENS THERESA THOMAS VINCENT XAVIER"
)

# A number before one of these, as the last word, is in an organization's name: 1199 SEIU.
ORGANIZATIONS = words_in(
    "ADMIN ADMINISTRATION ADMINISTRATORS AFSCME ALLIANCE ASSOCIATION ASSURANCE BENEFIT BENEFITS"
    " CARPENTERS COMPANY COMPANIES CORP CORPORATION FOUNDATION FUND FUNDS GROUP HEALTH HEALTHCARE"
    " IBEW INC INSURANCE IUOE LABORERS LIFE LIUNA LLC MUTUAL NETWORK PLAN PLANS SEIU SERVICES"
    " TEAMSTERS TRUST UAW UFCW UNION UNITE WELFARE"
)
# A number after one of these is a union's: Plumbers Local 5.
LOCALS = words_in("LOCAL LOCALS COUNCIL")
UNIONS = words_in("UNION LODGE CHAPTER")  # may stand between: Local Union 638
# What comes in parts by letters or directions and is no place: Medicare Part B, Tricare West.
PROGRAMS = words_in("MEDICARE MEDICAREPART MEDICAID TRICARE")
# The last word of a building's name, which falls away beside a street, and by which a place
# without a number is known to be one.
BUILDINGS = words_in(
    "ARENA ARCADE ATRIUM BLDG BUILDING CAMPUS CENTER CENTRE CLINIC COMPLEX CORPORATE CTR EXCHANGE"
    " GALLERIA HALL HEADQUARTERS HOSPITAL HOTEL HOUSE INSTITUTE LIBRARY MALL OFFICES OFFICE PARK"
    " PAVILION PLACE PLAZA PLZ PLZA SCHOOL SQUARE STA STATION TERMINAL TOWER TOWERS UNIVERSITY"
    " VILLAGE"
)
# With one of these, it is a department and not a building: Claims Center.
DEPARTMENTS = words_in(
    "APPEALS ATTN BILLING CALL CLAIM CLAIMS CUSTOMER DEPARTMENT DEPT ELECTRONIC ENROLLMENT MAIL"
    " MEMBER OFFICE PROCESSING PROVIDER RECORDS RELATIONS SERVICE SERVICES SUPPORT"
)
# What begins a building's or a neighborhood's name in Puerto Rico, beside a street or kilometer.
NAMED_AFTER = words_in("EDIF EDIFICIO TORRE COND CONDOMINIO BO BARRIO BDA BARRIADA SECTOR")
# Words of a note that says nothing of a place: n/a, same, Suffolk County, Attn less its name.
NOTHINGS = words_in(
    "NA NONE SAME NULL UNKNOWN TBD VARIES USA COUNTY PARISH BOROUGH TOWNSHIP MAILING PHYSICAL ADDRESS"
    " REMIT REMITTANCE PAYMENTS REFUNDS ABOVE BELOW ONLY USE HTTP HTTPS"
)
# Words of two letters that names end with.
WORDS_OF_TWO = words_in("AT BY CO DR IN JR LP LA MD OF OR PA PC RN ST SR TO UN US")
NAME_ENDS = ORGANIZATIONS | BUILDINGS

# Section 25, military addresses: Unit 2050 Box 4190 is one box there, elsewhere a unit and a box.
MILITARY_ZIPS = ("09", "340", "962", "963", "964", "965", "966")

# Section 29 (Puerto Rico): the urbanization tells equal streets of one ZIP apart.
URBANIZATION = frozenset({"URB", "URBANIZACION"})
# Avenida Peñasco is Peñasco Ave; a calle stays in front.
SPANISH_AVENUES = frozenset({"AVENIDA", "AVE", "AV"})
SPANISH_STREETS = SPANISH_AVENUES | {"CALLE", "CLL"}
# A highway and a kilometer on it: Carr 2 Km 11.8.
PUERTO_RICAN_ROADS = words_in("CARR CARRETERA PR ROAD RD ESTATAL HWY HIGHWAY")
BESIDE_ROADS = words_in("ESTATAL CARRETERA RD ROAD")
KILOMETERS = words_in("KM K KILOMETRO KILOMETER")
PUERTO_RICAN_ZIPS = ("006", "007", "009")
PUERTO_RICAN_BUILDINGS = frozenset({"TORRE", "EDIF", "EDIFICIO", "LOCAL"})
