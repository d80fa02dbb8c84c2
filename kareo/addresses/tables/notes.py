"""What stands beside an address and is none: phone numbers, web addresses, payer IDs, HTML marks.

Such a note names nobody's place, so it falls away before anything is read. Each row says what it
finds; the forms are those of public payer lists and of insurance cards.
"""

import html
import re

_PHONE_WORD = r"(?:TOLL[ -]?FREE|TELEPHONE|PHONE|PH|TEL|FAX|FACSIMILE|CALL|TTY)\b[ .:#]*"
_PHONE = r"(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}\b"
_ID_WORD = r"(?:PAYER|PAYOR|EDI|ELECTRONIC|CLEARINGHOUSE|CLAIM|SUBMITTER)"
_NOTES = (
    rf"{_PHONE_WORD}{_PHONE}",  # Fax 800.555.0100
    rf"(?<![\w-]){_PHONE}",  # (800) 555-0100
    r"(?<![\w-])1-8\d\d-[A-Z0-9-]+",  # 1-888-OHIOCOMP
    rf"\b{_ID_WORD}(?: (?:ID|IDENTIFIER|PAYER ID|PAYER|NUMBER|NO))?\b[ .:]*(?:ID\b)?[ .:]*"
    r"(?:#|(?<=ID)|(?<=ID:)|(?<=ID: )|(?<=ID ))[ ]*[A-Z]{0,3}\d[A-Z0-9]{2,8}\b",  # EDI #60054
    r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # claims@example.org
    r"(?:\bHTTPS?://|\bWWW\.)\S+",
    r"\b[A-Z0-9-]+\.(?:COM|ORG|NET|GOV|EDU|INFO|BIZ)\b(?:/\S*)?",
)
_NOTE = re.compile("|".join(_NOTES))
_MARK = re.compile(r"&#?\w+;")  # &amp; &#39; &#x27;
# Whatever has none of these has no note: most addresses.
_HINT = re.compile(r"[@&]|\d{3}[ .)-]+\d{3}[ .-]|1-8\d\d|WWW|HTTP|\.[A-Z]{3}|" + _ID_WORD)


def without_notes(text: str) -> str:
    """Return `text`, in capitals, without notes; a comma stands for each."""
    if not _HINT.search(text):
        return text
    if "&" in text and ";" in text:
        # The names of marks are in small letters.
        text = html.unescape(_MARK.sub(lambda mark: mark[0].lower(), text)).upper()
    return _NOTE.sub(" , ", text)
