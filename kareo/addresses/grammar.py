"""The grammar of addresses: classes of words, and rules that say what stands together.

Each word has a tag, one character that says which classes it is in. So an address is a string of
tags, and a rule is a regular expression in which the name of a class stands for one word of it.
Spaces mean nothing in a rule, and STOP is where a line ends, or a unit or box begins. Each rule
comes with examples that it reads to the end, as plain words (`words.words_of`).
"""

import re
from collections.abc import Collection

from kareo.addresses import tables
from kareo.addresses.tables import DIRECTIONS, UNITS
from kareo.addresses.tables.suffixes import NO_FLOORS, SUFFIXES
from kareo.addresses.words import ENDS, is_number, is_ordinal


def _called(kinds: Collection[str]) -> frozenset[str]:
    return frozenset(word for word, kind in UNITS.items() if kind in kinds)


_CLASSES: dict[str, Collection[str]] = {
    "END": ENDS,
    "HASH": {"#"},
    "AND": {"AND"},
    "SIGN": tables.NUMBER_SIGNS,
    "ATTENTION": tables.ATTENTION,
    "DELIVERY": {"GENERALDELIVERY"},
    "BOX": tables.BOXES,
    "POBOX": {"POBOX"},
    "PLAINBOX": {"BOX"},
    "ROUTE": tables.ROUTES,
    "MILITARY": {"UNIT"},
    "UNIT": UNITS,
    "SUITE": _called({"STE"}) - tables.OFFICES,
    "TERSE": tables.TAKE_LETTERS,
    "FLOOR": _called({"FL", "LEVEL"}),
    "BUILDING": _called(tables.BUILDING_PARTS),
    "DEPT": _called({"DEPT"}),
    "MAILCODE": tables.TAKE_WORDS,
    "ALONE": _called(tables.NEED_NO_NUMBER),
    "STORY": tables.NAMED_FLOORS,
    "PART": {*tables.ROMAN, *DIRECTIONS, *tables.NAMED_SIDES},
    "DIRECTION": DIRECTIONS,
    "SUFFIX": SUFFIXES,
    "STREETEND": {word for word, suffix in SUFFIXES.items() if suffix in NO_FLOORS},
    "LOCAL": tables.LOCALS,
    "UNION": tables.UNIONS,
    "URB": tables.URBANIZATION,
    "CALLE": tables.SPANISH_STREETS,
    "PRROAD": tables.PUERTO_RICAN_ROADS,
    "KM": tables.KILOMETERS,
    "ESTATAL": tables.BESIDE_ROADS,
}
_LETTERS = ("LETTER", "TWO", "THREE", "FOUR", "FIVE")  # by their count; more are LONG
_NUMBERS = {  # the first that it is
    "ORDINAL": is_ordinal,
    "DIGITS": str.isdecimal,
    "FRACTION": re.compile(r"\d+(?:-\d+)?/\d+").fullmatch,
    "GRID": re.compile(r"[NSEW]\d+").fullmatch,
    "MIXED": is_number,
}
_WIDER = {
    "NUMBER": {*_NUMBERS},
    "ALPHA": {*_LETTERS, "LONG"},
    "ANY": {*_NUMBERS, *_LETTERS, "LONG", "MARK"},
}


def _shape_of(word: str) -> str:
    if word.isalpha():
        return _LETTERS[len(word) - 1] if len(word) <= len(_LETTERS) else "LONG"
    return next((shape for shape, is_one in _NUMBERS.items() if is_one(word)), "MARK")


_tags: dict[tuple[str, ...], str] = {}  # {all classes that a word is in: its tag}


def _tag(*classes: str) -> str:
    return _tags.setdefault(classes, chr(0xE000 + len(_tags)))


_TAG_OF_SHAPE = {shape: _tag(shape) for shape in _WIDER["ANY"]}
_TAG_OF_WORD = {
    word: _tag(_shape_of(word), *(name for name, words in _CLASSES.items() if word in words))
    for known in _CLASSES.values()
    for word in known
}


def tags_of(words: list[str]) -> str:
    """Return the tags of `words`, one character each."""
    return "".join([_TAG_OF_WORD.get(word) or _TAG_OF_SHAPE[_shape_of(word)] for word in words])


