"""What is changed in the text before it is cut into words.

Notes beside an address name nobody's place, so they fall away: phone numbers, web addresses, payer
IDs, dates, in the forms of public payer lists and of insurance cards. What is torn apart, and told
only by what stands around it, is mended. Each row says what it finds.
"""

import re

from kareo.addresses.tables.names import NUMBER_WORDS

_PHONE_WORD = r"(?:TOLL[ -]?FREE|TELEPHONE|PHONE|PH|TEL|FAX|FACSIMILE|CALL|TTY)\b[ .:#]*"
_PHONE = r"(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}\b(?: ?(?:EXT|X)[ .:]*\d+)?"
_ID = r"[A-Z]{0,3}\d[A-Z0-9-]{2,11}\b"
_KIND = (
    r"(?:PAYER|PAYOR|EDI|ELECTRONIC|CLEARINGHOUSE|CLAIMS?|SUBMITTER|EMDEON|GROUP|MEMBER|PROVIDER"
    r"|TAX)"
)
_KINDS = rf"\b{_KIND}(?: {_KIND})*"
_END = r"(?=[ )]*(?:[\n,;]|$))"
_NOTES = (
    rf"{_PHONE_WORD}{_PHONE}",  # Fax 800.555.0100
    rf"(?<![\w-]){_PHONE}",  # (800) 555-0100
    r"(?<![\w-])1-8\d\d-[A-Z0-9-]+",  # 1-888-OHIOCOMP
    rf"{_KINDS} ?(?:ID|IDENTIFIER)\b[ .:#]*{_ID}",  # Payer ID 60054, PAYERID: SX107
    rf"{_KINDS}(?: (?:NUMBER|NO))?[ .:]*#[ :]*{_ID}{_END}",  # EDI #60054
    rf"\b(?:ELECTRONIC|EDI)\b(?: {_KIND})*[ :]*{_ID}{_END}",  # Electronic claims: 60054
    r"\b(?:NPI|TIN|EIN|FEIN|TTY)\b[ .:#]*\d[\d-]{2,11}\b",  # NPI 1234567890
    r"(?:\b(?:EFFECTIVE|EFF|AS OF|UPDATED|REVISED)[ .:]*)?\b\d{1,2}/\d{1,2}/\d{2,4}\b",
    r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # claims@example.org
    r"(?:\bHTTPS?://|\bWWW\.)\S+",
    r"\b[A-Z0-9-]+\.(?:COM|ORG|NET|GOV|EDU|INFO|BIZ)\b(?:/\S*)?",
)
_NOTE = re.compile("|".join(_NOTES))
# Whatever has none of these has no note: most addresses.
_HINT = re.compile(
    r"@|\d{3}[ .)-]+\d{3}[ .-]|1-8\d\d|WWW|HTTP|\.[A-Z]{3}|[ENT]I[ND]?\b|PI\b|TTY|EDI|/\d+/|ID|#"
    r"|ELECTRONIC"
)


_START = r"(?:^|[\n,]) ?"
_NAME = r"(?= (?!(?:[NSEW][EW]?|NO|SO|NORTH|SOUTH|EAST|WEST)\b)[A-Z]+\b)"
_TEARS = (
    (r"\bP[ .]{0,2}0[ .]{0,2}(?=B[O0]?X)B[O0]?X", "PO BOX"),  # P0 Box, P0B0X
    (rf"({_START}\d{{1,3}}) - (\d{{2,3}})(?= [^\W_])", r"\1-\2"),  # of Queens: 37 - 24 36th St
    (
        rf"({_START}[NSEW]) ?(\d+) ?([NSEW]) ?(\d+){_NAME}",
        r"\1\2\3\4",
    ),  # of Wisconsin: N 95 W 18010
    (rf"({_START}\d{{1,2}}) ?([NSEW]) ?(\d{{3}}){_NAME}", r"\1\2\3"),  # of DuPage County: 28 W 573
    (rf"({_START}\d+)([NSEW]) (\d+)([NSEW])\b", r"\1 \2 \3 \4"),  # of Utah: 2890S 900E
    (r"(^|\n)(\d{1,2}),(\d{3})(?= [A-Z])", r"\1\2\3"),  # 4,010 Oak St
    (r"\b(ST|AVE|RD|DR|BLVD|LN)(?=(?:STE|SUITE)\b)", r"\1 "),  # Oak StSte 200
    (rf"\b(HUNDRED|THOUSAND) AND (?=(?:{'|'.join(NUMBER_WORDS)})\b)", r"\1 "),
    (r"\bC/(?= )", "CALLE"),
    (r" ?, ?(?=(?:JR|SR)\b)|(?<=\bJR), (?=[A-Z]+\b)|(?<=\bJR\.), (?=[A-Z]+\b)", " "),  # King, Jr.
)
_TORN = [(re.compile(torn), whole) for torn, whole in _TEARS]
_IS_TORN = re.compile(
    r"P[ .]{0,2}0|\d - \d|[NSEW] ?\d+ ?[NSEW ]|\d ?[NSEW] ?\d|[JS]R|,\d{3} |[TEDRN]S(?:TE|UITE)\b"
    r"|C/ |D AND "
)


def mended(text: str) -> str:
    """Return `text`, in capitals, without notes, a comma for each, and with nothing torn apart."""
    if _HINT.search(text):
        text = _NOTE.sub(" , ", text)
    if _IS_TORN.search(text):
        for torn, whole in _TORN:
            text = torn.sub(whole, text)
    return text
