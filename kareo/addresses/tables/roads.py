"""Numbered roads: what people write for them, and the one form of each.

USPS Publication 28, appendix F (county, state, interstate and US highways, farm and ranch roads),
with what state departments of transportation call theirs: Wisconsin's trunk highways by letters
(CTH, STH, USH), Minnesota's state aid highways (CSAH), New York's routes (NYS), Michigan's and
Kansas' by the state's letter (M-59, K-7), the business, spur and loop routes of AASHTO, Texas'
farm, ranch, private and loop roads (FM, RM, PR, SL, SS).
"""

from kareo.addresses.tables import by_variant, words_in
from kareo.addresses.tables.names import DIRECTIONS
from kareo.addresses.tables.states import STATE_CODES
from kareo.addresses.tables.suffixes import SUFFIXES

_HIGHWAYS = by_variant("""
CR CNTY_RD COUNTY_RD CO_RD CTY_RD COUNTY_RTE CNTY_RTE CO_RTE CTY_RTE COUNTY_HWY CNTY_HWY CO_HWY
CTY_HWY CTH CH CSAH COUNTY COUNTY_TRUNK_HWY COUNTY_TRUNK CO_TRUNK_HWY CTY_TRUNK_HWY
COUNTY_STATE_AID_HWY CO_STATE_AID_HWY;
SR NYS_RTE NYS_RD NYS_HWY STATE_RD ST_RD STATE_RTE ST_RTE STATE_HWY ST_HWY SH STHY STH
STATE_TRUNK_HWY;
US US_HWY US_RTE US_RD USH USHWY; I INTERSTATE IH INTERSTATE_HWY INTERSTATE_RTE;
FM FARM_TO_MARKET FARM_TO_MARKET_RD FARM_RD FM_RD FARM_MARKET_RD;
RM RANCH_TO_MARKET RANCH_TO_MARKET_RD RM_RD; RR RANCH_RD;
TR TOWNSHIP_RD TWP_RD TSR TOWNSHIP_RTE TOWNSHIP_HWY TWP_HWY;
PRIVATE_RD PR PVT_RD PRIV_RD; FOREST_RD FS FS_RD FSR FOREST_SERVICE_RD NATIONAL_FOREST_RD USFS_RD;
FR FRONTAGE_RD; HWY RTE; LOOP LP STATE_LOOP SL; SPUR STATE_SPUR SS; BIA BIA_RD BIA_RTE
INDIAN_RTE; BELTWAY; CALLE CLL; CARR
""")
# {HIGHWAY: HWY}
ROAD_WORDS = {
    written: standard
    for written, standard in SUFFIXES.items()
    if standard in {"RD", "RTE", "HWY", "LOOP", "SPUR"}
}
# {what stands before the number, abbreviated: the one form of it}. One state has one road of a
# number, whether it is written State Road, Route or Highway.
HIGHWAYS = {
    " ".join(ROAD_WORDS.get(word, word) for word in phrase.split("_")): road.replace("_", " ")
    for phrase, road in _HIGHWAYS.items()
}
# In its state, or by its code, a state's name alone is its road: Maryland 760, KY 84. Not NE, which
# is a direction. Nothing but a direction stands before it, or Old: Oak Way KY 110 is none.
STATE_NAMES = {
    written: code
    for written, code in {**STATE_CODES, "M": "MI", "K": "KS"}.items()
    if written not in HIGHWAYS and written not in DIRECTIONS
}
# {the same with a state's name or code before it: (the one form, that state)}: Kentucky Highway 84,
# Ohio County Rd 5.
_OF_STATE = {
    f"{written} {phrase}": ("CR" if road == "CR" else "SR", code)
    for phrase, road in [*HIGHWAYS.items(), ("RD", "RD")]
    if road in {"HWY", "SR", "RD", "CR"}
    for written, code in STATE_CODES.items()
}
# {what stands before the number: (the one form, the state that it is of, the form elsewhere)}
ROADS = {
    **{
        written: ("SR", code, f"{code}-SR" if written == code else "")
        for written, code in STATE_NAMES.items()
    },
    **{phrase: (road, code, f"{code}-{road}") for phrase, (road, code) in _OF_STATE.items()},
    **{phrase: (road, "", road) for phrase, road in HIGHWAYS.items()},
}
LONGEST_ROAD = 4  # words: Farm to Market Rd; the few longer ones are not read
_FIRST_WORDS = {phrase.split()[0] for phrase in ROADS}
# As they are written.
FIRST_WORDS = _FIRST_WORDS | {word for word, road in ROAD_WORDS.items() if road in _FIRST_WORDS}
# Written without a space: SR84, I-20, KY84.
FUSED_ROADS = words_in("SR SH STH CR CSAH US USH I IH FM RM TR HWY RTE CTH PR SL SS M K") | {
    code for code in STATE_CODES if len(code) == 2
}
# Roads that are called by one or two letters, too: County Road KK, Highway K.
LETTERED_ROADS = frozenset({"CR", "SR", "HWY"})
# After the number, or before the road: US 71 Business, Bus Hwy 71.
KINDS_OF_ROUTE = by_variant("""
BUS BUSINESS BUSN; ALT ALTERNATE ALTN; BYP BYPASS; TRK TRUCK; SCENIC SCN; SPUR SPR; LOOP LP;
CONN CONNECTOR; FRONTAGE
""")
