"""The grammar as data: classes of words, and rules that say what stands together.

In a rule the name of a class stands for one word of it; beside those below there are the shapes of
words that `grammar` knows (LETTER, TWO, DIGITS, ORDINAL and so on). The rest is a regular
expression, in which spaces mean nothing. STOP is where a line ends, or a unit or box begins. With
each rule are examples that it reads to the end, as plain words.
"""

from collections.abc import Collection

from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.suffixes import NO_FLOORS, SUFFIXES


def _called(kinds: Collection[str]) -> frozenset[str]:
    return frozenset(word for word, kind in delivery.UNITS.items() if kind in kinds)


CLASSES: dict[str, Collection[str]] = {
    "END": delivery.ENDS,
    "HASH": {"#"},
    "AND": {"AND"},
    "SIGN": delivery.NUMBER_SIGNS,
    "ATTENTION": delivery.ATTENTION,
    "DELIVERY": {"GENERALDELIVERY"},
    "BOX": delivery.BOXES,
    "POBOX": {"POBOX"},
    "PLAINBOX": {"BOX"},
    "ROUTE": delivery.ROUTES,
    "MILITARY": {"UNIT"},
    "UNIT": delivery.UNITS,
    "SUITE": _called({"STE"}) - delivery.OFFICES,
    "TERSE": delivery.TAKE_LETTERS,
    "FLOOR": _called({"FL", "LEVEL"}),
    "BUILDING": _called(delivery.BUILDING_PARTS),
    "DEPT": _called({"DEPT"}),
    "MAILCODE": delivery.TAKE_WORDS,
    "ALONE": _called(delivery.NEED_NO_NUMBER),
    "STORY": delivery.NAMED_FLOORS,
    "PART": {*names.ROMAN, *names.DIRECTIONS, *delivery.NAMED_SIDES},
    "DIRECTION": names.DIRECTIONS,
    "SUFFIX": SUFFIXES,
    "STREETEND": {word for word, suffix in SUFFIXES.items() if suffix in NO_FLOORS},
    "LOCAL": names.LOCALS,
    "UNION": names.UNIONS,
    "URB": delivery.URBANIZATION,
    "CALLE": delivery.SPANISH_STREETS,
    "PRROAD": delivery.PUERTO_RICAN_ROADS,
    "KM": delivery.KILOMETERS,
    "ESTATAL": delivery.BESIDE_ROADS,
}

_NUMBER = """
(?> NUMBER (?: DIRECTION | LETTER) STOP | LETTER DIRECTION STOP
  | (?: LETTER | TWO) SIGN? DIGITS STOP | ANY )"""
_BOX = f"""
(?: BOX SIGN{{0,2}}+ (?= NUMBER | LETTER STOP | (?: LETTER | TWO) NUMBER)
  | POBOX SIGN{{0,2}}+ (?= TWO STOP)
) (?P<number> {_NUMBER})"""
_ROUTE = "(?P<kind> ROUTE) SIGN{0,2}+ (?P<route> NUMBER)"
# {designators: what such a unit may be called}.
_UNITS = {
    "FLOOR": "STORY",  # Floor Mezzanine
    "BUILDING": "PART",  # Tower East, Building II
    "MAILCODE": "TWO | THREE | FOUR | FIVE",  # Mail Code ABCDE
    "TERSE": "(?! UNIT | SUFFIX) (?: TWO | THREE)",  # Suite LL
    "DEPT": "(?! STREETEND) TWO STOP",  # Dept CH; by a longer name it is nobody's place
    "SUITE | FLOOR": "(?! UNIT | STREETEND) ALPHA STOP",  # Suite Gold, Garden Floor
    "UNIT": "NUMBER | LETTER | (?! UNIT) TWO SIGN? DIGITS",  # Suite 200, Bldg C, Dept CH 143
}
_UNIT = " | ".join(
    f"(?: {designators}) SIGN{{0,2}}+ (?! BOX | AND) (?: {called})"
    for designators, called in _UNITS.items()
)
_BESIDE = "(?: SIGN | END | ESTATAL)*"

# {rule: (what stands there, examples)}
RULES: dict[str, tuple[str, ...]] = {
    "stop": ("STOP", ""),
    # A number, with the letter or direction beside it; one more of the same unit.
    "number": (f"(?P<number> {_NUMBER})", "200 B", "B 200", "12TH EAST", "GOLD"),
    "one more": (f"AND (?= NUMBER | LETTER) (?P<number> {_NUMBER})", "AND 200 B", "AND D"),
    "lone letter": ("LETTER (?: STOP | (?= AND LETTER STOP))", "B"),
    "box": (_BOX, "POBOX # 12", "DRAWER CS 12", "POBOX AB", "LBX A"),
    "box on route": (f"{_ROUTE} END? {_BOX}", "RR 2 BOX 65", "HC NO 2 , BOX 65"),
    "box, route": (f"(?= PLAINBOX) {_BOX} END? {_ROUTE} (?! BOX)", "BOX 65 RR # 2"),
    # What stands before the number or name of a unit; a unit that needs none.
    "designator": (f"(?= {_UNIT}) UNIT SIGN{{0,2}}+ (?= ANY)",),
    "unit alone": ("ALONE STOP", "LOWER"),
    # Before a street's name: a number of a grid, with a letter or fraction, on a line of its own.
    "house": (
        r"(?P<fused> GRID GRID | LETTER ANY) | (?P<parted> ANY FRACTION)"
        r" | (?P<line> \A ANY) END (?= ALPHA) | (?P<plain> ANY)",
        *("N6 W23001", "123 1/2", "G 1077", "37-24A"),
    ),
    "direction behind": ("END (?P<directions> DIRECTION+) STOP", ", N"),
    "union": ("LOCAL UNION? SIGN* (?P<number> NUMBER)", "LOCAL NO 5"),
    # Puerto Rico: section 29 of Publication 28.
    "urbanization": ("URB (?P<name> (?: (?! CALLE | UNIT | BOX) ALPHA)*)", "URB LAS FLORES"),
    "calle": (
        "(?P<name> CALLE (?! END) ANY (?: (?! SIGN) ALPHA){0,14}) SIGN? (?P<number> NUMBER)",
        *("CALLE MARGINAL # 45", "CALLE 5 NUM 45"),
    ),
    "kilometer": (
        f"PRROAD {_BESIDE} (?P<road> NUMBER) {_BESIDE} KM SIGN? (?P<km> NUMBER)",
        *("CARR ESTATAL # 2 , KM 11.8", "PR 2 K 11.8"),
    ),
}
