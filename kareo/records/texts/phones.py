"""Phone and fax numbers: the one way in which a US number is stored, and the digits of any."""

import re

_GROUPING = re.compile(r"[\s().,/+\-‐‑–—]+")
_US = re.compile(r"1?([2-9][0-9]{2})([0-9]{3})([0-9]{4})", re.ASCII)
_STORED = re.compile(r"[2-9][0-9]{2}-[0-9]{3}-[0-9]{4}")
_LOCAL = re.compile(r"([0-9]{3})([0-9]{4})", re.ASCII)
_COUNTRY = re.compile(r"\s*(?:\+(?!\s*1)|011)")  # of another one

# An area code, and what is written in letters instead of the seven digits after it: 800-FLOWERS.
# What else stands in a phone field is in words of its own.
_WORDS = re.compile(
    r"\b(?:ext?|extension|x|or|and|opt|option|press|then|fax|tty|tdd|ask|for|toll|free)\b.*",
    re.IGNORECASE,
)
_VANITY = re.compile(r"(?<![0-9])([2-9][0-9]{2})[\s().-]*((?:[a-z0-9][\s.-]*){6}[a-z0-9])", re.I)
# As somebody types it who looks for it: 500 Academy Drive is a street.
_TYPED = re.compile(
    r"\b(?:1[\s.-]?8[0-9]{2}\s?|8[0-9]{2})[.-]?(?=[0-9-]*[a-z])(?:[a-z0-9]-?){6}[a-z0-9]\b",
    re.IGNORECASE,
)
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


def normal_phone(phone: object) -> str:
    """Return a US number as 800-555-1111, however it was typed; any other text as it is.

    That is: with an extension, two numbers, one in letters, one of another country.

    >>> normal_phone("1 (800) 555.1111"), normal_phone("5551111"), normal_phone("8005551111 x4")
    ('800-555-1111', '555-1111', '8005551111 x4')
    """
    text = str(phone or "")
    if not text or _STORED.fullmatch(text):
        return text
    text = text.strip()
    digits = "" if _COUNTRY.match(text) else _GROUPING.sub("", text)
    if found := _US.fullmatch(digits) or _LOCAL.fullmatch(digits):
        return "-".join(found.groups())
    return text


def phone_digits(phone: str) -> str:
    """Return all digits of a phone field, letters in place of some as on the keys of a phone.

    >>> phone_digits("800-555-1111 x4"), phone_digits("1-800-GO-FEDEX")
    ('80055511114', '18004633339')
    """
    if _STORED.fullmatch(phone):  # nearly always
        return phone.replace("-", "")
    if (letters := _VANITY.search(_WORDS.sub("", phone))) and not letters[2].isdecimal():
        phone = phone.replace(letters[2], letters[2].upper().translate(_KEYS), 1)
    return re.sub(r"[^0-9]", "", phone)


def vanity_in(typed: str) -> tuple[str, str] | None:
    """Return a number in letters that stands in what was `typed`, as written and in digits.

    >>> vanity_in("Flora 1-800-FLOWERS"), vanity_in("800 Academy Drive")
    (('1-800-FLOWERS', '8003569377'), None)
    """
    found = _TYPED.search(typed)
    return (found[0], phone_digits(found[0]).removeprefix("1")) if found else None
