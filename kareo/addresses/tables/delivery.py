"""Units, boxes and routes: USPS Publication 28, appendix C2 (units) and sections 22 to 29.

Those sections are of military addresses, rural routes, boxes, general delivery and Puerto Rico.
"""

from kareo.addresses.tables import by_variant, words_in

ENDS = frozenset({",", "\n"})  # of a line; each is a word by itself
# Appendix C2: {designator: class}. Suite, apartment, room, # and the like are one class, because
# people swap them; so is a private mailbox, which section 284 lets one write as PMB or #.
UNITS = by_variant("""
STE SUITE SUITES STES SU APT APARTMENT APTS APMT UNIT UNITS RM ROOM RMS ROOMS # OFC OFFICE OFICINA
OFIC APARTAMENTO APTO PMB MAILBOX; CB CAMPUSBOX;
FL FLOOR FLR FLOORS FLRS FLS PISO; LEVEL LVL;
BLDG BUILDING BLD BLDGS BUILDINGS BLDNG BLGD BULD EDIF EDIFICIO; TOWER TWR TORRE; WING WNG;
DEPT DEPARTMENT DPT; MS MAILSTOP MSC MC MAILCODE MD MAILDROP;
POD; BAY; DOOR; MODULE; SECTION; PAVILION PAV; PHASE; CAMPUS; HOUSE; ENTRANCE;
LOT; FILE; SPC SPACE; SLIP; TRLR TRAILER; HNGR HANGAR; PIER; STOP;
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
NAMED_PARTS = BUILDING_PARTS | {"FL", "LEVEL"}
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
# {what a floor or level is called: the one form}. As units of their own (Basement, Lobby), the
# words of appendix C2 have another form: nobody writes both of one floor.
NAMED_FLOORS = by_variant("""
GROUND GRND GRD GND GF; MAIN; LOWER LOWR LL; UPPER UPPR UL; TOP; LOBBY LBBY;
MEZZANINE MEZZ MEZ; BASEMENT BSMT; ENTIRE
""")
# {these are a floor also where they stand alone: the unit}.
LONE_FLOORS = {name: f"FL {NAMED_FLOORS[name]}" for name in words_in("LL UL GF MEZZANINE MEZZ MEZ")}
# Sections 281 and 283: callers, bins, lockboxes and drawers are PO boxes.
BOXES = words_in(
    "POBOX BOX BX POB POBX DRAWER DWR BIN LOCKBOX LB LBX CALLER APARTADO APDO PO CASILLA BUZON"
    " BUZ BZN"
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
ATTENTION = words_in("ATTN ATTENTION ATN C/O DBA FBO AKA")
# What follows these letters without a space is a number: BOX12, STE100, HWY6.
FUSED = words_in(
    "POBOX POB POBX BOX LBX MSC MC DEPT STE SUITE APT UNIT RM ROOM BLDG FL FLOOR PMB HWY HIGHWAY"
    " RTE ROUTE RR HC PSC CMR PH PR"
)
# What begins a building's or a neighborhood's name in Puerto Rico, beside a street or kilometer.
BARRIOS = words_in("BO BARRIO BDA BARRIADA SECTOR")
NAMED_AFTER = words_in("EDIF EDIFICIO TORRE COND CONDOMINIO") | BARRIOS
# A box of a barrio, which counts its own, where it stands on no route.
BUZONES = words_in("BUZON BUZ BZN CASILLA")
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
