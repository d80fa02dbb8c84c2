"""What people write in US addresses and what USPS Publication 28 makes of it.

Appendix B (directions), C2 (units) and F (highways), sections 22 to 29 (military, rural routes,
boxes, Puerto Rico). The states of appendix B are in `states`, appendix C1 is in `suffixes`.
"""


def rows_of(table: str) -> list[list[str]]:
    """Return the words of each row; a semicolon parts two rows."""
    return [row.split() for row in table.split(";")]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _by_variant(table: str) -> dict[str, str]:
    """Return {variant: standard} of rows that begin with the standard, itself a variant."""
    return {written: row[0] for row in rows_of(table) for written in row}


# Appendix B: directions, Spanish ones included.
DIRECTIONS = _by_variant("""
N NORTH NORTE; S SOUTH SUR; E EAST ESTE; W WEST OESTE; NE NORTHEAST NORESTE;
NW NORTHWEST NOROESTE; SE SOUTHEAST SURESTE; SW SOUTHWEST SUROESTE
""")
# Right after the house number only: 100 No. Main St.
LEADING_DIRECTIONS = {"NO": "N", "SO": "S"}

# Appendix C2: {designator: class}. Suite, apartment, room, # and the like are one class, because
# people swap them; so is a private mailbox, which section 284 lets one write as PMB or #.
UNITS = _by_variant("""
STE SUITE SUITES STES SU APT APARTMENT APTS APMT UNIT UNITS RM ROOM RMS ROOMS # OFC OFFICE OFICINA
OFIC APARTAMENTO APTO PMB;
FL FLOOR FLR FLOORS FLRS FLS PISO; LEVEL LVL;
BLDG BUILDING BLD BLDGS BUILDINGS BLDNG BLGD BULD EDIF EDIFICIO; TOWER TWR TORRE; WING WNG;
DEPT DEPARTMENT DPT; MS MAILSTOP MSC MC MAILCODE MD MAILDROP;
LOT; SPC SPACE; SLIP; TRLR TRAILER; HNGR HANGAR; PIER; STOP;
BSMT BASEMENT; FRNT FRONT; LBBY LOBBY; LOWR LOWER; PH PENTHOUSE; REAR; SIDE; UPPR UPPER
""")
# These take a word of letters as their number: Suite LL, Floor Mezzanine.
TAKE_WORDS = _words("SUITE STE APT APARTMENT ROOM RM FLOOR # MAILSTOP MAILCODE LEVEL")
# Appendix C2: these need no number. They count as units only at the end of a line.
NEED_NO_NUMBER = _words("BSMT FRNT LBBY LOWR PH REAR SIDE UPPR")
NUMBER_SIGNS = _words("# NO NUM NUMBER NBR")
# Twelfth Floor is Floor 12, East Tower is Tower East.
AFTER_THEIR_NUMBER = _words("FLOOR FLOORS FLR FL PISO LEVEL LVL TOWER TWR WING BUILDING BLDG")
NAMED_FLOORS = _words("GROUND MAIN LOWER UPPER TOP LOBBY MEZZANINE BASEMENT ENTIRE LL UL GF")
# Not V, which is as often the letter.
ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "VI": "6", "VII": "7", "VIII": "8", "IX": "9"}

# Sections 281 and 283: callers, bins, lockboxes and drawers are PO boxes.
BOXES = _words("POBOX BOX BX POB DRAWER BIN LOCKBOX LB CALLER APARTADO APDO PO CASILLA")
# Sections 24 and 25, {designator: standard}: routes and military units, if a box follows.
ROUTES = _by_variant("RR RFD RD RT RTE ROUTE; HC; PSC; CMR; UNIT")

# Two words that are one, {(LOCK, BOX): LOCKBOX}; an underscore parts them.
_PHRASES = _by_variant("""
US U_S; PO P_O POST_OFFICE; POBOX POST_BOX PO_BOX PO_BX PO_B PO_DRAWER PO_BIN;
LOCKBOX LOCK_BOX LOCK_DRAWER; CALLER PO_CALLER CALLER_BOX CALLER_SERVICE CALLER_NUMBER FIRM_CALLER;
RR RURAL_ROUTE RURAL_RTE; HC STAR_ROUTE STAR_RTE HIGHWAY_CONTRACT HC_ROUTE HC_RTE;
MAILSTOP MAIL_STOP MAIL_ROUTE MAIL_STATION MAILSTOP_CODE; MAILCODE MAIL_CODE; MAILDROP MAIL_DROP;
GENERALDELIVERY GENERAL_DELIVERY GEN_DELIVERY GEN_DEL; C/O CARE_OF
""")
PHRASES = {tuple(two.split("_")): one for two, one in _PHRASES.items() if "_" in two}
ATTENTION = _words("ATTN ATTENTION ATN C/O")

