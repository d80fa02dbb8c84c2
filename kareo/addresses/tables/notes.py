"""What stands beside an address and is none: phone numbers, web addresses, payer IDs, dates.

Such a note names nobody's place, so it falls away before anything is read. Each row says what it
finds; the forms are those of public payer lists and of insurance cards.
"""

import re

_PHONE_WORD = r"(?:TOLL[ -]?FREE|TELEPHONE|PHONE|PH|TEL|FAX|FACSIMILE|CALL|TTY)\b[ .:#]*"
_PHONE = r"(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}\b(?: ?(?:EXT|X)[ .:]*\d+)?"
_ID = r"[A-Z]{0,3}\d[A-Z0-9-]{2,11}\b"
_KIND = r"(?:PAYER|PAYOR|EDI|ELECTRONIC|CLEARINGHOUSE|CLAIMS?|SUBMITTER|EMDEON|GROUP|MEMBER|PROVIDER|TAX)"
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


def without_notes(text: str) -> str:
    """Return `text`, in capitals, without notes; a comma stands for each."""
    return _NOTE.sub(" , ", text) if _HINT.search(text) else text
