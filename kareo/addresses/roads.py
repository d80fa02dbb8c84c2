"""Numbered roads: what people write for them, and the one form of each.

USPS Publication 28, appendix F (county, state, interstate and US highways, farm and ranch roads),
with what state departments of transportation call theirs: Wisconsin's trunk highways by letters
(CTH, STH), the business, spur and loop routes of AASHTO, Texas' farm, ranch and private roads.
"""

from kareo.addresses.states import STATE_CODES
from kareo.addresses.suffixes import SUFFIXES
from kareo.addresses.tables import by_variant, words_in

# {what stands before the number, abbreviated: the one form of it}. One state has one road of a
# number, whether it is written State Road, Route or Highway.
HIGHWAYS = by_variant("""
CR CNTY_RD COUNTY_RD CO_RD CTY_RD COUNTY_RTE CNTY_RTE CO_RTE CTY_RTE COUNTY_HWY CNTY_HWY CO_HWY
CTY_HWY CTH CH COUNTY COUNTY_TRUNK_HWY COUNTY_TRUNK CO_TRUNK_HWY CTY_TRUNK_HWY;
SR STATE_RD ST_RD STATE_RTE ST_RTE STATE_HWY ST_HWY SH STHY STH STATE_TRUNK_HWY;
US US_HWY US_RTE US_RD; I INTERSTATE IH INTERSTATE_HWY INTERSTATE_RTE;
FM FARM_TO_MARKET FARM_TO_MARKET_RD FARM_RD FM_RD FARM_MARKET_RD;
RM RANCH_TO_MARKET RANCH_TO_MARKET_RD RM_RD; RR RANCH_RD;
TR TOWNSHIP_RD TWP_RD TSR TOWNSHIP_RTE TOWNSHIP_HWY TWP_HWY;
PRIVATE_RD PR PVT_RD PRIV_RD; FOREST_RD FS_RD FSR FOREST_SERVICE_RD NATIONAL_FOREST_RD USFS_RD;
FR FRONTAGE_RD; HWY HIGHWAY; RTE; LOOP; SPUR; BIA BIA_RD BIA_RTE INDIAN_RTE
""")
HIGHWAYS = {
    " ".join(SUFFIXES.get(word, word) for word in phrase.split("_")): road.replace("_", " ")
    for phrase, road in HIGHWAYS.items()
}
MOST_WORDS_OF_ROAD = 4  # Farm to Market Rd
# Written without a space: SR84, I-20.
FUSED_ROADS = words_in("SR SH STH CR US I IH FM RM TR HWY RTE CTH PR")
# Words that a number or a letter may follow as part of the street's name.
NUMBERED_ROADS = words_in(
    "HWY RTE CR CTH CH SR SH STH US I INTERSTATE IH FM RM TR TSR BELTWAY CALLE CLL CARR STHY LOOP"
    " SPUR COUNTY MARKET"
)
# Before Rd, a number after that is the road's.
BEFORE_ROAD = words_in(
    "COUNTY CNTY CO CTY STATE ST RANCH MARKET FARM TOWNSHIP TWP FOREST FM RM SERVICE PRIVATE PVT"
    " PRIV FS USFS BIA FRONTAGE"
)
# Roads that are called by one or two letters: County Road KK.
LETTERED_ROADS = frozenset({"CR", "SR"})
# In their state, a number after these is a state road's: KY-84, Kentucky Highway 84.
STATE_ROADS = {"HWY": "SR", "RTE": "SR", "SR": "SR", "RD": "SR", "CR": "CR", "": "SR"}
# After the number, or before the road: US 71 Business, Bus Hwy 71.
KINDS_OF_ROUTE = by_variant("""
BUS BUSINESS BUSN; ALT ALTERNATE ALTN; BYP BYPASS; TRK TRUCK; SCENIC SCN; SPUR SPR; LOOP LP;
CONN CONNECTOR; FRONTAGE
""")

FIRST_WORDS = {phrase.split()[0] for phrase in [*HIGHWAYS, *STATE_CODES]}
