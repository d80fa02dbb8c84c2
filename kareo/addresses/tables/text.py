"""What is changed in the text before it is cut into words.

Notes beside an address name nobody's place, so they fall away: phone numbers, web addresses, payer
IDs, dates, in the forms of public payer lists and of insurance cards. What is torn apart, and told
only by what stands around it, is mended.
"""

from kareo.addresses.tables.delivery import FUSED
from kareo.addresses.tables.names import NUMBER_WORDS

# {odd characters: the plain ones}
ODD = str.maketrans(
    {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3"}
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("'’‘`´ʼ′＇", "")
)
# {marks: the words that they are}
MARKS = {"&": "AND", "@": "AT", "%": "C/O", "\r": "\n", **dict.fromkeys(";|()", ",")}
_NOTE = " , "  # what stands for one
_PHONE_WORD = r"(?:TOLL[ -]?FREE|TELEPHONE|PHONE|PH|TEL|FAX|FACSIMILE|CALL|TTY)\b[ .:#]*"
_PHONE = (
    rf"(?:{_PHONE_WORD}|(?<![\w-]))"
    r"(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ ./-])\d{3}[ .-]\d{4}\b(?: ?(?:EXT|X)[ .:]*\d+)?"
)
_ID = r"[A-Z]{0,3}\d[A-Z0-9-]{2,11}\b"
_KIND = (
    r"(?:PAYER|PAYOR|EDI|ELECTRONIC|CLEARINGHOUSE|CLAIMS?|SUBMITTER|EMDEON|GROUP|MEMBER|PROVIDER"
    r"|TAX)"
)
_KINDS = rf"\b{_KIND}(?: {_KIND})*"
_END = r"(?=[ )]*(?:[\n,;]|$))"
_NUMBER = r"\b(?:NPI|TIN|EIN|FEIN|TTY)\b[ .:#]*\d[\d-]{2,11}\b"
_ELECTRONIC = rf"\b(?:ELECTRONIC|EDI)\b(?: {_KIND})*+[ :]*+{_ID}{_END}"
_DOMAIN = r"(?<![\w-])[A-Z0-9-]++\.(?:COM|ORG|NET|GOV)\b(?:/\S*)?"
_SITE = r"(?:\bHTTPS?://|\bWWW\.)\S+"
_START = r"(?:^|[\n,]) ?"
_NAME = r"(?= (?!(?:[NSEW][EW]?|NO|SO|NORTH|SOUTH|EAST|WEST)\b)[A-Z]+\b)"
_ORDINARY = "|".join(NUMBER_WORDS)
_LETTER = r"[^\W\d_]"
_EDGE, _EDGE_ = r"(?<![^\W_])", r"(?![^\W_])"  # of a word
_TAKE_NUMBERS = "|".join(FUSED)
_ZERO_BOX = r"\bP[ .]{0,2}0[ .]{0,2}B[O0]?X\b"
_JUNIOR = r" ?, ?(?=(?:JR|SR)\b(?![ -]?\d))|(?<=\bJR), (?=[A-Z]+\b)|(?<=\bJR\.), (?=[A-Z]+\b)"
# {what a text has that has such a thing: (the thing, what stands for it)}. The first is looked for
# before the second, because most addresses have none of them, and plain text is found the fastest.
_PLAIN: dict[str, list[tuple[str, str]]] = {
    "  ": [(r"[^\S\r\n]+", " ")],  # what follows knows single spaces only
    "\t": [(r"[^\S\r\n]+", " ")],
    "1-8": [(r"(?<![\w-])1-8\d\d-[A-Z0-9-]+", _NOTE)],  # 1-888-OHIOCOMP
    "ID": [(rf"{_KINDS} ?(?:ID|IDENTIFIER)\b[ .:#]*{_ID}", _NOTE)],  # Payer ID 60054
    "#": [(rf"{_KINDS}(?: (?:NUMBER|NO))?[ .:]*#[ :]*{_ID}{_END}", _NOTE)],  # EDI #60054
    "ELECTRONIC": [(_ELECTRONIC, _NOTE)],  # Electronic claims: 60054
    "EDI": [(_ELECTRONIC, _NOTE)],
    "NPI": [(_NUMBER, _NOTE)],
    "TTY": [(_NUMBER, _NOTE)],
    "IN ": [(_NUMBER, _NOTE)],
    "@": [(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+", _NOTE)],  # claims@example.org
    "HTTP": [(_SITE, _NOTE)],
    "WWW": [(_SITE, _NOTE)],
    ".COM": [(_DOMAIN, _NOTE)],
    ".ORG": [(_DOMAIN, _NOTE)],
    ".NET": [(_DOMAIN, _NOTE)],
    ".GOV": [(_DOMAIN, _NOTE)],
    "B0X": [(r"\bB0X\b", "BOX")],
    "BOX (": [(r"\bBOX \((\w+)\)", r"BOX \1")],
    "P0": [(_ZERO_BOX, "PO BOX")],
    "P 0": [(_ZERO_BOX, "PO BOX")],
    "P.0": [(_ZERO_BOX, "PO BOX")],
    "D AND ": [(rf"\b(HUNDRED|THOUSAND) AND (?=(?:{_ORDINARY})\b)", r"\1 ")],
    "JR": [(_JUNIOR, " ")],  # King, Jr. Blvd
    ", SR": [(_JUNIOR, " ")],
    "'": [("'", "")],
    "`": [("`", "")],
    ".": [
        (rf"(?<={_EDGE}{_LETTER})\.(?={_LETTER}{_EDGE_})", "")  # N.W., P.O.
    ],
    "/": [
        (r"(?:\b(?:EFFECTIVE|EFF|AS OF|UPDATED|REVISED)[ .:]*)?\b\d{1,2}/\d{1,2}/\d{2,4}\b", _NOTE),
        (r"\bC/(?= )", "CALLE"),
        (
            rf"{_EDGE}(M)/([SC]){_EDGE_}|{_EDGE}(P)/(O){_EDGE_}|{_EDGE}(R)/(R){_EDGE_}",
            r"\1\2\3\4\5\6",
        ),
        (rf"{_EDGE}N/A{_EDGE_}", ","),
        (rf"(?<={_EDGE}{_LETTER})/(?!(?<=C/)O)(?={_LETTER}{_EDGE_})", " AND "),  # Suites C/D
        (r"(?<=\d)-(?=\d/\d)", " "),  # 123-1/2
    ],
    # A hyphen parts Fern-Oak, 300-Health, 70-17th and MSC-410837, stays in 37-24A and 12-10, and
    # joins 7-A and B-14.
    "-": [
        (rf"({_START}\d{{1,3}}) - (\d{{2,3}})(?= [^\W_])", r"\1-\2"),  # of Queens: 37 - 24 36th
        (
            rf"-(?={_LETTER}{{3,}}{_EDGE_})|(?<={_LETTER})-(?={_LETTER}{{2}}{_EDGE_})"
            rf"|(?<=[^\W_]{_LETTER})-(?={_LETTER}{_EDGE_})",
            " ",
        ),
        (rf"-(?=\d+(?:ST|ND|RD|TH){_EDGE_})", " "),
        (rf"{_EDGE}({_TAKE_NUMBERS}|{_LETTER}{{4,}})-(?=\w*\d)", r"\1 "),
        (rf"(?<!\d)-|-(?!\d+{_LETTER}?{_EDGE_})", ""),
    ],
}
_FORMS: dict[str, list[tuple[str, str]]] = {
    r"\d{3}[ .)/-]+\d{3}[ .-]": [(_PHONE, _NOTE)],  # Fax 800.555.0100
    # Grids: Wisconsin's N 95 W 18010, DuPage County's 28 W 573.
    r"\d ?[NSEW] ?\d": [
        (rf"({_START}[NSEW]) ?(\d+) ?([NSEW]) ?(\d+){_NAME}", r"\1\2\3\4"),
        (rf"({_START}\d{{1,2}}) ?([NSEW]) ?(\d{{3}}){_NAME}", r"\1\2\3"),
    ],
    r"\d(?:(?=[^\W\d_])|(?<=[^\W\d_]\d))": [
        (rf"({_START}\d+)([NSEW]) (\d+)([NSEW])\b", r"\1 \2 \3 \4"),  # Utah's 2890S 900E
        (rf"{_EDGE}(\d+)(?:ST|ND|RD|TH|ER|DO|TO){_EDGE_}", r"\1TH"),
        (rf"{_EDGE}({_TAKE_NUMBERS})(?=\d)", r"\1 "),  # BOX12, STE100
        (rf"{_EDGE}(\d+)(?={_LETTER}{{3,}}{_EDGE_})", r"\1 "),  # 25Oakway
    ],
}
# (plain text and form that a text has, and what then is changed in it), in this order.
CHANGES = [
    *((sign, "", rows) for sign, rows in _PLAIN.items()),
    *(("", form, rows) for form, rows in _FORMS.items()),
]
