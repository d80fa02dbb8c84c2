"""An address as a list of plain words: what came in is cut, folded and taken apart here.

Words are upper-case and without accents or dots. `5TH` stands for 5th, Fifth and its misspellings,
"," and a line break for the ends of a line.
"""

import html
import re
import unicodedata

from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.text import CHANGES, MARKS, ODD

LONGEST = 300  # characters of an address's street; stored lines have 100 at most
MOST_WORDS = 80  # of them

_MARK = re.compile(r"&#?\w+;")  # &amp; &#39; &#X27;
_TOKEN = re.compile(
    r"\d+(?:-\d+)*/\d+(?![^\W_])|\d+\.\d+|C/O(?![^\W_])|[^\W_]+(?:-[^\W_]+)*|[#&@%,;|()\n\r]"
)
_ZIP = re.compile(r"([0-9]{3,5})(?:\W[0-9]{0,4})?|([0-9]{7,9})")

_SECONDS = frozenset(second for _, second in delivery.PHRASES)
_CHANGES = [
    (sign, re.compile(form).search, [(re.compile(thing).sub, instead) for thing, instead in rows])
    for sign, form, rows in CHANGES
]


def text_of(part: object, looked_at: int = 600) -> str:
    """Return the start of `part` in capitals without accents, "" for what isn't text or number."""
    if type(part) is str and part.isascii() and "&" not in part and len(part) <= looked_at:
        return part.upper()  # as most are
    if isinstance(part, bytes):
        text = part[:looked_at].decode("utf-8", "replace")
    elif isinstance(part, str):
        text = str.__str__(part)[:looked_at]
    elif isinstance(part, (int, float)) and not isinstance(part, bool) and abs(part) < 1e12:
        text = f"{part:.15g}"
    else:
        return ""
    if "&" in text and ";" in text:
        text = html.unescape(_MARK.sub(lambda mark: mark[0].lower(), text))
    if text.isascii():
        return text.upper()
    text = unicodedata.normalize("NFKD", text.translate(ODD))[:looked_at]
    # Accents, and what is invisible: zero-width spaces, marks of direction.
    plain = (c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})
    return unicodedata.normalize("NFKD", "".join(plain).upper()).translate(ODD)


def zip_5(part: object) -> str:
    """Return the five digits of a ZIP, lost leading zeros restored; "" where it isn't one."""
    text = text_of(part)
    if len(text) == 5 and text.isascii() and text.isdecimal():
        return "" if text == "00000" else text
    digits = _ZIP.fullmatch("".join(text.split()))
    if not digits:
        return ""
    five = digits[1].zfill(5) if digits[1] else digits[2].zfill(9)[:5]
    return five if five >= "00501" else ""  # the lowest there is


def may_be_zip(word: str) -> bool:
    return len(word) in {5, 9, 10} and word[:5].isdecimal() and word[-4:].isdecimal()


def words_of(text: str) -> list[str]:
    """Return the words of `text`, which is what `text_of` returns."""
    found = [MARKS.get(token, token) for token in _TOKEN.findall(_mended(text))]
    if not _SECONDS.isdisjoint(found):
        found = _with_phrases(found)
    if not names.NUMBER_WORDS.keys().isdisjoint(found):
        found = _with_digits(found)
    return found


def is_number(word: str) -> bool:
    """Tell whether `word` has a digit: 100, 39.2, 12B, N6W23001, 5TH."""
    return not word.isalpha() and word[0].isalnum() and word != "C/O"


def is_ordinal(word: str) -> bool:
    return word.endswith("TH") and word[:-2].isdecimal()


def without_th(word: str) -> str:
    """Return the number of an ordinal, any other word as it is: 89 Blvd is 89th Blvd."""
    return word[:-2] if is_ordinal(word) else word


def _mended(text: str) -> str:
    """Return `text` without notes, a comma for each, and with nothing torn apart."""
    for sign, has_form, rows in _CHANGES:
        if sign in text and has_form(text):
            for replaced, instead in rows:
                text = replaced(instead, text)
    return text


def _with_phrases(words: list[str]) -> list[str]:
    """Return `words` with those that mean one thing together as one word: P O BOX, MAIL STOP."""
    joined: list[str] = []
    for word in words:
        joined.append(word)
        while one := delivery.PHRASES.get((*joined[-2:],)):  # Private Mail Box in two steps
            joined[-2:] = [one]
    return joined


def _with_digits(words: list[str]) -> list[str]:
    """Return `words` with numbers in digits: FORTY SECOND is 42TH."""
    written: list[str] = []
    spelled = 0  # the number that the last words spell, to which the next may add
    for word in words:
        value, is_last = names.NUMBER_WORDS.get(word, (None, True))
        if value is not None:
            if total := _sum(spelled, value):
                written.pop()
            spelled = total or value
            word = f"{spelled}TH" if is_last else str(spelled)
        written.append(word)
        spelled = 0 if is_last else spelled
    return written


def _sum(spelled: int, value: int) -> int:
    """Return what two number words in a row make, 0 where they are two numbers."""
    if value == 1000:
        return spelled * 1000 if spelled < 100 else 0
    if value == 100:
        ones = spelled % 1000
        return spelled + (99 * ones or 100) if spelled and ones < 20 else 0
    rest = spelled % 100
    room = 100 if rest == 0 else 10 if rest in range(20, 100, 10) else 0
    return spelled + value if spelled and value < room else 0
