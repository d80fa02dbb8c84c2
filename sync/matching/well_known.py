"""Names under which payers are widely known, and that a look-alike may be suggested by.

Only ever suggested: a practice's own names decide, those of its companies and what staff enter.
Each group has its source, a site of the payer or of the agency in charge that goes by the name.
"""

from functools import cache
from typing import NamedTuple

from kareo.records.texts.names import name_key


class WellKnown(NamedTuple):
    """Names of one payer, each of which may be a company's."""

    names: tuple[str, ...]
    source: str


def _blue(short: str, state: str, source: str) -> WellKnown:
    spellings = ("Blue Cross and Blue Shield of", "Blue Cross Blue Shield of", "BCBS of", "BCBS")
    return WellKnown((short, *(f"{spelling} {state}" for spelling in spellings)), source)


WELL_KNOWN = (
    WellKnown(("UHC", "UnitedHealthcare"), "uhc.com"),
    WellKnown(("VSP", "Vision Service Plan", "VSP Vision Care"), "vsp.com"),
    WellKnown(("KP", "Kaiser", "Kaiser Permanente"), "kp.org"),
    WellKnown(("GEHA", "Government Employees Health Association"), "geha.com"),
    WellKnown(("HAP", "Health Alliance Plan"), "hap.org"),
    WellKnown(("IEHP", "Inland Empire Health Plan"), "iehp.org"),
    _blue("BCBSIL", "Illinois", "bcbsil.com"),
    _blue("BCBSKS", "Kansas", "bcbsks.com"),
    _blue("BCBSM", "Michigan", "bcbsm.com"),
    _blue("BCBSMT", "Montana", "bcbsmt.com"),
    _blue("BCBSNM", "New Mexico", "bcbsnm.com"),
    _blue("BCBSND", "North Dakota", "bcbsnd.com"),
    _blue("BCBSOK", "Oklahoma", "bcbsok.com"),
    _blue("BCBSRI", "Rhode Island", "bcbsri.com"),
    _blue("BCBST", "Tennessee", "bcbst.com"),
    _blue("BCBSTX", "Texas", "bcbstx.com"),
    WellKnown(("TFL", "TRICARE for Life"), "tricare.mil/tfl"),
    WellKnown(("Medi-Cal", "California Medicaid", "Medicaid of California"), "medi-cal.ca.gov"),
    WellKnown(("TennCare", "Tennessee Medicaid", "Medicaid of Tennessee"), "tn.gov/tenncare"),
    WellKnown(
        ("MassHealth", "Massachusetts Medicaid", "Medicaid of Massachusetts"), "mass.gov/masshealth"
    ),
    WellKnown(
        (
            "AHCCCS",
            "Arizona Health Care Cost Containment System",
            "Arizona Medicaid",
            "Medicaid of Arizona",
        ),
        "azahcccs.gov",
    ),
)


def also_known_as(key: str) -> frozenset[str]:
    """Return the keys of the other names of the payer that is known by a name with this `key`."""
    return _groups().get(key, frozenset()) - {key}


@cache
def _groups() -> dict[str, frozenset[str]]:
    groups = (frozenset(map(name_key, known.names)) for known in WELL_KNOWN)
    return {key: group for group in groups for key in group}
