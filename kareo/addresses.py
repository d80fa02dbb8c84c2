"""One key for all spellings of one address, pure Python.

`address_key` folds case, spacing, punctuation and ZIP+4. Two addresses match when their keys are
equal and not empty. Whoever changes what a key looks like raises KEY_VERSION: stored keys carry the
version that made them.
"""

import re
import unicodedata

KEY_VERSION = 1
KEY_LENGTH = 255  # characters; what the columns hold

_LONGEST = 500  # characters of a part that are looked at; stored parts are far shorter
_NOT_SPACED = re.compile(r"[.'’]")
_WORD = re.compile(r"[^\W_]+")
_ZIP = re.compile(r"(\d{5})(?:\W?\d{4})?")


def _text(part: object) -> str:
    if isinstance(part, bytes):
        part = part.decode("utf-8", "replace")
    text = "" if part is None else str(part)
    return unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()


def _words(*parts: object) -> str:
    return " ".join(_WORD.findall(_NOT_SPACED.sub("", " ".join(map(_text, parts)))))


def address_key(
    street_1: object, street_2: object, city: object, state: object, zip_code: object
) -> str:
    """Return the same key for two spellings of one address, `""` for too little to match on.

    Too little is: no street, or neither a ZIP of five digits nor a city with its state. Never
    raises, whatever it is given.
    """
    street = _words(street_1, street_2)
    zip_5 = _ZIP.fullmatch(_text(zip_code).strip())
    place = zip_5[1] if zip_5 else _words(city, state) if _words(city) and _words(state) else ""
    return f"{place}|{street}"[:KEY_LENGTH] if place and street else ""


def near_key(
    street_1: object, street_2: object, city: object, state: object, zip_code: object
) -> str:
    """Return the key of the building: equal where only the second line (suite, floor) differs."""
    return address_key(street_1, "", city, state, zip_code)
