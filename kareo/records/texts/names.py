"""Know one name in all its spellings: the manual of this module.

A payer's or plan's name is written as somebody typed it. `name_key` turns each spelling into one
key; two names are the same when their keys are. Nothing is guessed: a false "same name" would put a
plan under another payer, so what isn't listed here stays in the key.

>>> name_key("The Blue-Cross & Blue-Shield Co., Inc."), name_key("blue cross and blue shield")
('bluecrossblueshield', 'bluecrossblueshield')

Case, punctuation, spacing and the accents of Latin letters fall away. So does "and" between words:
people write it, "&" and neither for one payer.

>>> name_key("Salud Médica/Dental"), name_key("SALUD MEDICA AND DENTAL")
('saludmedicadental', 'saludmedicadental')
>>> name_key("St. John's"), name_key("Saint Johns"), name_key("Johns")
('stjohns', 'stjohns', 'johns')

"The" in front and legal forms at the end fall away, but never all of a name. "Co" and "Company" are
a legal form only in front of another one, as CO is Colorado, too; not behind "of" or "(".

>>> name_key("The Hartford"), name_key("HARTFORD, L.L.C."), name_key("The Inc.")
('hartford', 'hartford', 'inc')
>>> name_key("Smith & Co., Inc."), name_key("Smith & Co"), name_key("HP of CO, Inc.")
('smith', 'smithco', 'hpofco')
>>> name_key("Spring Health (CO), Inc."), name_key("Spring Health, Inc.")
('springhealthco', 'springhealth')

Behind "Insurance" it says Company, which stays: one without it may be another. Colorado's doesn't.

>>> name_key("Aetna Insurance Company"), name_key("AETNA INS. CO."), name_key("Aetna Insurance")
('aetnainsurancecompany', 'aetnainsurancecompany', 'aetnainsurance')
>>> name_key("Aetna Insurance (CO)")
'aetnainsuranceco'

A name of several fields is given field by field, so that each is read by itself.

>>> name_key("Aetna Inc", "Aetna HMO") == f"{name_key('Aetna')}|{name_key('aetna hmo')}"
True

Such a word isn't seen where it is written together with another one.

>>> name_key("TheHartford")
'thehartford'

To change how a name is read, add two names that are now the same to the tests, and two close to
them that must not be; change a table; raise `NAME_KEY_VERSION`. Stored keys carry the version that
made them; after the upgrade `manage.py recompute_address_keys` brings them up to date.
"""

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

NAME_KEY_VERSION = 2  # of what a key looks like; stored with each key, 0 before there was one
NAME_KEY_LENGTH = 255  # characters; what the columns hold

# What the states ask a corporation's or limited company's name to end in, such as California's
# Corporations Code § 202 and 17701.08, and their abbreviations. Left out, because they say
# something else as well: Limited (of a plan's benefits), PA, SC, LP, PC, NA, SA.
LEGAL_FORMS = (
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "ltd",
    "llc",
    "l l c",
    "limited liability company",
    "pllc",
    "p l l c",
    "llp",
    "l l p",
)
# Legal forms only in front of one of those. CO is Colorado by USPS Publication 28, appendix B.
BEFORE_A_LEGAL_FORM = ("co", "company")

# {how an insurer's name may end: the one way}, as lists of the NAIC and cards shorten it.
ENDINGS = dict.fromkeys(("insurance co", "ins company", "ins co"), "insurance company")

# USPS writes the first as the second in the names of places, which hospitals and plans are named
# after: "St Louis", "Sault Ste Marie".
SAINTS = {"saint": "st", "sainte": "ste"}

# Letters that Unicode doesn't take apart into one of ASCII and an accent, as its CLDR writes them
# in ASCII (transform Latin-ASCII).
LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"}

_WORD = re.compile(r"\((?=\s*co\b)|[^\W_]+")  # and the parenthesis of "(CO)"
_READ = {*SAINTS, "the", "and"}
_ENDS = tuple(f" {form}" for form in LEGAL_FORMS)
_LEGAL_FORMS = re.compile(f"(?: (?:{'|'.join(LEGAL_FORMS)}))+$")
_ENDING = re.compile(rf"\b(?:{'|'.join(ENDINGS)})(?=(?: (?:{'|'.join(LEGAL_FORMS)}))*$)")
_BEFORE_A_LEGAL_FORM = re.compile(rf"(?<!\bof)(?<!\() (?:{'|'.join(BEFORE_A_LEGAL_FORM)})$")


def name_key(*names: str) -> str:
    """Return a key that is equal for two spellings of one name, whose fields are `names`."""
    key = "|".join(map(_key, names))
    if len(key) <= NAME_KEY_LENGTH:
        return key
    digest = blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"{key[: NAME_KEY_LENGTH - len(digest) - 1]}~{digest}"


@lru_cache(maxsize=4096)  # an import names one company in thousands of rows; some megabytes
def _key(name: str) -> str:
    folded = _folded(name)
    text = _ENDING.sub(lambda ending: ENDINGS[ending[0]], " ".join(_words(folded)))
    key = _without_legal_form(text).replace(" ", "").replace("(", "")
    # A name of punctuation alone is its own key, so that it never equals another such name.
    return key or folded.strip()


def _folded(name: str) -> str:
    """Return `name` in small letters, Latin ones without accents."""
    if name.isascii():
        return name.lower()
    return "".join(map(_letter, unicodedata.normalize("NFKC", name).casefold()))


def _letter(letter: str) -> str:
    first = unicodedata.normalize("NFD", letter)[0]
    # In other scripts a mark makes another letter.
    return first if first.isascii() and first.isalpha() else LETTERS.get(letter, letter)


def _words(folded: str) -> list[str]:
    words = _WORD.findall(folded)
    if _READ.isdisjoint(words):
        return words
    words = [SAINTS.get(word, word) for word in words]
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return [*words[:1], *(word for word in words[1:-1] if word != "and"), *words[1:][-1:]]


def _without_legal_form(text: str) -> str:
    if not text.endswith(_ENDS):  # told in a tenth of the time
        return text
    return _BEFORE_A_LEGAL_FORM.sub("", _LEGAL_FORMS.sub("", text))