# What follows these letters without a space is a number: BOX12, STE100, HWY6.
FUSED = _words(
    "POBOX POB BOX STE SUITE APT UNIT RM ROOM BLDG FL FLOOR PMB HWY HIGHWAY RTE ROUTE RR HC"
    " PSC CMR PH"
)

# Appendix F: {what stands before the number, abbreviated: the one form of it}. One state has one
# road of a number, whether it is written State Road, Route or Highway.
HIGHWAYS = _by_variant("""
CR CNTY_RD COUNTY_RD CO_RD CTY_RD COUNTY_RTE COUNTY_HWY CNTY_HWY CO_HWY CTY_HWY CTH CH COUNTY_RT;
SR STATE_RD ST_RD STATE_RTE ST_RTE STATE_HWY ST_HWY SH STATE_RT STHY;
US US_HWY US_RTE US_RD; I INTERSTATE IH INTERSTATE_HWY;
FM FARM_TO_MARKET FARM_TO_MARKET_RD FARM_RD FM_RD; RM RANCH_TO_MARKET RANCH_TO_MARKET_RD RANCH_RD;
TR TOWNSHIP_RD TWP_RD TSR TOWNSHIP_RTE; HWY; RTE; LOOP; SPUR
""")
HIGHWAYS = {phrase.replace("_", " "): road for phrase, road in HIGHWAYS.items()}
# Written without a space: SR84, I-20.
FUSED_ROADS = _words("SR SH CR US I IH FM RM TR HWY RTE CTH")
# Words that a number or a letter may follow as part of the street's name.
NUMBERED_ROADS = _words(
    "HWY RTE CR CTH CH SR SH US I INTERSTATE IH FM RM TR TSR BELTWAY CALLE CLL CARR STHY"
)
BEFORE_ROAD = _words("COUNTY CNTY CO CTY STATE RANCH MARKET FARM TOWNSHIP TWP FOREST FM SERVICE")

# Number words, {word: (value, whether an ordinal)}: from zero to nineteen, then by tens.
_CARDINALS, _ORDINALS = rows_of("""
ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN
SIXTEEN SEVENTEEN EIGHTEEN NINETEEN TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY HUNDRED;
ZEROTH FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH
FOURTEENTH FIFTEENTH SIXTEENTH SEVENTEENTH EIGHTEENTH NINETEENTH TWENTIETH THIRTIETH FORTIETH
FIFTIETH SIXTIETH SEVENTIETH EIGHTIETH NINETIETH HUNDREDTH
""")
NUMBER_WORDS = {
    word: (value, is_ordinal)
    for words, is_ordinal in ((_CARDINALS, False), (_ORDINALS, True))
    for word, value in zip(words, [*range(20), *range(20, 101, 10)], strict=True)
}

# St before one of these, with more to come, is Saint rather than Street.
SAINTS = _words(
    "AGNES ALBANS ANDREW ANDREWS ANN ANNE ANTHONY AUGUSTINE BERNARD CATHERINE CHARLES CLAIR CLOUD"
    " CROIX DAVIDS ELIZABETH FRANCIS GENEVIEVE GEORGE GEORGES GERMAIN HELENA HELENS IGNATIUS JAMES"
    " JEAN JOE JOHN JOHNS JOSEPH JUDE LAWRENCE LEO LOUIS LUCIE LUKE LUKES MARK MARKS MARTIN MARY"
    " MARYS MATTHEW MICHAEL MICHAELS NICHOLAS PATRICK PAUL PAULS PETER PETERS PHILIP REGIS ROCH"
    " ROSE SIMON STEPHEN STEPHENS THERESA THOMAS VINCENT XAVIER"
)

# A line with a number and one of these is an organization's name: Local 1199 Benefit Fund.
ORGANIZATIONS = _words(
    "ADMINISTRATION ADMINISTRATORS ASSOCIATION BENEFIT BENEFITS CLAIMS COMPANY COMPANIES CORP"
    " CORPORATION DEPT DEPARTMENT FOUNDATION FUND FUNDS GROUP HEALTH HEALTHCARE INC INSURANCE LLC"
    " MEDICAL MUTUAL PLAN PLANS SERVICES TEAMSTERS TRUST UNION"
)

# Section 25, military addresses: Unit 2050 Box 4190 is one box there, elsewhere a unit and a box.
MILITARY_ZIPS = ("09", "340", "962", "963", "964", "965", "966")

# Section 29 (Puerto Rico): the urbanization tells equal streets of one ZIP apart.
URBANIZATION = frozenset({"URB", "URBANIZACION"})
# Avenida Peñasco is Peñasco Ave; a calle stays in front.
SPANISH_AVENUES = frozenset({"AVENIDA", "AVE", "AV"})
SPANISH_STREETS = SPANISH_AVENUES | {"CALLE", "CLL"}
PUERTO_RICAN_ZIPS = ("006", "007", "009")
PUERTO_RICAN_BUILDINGS = frozenset({"TORRE", "EDIF", "EDIFICIO"})
