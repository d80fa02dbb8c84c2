"""What only Puerto Rican addresses have, by section 29 of USPS Publication 28.

Each function looks at the words from one position on and returns what stands there and the position
after it, or None.
"""

from kareo.addresses.street_words import MOST_WORDS
from kareo.addresses.streets import Street, street_of
from kareo.addresses.tables import BOXES, NUMBER_SIGNS, SPANISH_STREETS, UNITS
from kareo.addresses.words import ENDS, is_number

_KILOMETERS = frozenset({"KM", "KILOMETRO"})
_LONGEST_KILOMETER = 7  # words, with a comma and number signs: Carr # 2, Km # 11.8
_NO_NAMES = SPANISH_STREETS | UNITS.keys() | BOXES


def urbanization_at(words: list[str], at: int) -> tuple[str, int]:
    """Return the name of the urbanization at `at`, which tells equal streets of one ZIP apart."""
    end = at + 1
    while end < len(words) and words[end].isalpha() and words[end] not in _NO_NAMES:
        end += 1
    return "".join(words[at + 1 : end]), end


def spanish_street_at(words: list[str], at: int) -> tuple[Street, int] | None:
    """Return a street whose number comes last: Calle Marginal #45, Calle 5 #45."""
    end = _end_of_spanish_name(words, at)
    number_at = end + (words[end : end + 1] == ["#"])
    number = words[number_at] if number_at < len(words) else ","
    if not is_number(number):
        return None
    return street_of(number, words[at:end], is_puerto_rican=True), number_at + 1


def _end_of_spanish_name(words: list[str], at: int) -> int:
    """Return the position after Calle Marginal or Calle 5, which begins at `at`."""
    end = at + 1
    while end < len(words) and end - at < MOST_WORDS:
        is_name = words[end].isalpha() and words[end] not in NUMBER_SIGNS
        if words[end] in ENDS or (not is_name and end > at + 1):
            break
        end += 1
    return end


def kilometer_at(words: list[str], at: int) -> tuple[Street, int] | None:
    """Return a place on a highway: Carr 2 Km 11.8."""
    plain = [w for w in words[at : at + _LONGEST_KILOMETER] if w.isalnum() or "." in w]
    if len(plain) < 4 or plain[2] not in _KILOMETERS:
        return None
    _, road, _, kilometer = plain[:4]
    if not (is_number(road) and is_number(kilometer)):
        return None
    return Street(f"CARR {road}", f"KM {kilometer}", "", True), words.index(kilometer, at + 3) + 1