def tags_in(name: str) -> str:
    """Return the tags of all words that are in a class."""
    parts = _WIDER.get(name, {name})
    return "".join(tag for classes, tag in _tags.items() if parts.intersection(classes))


EXAMPLES: list[tuple[re.Pattern[str], str]] = []  # of every rule


def rule(text: str, *examples: str) -> re.Pattern[str]:
    """Return the rule that `text` says, to be matched with tags."""
    text = text.replace("STOP", r"(?= END | UNIT | BOX | \Z)")
    text = re.sub(r"[A-Z]{2,}", lambda name: f"[{tags_in(name[0])}]", text)
    compiled = re.compile("".join(text.split()))
    EXAMPLES.extend((compiled, example) for example in examples)
    return compiled


_STOP = rule("STOP")


def stops_at(tags: str, at: int) -> bool:
    """Tell whether a line ends before `at`, or a unit or box begins there."""
    return _STOP.match(tags, at) is not None


# A number, with the letter or direction beside it.
_NUMBER = (
    "(?> NUMBER (?: DIRECTION | LETTER) STOP | LETTER DIRECTION STOP"
    " | (?: LETTER | TWO) SIGN? DIGITS STOP | ANY )"
)
ONE_NUMBER = rule(_NUMBER, "200 B", "B 200", "12TH EAST", "GOLD")
ONE_MORE = rule(f"AND (?= NUMBER | LETTER) (?P<more> {_NUMBER})", "AND 200 B", "AND D")

LONE_LETTER = rule("LETTER (?: STOP | (?= AND LETTER STOP))", "B")

_BOX = f"""
(?: BOX SIGN{{0,2}}+ (?= NUMBER | LETTER STOP | (?: LETTER | TWO) NUMBER)
  | POBOX SIGN{{0,2}}+ (?= TWO STOP)
) (?P<box> {_NUMBER})"""
_ROUTE = "(?P<kind> ROUTE) SIGN{0,2}+ (?P<route> NUMBER)"
BOX = rule(_BOX, "POBOX # 12", "DRAWER CS 12", "POBOX AB", "LBX A")
BOX_ON_ROUTE = rule(f"{_ROUTE} END? {_BOX}", "RR 2 BOX 65", "HC NO 2 , BOX 65")
BOX_BEFORE_ROUTE = rule(f"(?= PLAINBOX) {_BOX} END? {_ROUTE} (?! BOX)", "BOX 65 RR # 2")

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
DESIGNATOR = rule(f"(?= {_UNIT}) UNIT SIGN{{0,2}}+ (?= ANY)")
ALONE = rule("ALONE STOP", "LOWER")

# The number before a street's name: of a grid, with a letter or fraction, on a line of its own.
HOUSE = rule(
    r"(?P<fused> GRID GRID | LETTER ANY) | (?P<parted> ANY FRACTION) | (?P<line> \A ANY) END (?= ALPHA)"
    r" | (?P<plain> ANY)",
    "N6 W23001", "123 1/2", "G 1077", "37-24A",
)  # fmt: skip
BEHIND = rule("END (?P<directions> DIRECTION+) STOP", ", N")
# Puerto Rico: section 29 of Publication 28.
URBANIZATION = rule("URB (?P<name> (?: (?! CALLE | UNIT | BOX) ALPHA)*)", "URB LAS FLORES")
CALLE = rule(
    "(?P<name> CALLE (?! END) ANY (?: (?! SIGN) ALPHA){0,14}) SIGN? (?P<number> NUMBER)",
    "CALLE MARGINAL # 45", "CALLE 5 # 45",
)  # fmt: skip
_BESIDE = "(?: SIGN | END | ESTATAL)*"
KILOMETER = rule(
    f"PRROAD {_BESIDE} (?P<road> NUMBER) {_BESIDE} KM HASH? (?P<km> NUMBER)",
    "CARR ESTATAL # 2 , KM 11.8", "PR 2 K 11.8",
)  # fmt: skip
LOCAL = rule("LOCAL UNION? SIGN* (?P<number> NUMBER)", "LOCAL NO 5")
