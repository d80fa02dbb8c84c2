"""The grammar as data: classes of words, and rules that say what stands together.

In a rule the name of a class or shape stands for one word of it, ANY for any word. The rest is a
regular expression, in which spaces mean nothing. STOP is where a line ends, or a unit or box
begins. With each rule are examples that it reads to the end, as plain words.
"""

from collections.abc import Collection

from kareo.addresses.tables import delivery, names, words_in
from kareo.addresses.tables.states import STATE_CODES
from kareo.addresses.tables.suffixes import CLOSING, NO_FLOORS, SUFFIXES


def _called(kinds: Collection[str]) -> frozenset[str]:
    return frozenset(word for word, kind in delivery.UNITS.items() if kind in kinds)


_LETTER = r"[^\W\d_]"
# {shape: what such words look like}; the first that fits counts.
SHAPES = {
    "LETTER": _LETTER,
    "TWO": _LETTER + "{2}",
    "THREE": _LETTER + "{3}",
    "FOUR": _LETTER + "{4}",
    "FIVE": _LETTER + "{5}",
    "LONG": _LETTER + "{6,}",
    "DIGITS": r"\d+",
    "ORDINAL": r"\d+TH",
    "FRACTION": r"\d+(?:-\d+)?/\d+",
    "GRID": r"[NSEW]\d+",
    "MIXED": r"\d.+",  # 12B, 39.2
    "MARK": r"\W|C/O",
    "CODED": r".+",  # B12
}
# {what stands for one of several shapes}
WIDER = {
    "ALPHA": words_in("LETTER TWO THREE FOUR FIVE LONG"),
    "NUMBER": words_in("DIGITS ORDINAL FRACTION GRID MIXED CODED"),
}
CLASSES: dict[str, Collection[str]] = {
    "END": delivery.ENDS,
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
    "ROADWORD": {word for word, suffix in SUFFIXES.items() if suffix in {"RD", "HWY"}},
    "LOCAL": names.LOCALS,
    "UNION": names.UNIONS,
    "URB": delivery.URBANIZATION,
    "PARTED": delivery.AFTER_THEIR_NUMBER,
    "FLOORPARTED": {*delivery.AFTER_THEIR_NUMBER} & _called({"FL", "LEVEL"}),
    "SIDE": delivery.NAMED_SIDES,
    "ROMAN": names.ROMAN,
    "NOTCALLED": names.PROGRAMS | names.LOCALS | delivery.NUMBER_SIGNS,
    "SHORTWORD": names.WORDS_OF_TWO | {code for code in STATE_CODES if len(code) == 2},
    "NOUN": names.BUILDINGS,
    "DEPARTMENT": names.DEPARTMENTS,
    "NOBODY": names.ORGANIZATIONS | names.DEPARTMENTS | names.NOTHINGS,
    "NAMEDAFTER": delivery.NAMED_AFTER,
    "BARRIO": delivery.BARRIOS,
    "BUZON": delivery.BUZONES,
    "US": {"US"},
    "OH": {"O"},
    "ST": {"ST"},
    "SAINT": names.SAINTS,
    "CLOSING": {word for word, suffix in SUFFIXES.items() if suffix in CLOSING},
    "NAMEEND": names.NAME_ENDS
    | {*names.DEPARTMENTS, *delivery.LONE_FLOORS, *delivery.UNITS}.difference(SUFFIXES),
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
_ALONE = r"(?= FLOORPARTED (?: END | \Z))"
_FIRST = r"(?: \A | (?<= END) | (?<= SUFFIX))"
_LAST = "(?! (?! ORDINAL) NUMBER | LETTER)"
_BESIDE = "(?: SIGN | END | ESTATAL)*"

# {rule: (what stands there, examples)}
RULES: dict[str, tuple[str, ...]] = {
    "stop": ("STOP", ""),
    # A number, with the letter or direction beside it; one more of the same unit.
    "number": (f"(?P<number> {_NUMBER})", "200 B", "B 200", "12TH EAST", "GOLD"),
    "one more": (f"AND (?= NUMBER | LETTER STOP) (?P<number> {_NUMBER})", "AND 200 B", "AND D"),
    "lone letter": ("LETTER (?: STOP | (?= AND LETTER STOP))", "B"),
    "box": (_BOX, "POBOX # 12", "DRAWER CS 12", "POBOX AB", "LBX A"),
    "box on route": (f"{_ROUTE} END? {_BOX}", "RR 2 BOX 65", "HC NO 2 , BOX 65"),
    "box, route": (f"(?= PLAINBOX) {_BOX} END? {_ROUTE} (?! BOX)", "BOX 65 RR # 2"),
    # Twelfth Floor, East Tower, C Wing: what is to stand after it.
    "number before": (
        rf"""(?P<number> ORDINAL (?: AND ORDINAL)? (?= PARTED)
        | (?: STORY | DIGITS {_ALONE} | {_FIRST} (?! STREETEND) ALPHA {_ALONE})
          (?= FLOORPARTED {_LAST})
        | (?: DIRECTION | SIDE | {_FIRST} LETTER)
          (?! FLOORPARTED) (?= PARTED (?! SUFFIX) {_LAST}))
        PARTED""",
        *("12TH FLOOR", "2TH AND 3TH FLOORS", "GROUND FLOOR", "EAST TOWER", "C WING"),
    ),
    # A name that ends in a letter, number or direction; one before a building.
    "called": (
        r".* (?P<kept> (?! NOTCALLED) (?P<noun> ANY))"
        r" (?P<called> DIRECTION | ROMAN | (?! SIGN | SHORTWORD) (?: LETTER | TWO) | DIGITS) \Z",
        *("LAKE PLAZA II", "GATE A", "ZONE AB", "PLAZA 2"),
    ),
    "called before": (
        r".* (?P<kept> (?P<called> DIRECTION | SIDE)) (?P<noun> NOUN) \Z",
        "NORTH PLAZA",
    ),
    # Names that tell no place apart, beside a street; names by which a building is known.
    "no place": (
        r".* NOUN \Z | NAMEDAFTER .* | .* NOBODY .* | (?: UNIT | SIGN | BOX | US)+ \Z",
        *("OAK PLAZA", "COND LAS TORRES", "ACME HEALTH PLAN", "SUITE"),
    ),
    "building": (
        r"(?! .* DEPARTMENT) ANY .* NOUN (?: ROMAN | DIRECTION)? \Z",
        *("MUTUAL OF OMAHA PLAZA", "LAKE PLAZA II"),
    ),
    "house before name": (
        "(?: DIGITS | FRACTION | MIXED) (?! DIGITS | FRACTION | MIXED | CODED | GRID) ANY",
        "7 OAK",
    ),
    # Behind Attn: Region 5, not 1199 SEIU.
    "number of place": ("(?! ORDINAL) NUMBER (?! .? NOBODY)", "5"),
    # A route where no box can be read.
    "route alone": ("(?P<kind> ROUTE) SIGN{0,2}+ (?P<name> NUMBER)", "RR # 4"),
    "general delivery": ("DELIVERY", "GENERALDELIVERY"),
    # What stands before the number or name of a unit; a unit that needs none.
    "designator": (
        f"(?= {_UNIT}) UNIT SIGN{{0,2}}+ (?P<number> {_NUMBER})",
        *("SUITE NO 200 B", "FLOOR GROUND", "DEPT CH # 143", "MAILCODE ABCDE", "TOWER EAST"),
    ),
    "unit alone": ("ALONE STOP", "LOWER"),
    # Before a street's name: a number of a grid, with a letter or fraction, on a line of its own.
    "house": (
        r"(?P<number> GRID GRID | LETTER ANY | ANY FRACTION | ANY) (?: (?<= \A .) END (?= ALPHA))?",
        *("N6 W23001", "123 1/2", "G 1077", "37-24A"),
    ),
    # Of a street's words: the letter of the number before it, 216 B South Blvd, 1802 M Street NW;
    # what of them is the street, where a name came along.
    "letter of number": (
        "(?! DIRECTION | OH) LETTER (?: SUFFIX (?= .* SUFFIX) | (?! SUFFIX)"
        " (?: DIRECTION | ORDINAL | (?! LETTER) ALPHA)) ANY",
        *("B SOUTH BLVD", "M STREET WAY"),
    ),
    "street before name": (
        r"(?P<street> DIRECTION* (?! DIRECTION) ANY .*"
        r" CLOSING (?! (?<= ST) SAINT) (?: DIRECTION | SUFFIX | LETTER | NUMBER)*+) .* NAMEEND \Z",
        "MAIN AVE N ACME HALL",
    ),
    # What a road may be called by, KK but not NW, and what may stand behind it: FM 1960 Rd.
    "called road": (
        "(?: NUMBER | LETTER | (?! SUFFIX | SIGN | DIRECTION) TWO) ROADWORD?",
        *("5", "KK", "1960 RD"),
    ),
    "direction behind": ("END (?P<directions> DIRECTION+) STOP", ", N"),
    "union": ("LOCAL UNION? SIGN* (?P<number> NUMBER)", "LOCAL NO 5"),
    # Puerto Rico, section 29 of Publication 28: what tells equal streets of one ZIP apart.
    "urbanization": ("URB (?P<name> (?: (?! CALLE | UNIT | BOX) ALPHA)+)", "URB LAS FLORES"),
}
# Rules that hold there only.
PUERTO_RICO: dict[str, tuple[str, ...]] = {
    # A box that only its barrio's name tells from others.
    "box of barrio": (
        "BARRIO (?P<name> (?: (?! CALLE | UNIT | BOX) ALPHA)+)"
        " END? BUZON SIGN? (?P<number> NUMBER)",
        *("BO CANDELARIA BUZON 5", "SECTOR LA VEGA , BZN # 5"),
    ),
    # A street whose number comes last; a place on a highway.
    "calle": (
        "(?P<name> CALLE (?! END) ANY (?: (?! SIGN) ALPHA){0,14}) SIGN? (?P<number> NUMBER)",
        *("CALLE MARGINAL # 45", "CALLE 5 NUM 45"),
    ),
    "kilometer": (
        f"PRROAD {_BESIDE} (?P<name> NUMBER) {_BESIDE} KM SIGN? (?P<number> NUMBER)",
        *("CARR ESTATAL # 2 , KM 11.8", "PR 2 K 11.8"),
    ),
}
RULES |= PUERTO_RICO
# {rule: how the address has what it reads}; the words in braces are the rule's.
FORMS = {
    "box": "PO BOX {number}",
    "box on route": "{kind} {route} BOX {number}",
    "box, route": "{kind} {route} BOX {number}",
    "box of barrio": "BO {name} BOX {number}",
    "general delivery": "GENERAL DELIVERY",
    "kilometer": "CARR {name} KM {number}",
    "route alone": "{kind} {name}",
    "urbanization": "{name}",
}
