"""Where an address is: its ZIP, else its city and state, also when pasted after the street."""

from typing import NamedTuple

from kareo.addresses.tables import delivery, names
from kareo.addresses.tables.states import STATE_CODES
from kareo.addresses.tables.suffixes import IN_FULL
from kareo.addresses.words import may_be_zip, text_of, words_of

_LONGEST = 100  # characters of a city or state
_LONGEST_STATE = 4  # words: Federated States of Micronesia


class Place(NamedTuple):
    """City and state, as words and as a code. Either may be empty."""

    town: list[str]
    state: str

    @property
    def text(self) -> str:
        """City and state in standard form, "" unless both are there: EASTLANSING MI."""
        town = "".join(names.DIRECTIONS.get(word) or IN_FULL.get(word, word) for word in self.town)
        return f"{town} {self.state}" if town and self.state else ""


def place_of(city: object, state: object) -> Place:
    """Return the place of a city and a state, which may be a code or a name."""
    states = _plain_words(state)
    return Place(_plain_words(city), STATE_CODES.get(" ".join(states)) or "".join(states))


def without_place(words: list[str], place: Place, zip5: str) -> tuple[list[str], Place, str]:
    """Return `words` without a city, state and ZIP pasted in after the street, then place and ZIP.

    What was pasted stands in for what `place` and `zip5` lack.
    """
    for at in range(len(words) - 1, 0, -1):
        if at >= len(words) or not may_be_zip(words[at]):
            continue
        if found := _pasted_before(words, at, place, zip5):
            cut, place = found
            zip5 = zip5 or words[at][:5]
            words = [*words[:cut], ",", *words[at + 1 :]]
    if not zip5 and not place.text:
        start, state = _state_before(words, len(words))
        if state:
            cut, place = _with_town_before(words, start, state, place)
            words = words[:cut]
    return words, place, zip5


def _pasted_before(words: list[str], at: int, place: Place, zip5: str) -> tuple[int, Place] | None:
    """Return where city and state before the ZIP at `at` begin, and the place, if it is a ZIP."""
    pasted5 = words[at][:5]
    start, state = _state_before(words, at)
    if _is_place(state, pasted5, place.state, zip5):
        return _with_town_before(words, start, state, place)
    if pasted5 == zip5 and _town_ends_at(words, at, place.town):
        return _with_town_before(words, at, state, place)
    return None


def _with_town_before(words: list[str], at: int, state: str, place: Place) -> tuple[int, Place]:
    """Return where the city before `at` begins, and `place` with what it lacked."""
    cut, town = _town_before(words, at, place.town)
    return cut, Place(place.town or town, place.state or state)


def _is_place(state: str, pasted5: str, known_state: str, zip5: str) -> bool:
    """Tell whether a state and what looks like a ZIP are that, not a unit such as MS 39216."""
    if state in delivery.UNITS and zip5:
        return pasted5 == zip5 and state == known_state
    return bool(state) and (pasted5 == zip5 or known_state in {"", state})


def _plain_words(part: object) -> list[str]:
    return [word for word in words_of(text_of(part, _LONGEST)) if word[0].isalnum()]


def _before_ends(words: list[str], at: int) -> int:
    return at - 1 if at and words[at - 1] in delivery.ENDS else at


def _state_before(words: list[str], at: int) -> tuple[int, str]:
    """Return the position and code of the state just before `at`, or `at` and ""."""
    end = _before_ends(words, at)
    for length in range(min(_LONGEST_STATE, end), 0, -1):
        if code := STATE_CODES.get(" ".join(words[end - length : end])):
            return end - length, code
    return at, ""


def _town_ends_at(words: list[str], at: int, town: list[str]) -> bool:
    return bool(town) and words[max(at - len(town), 0) : at] == town


def _town_before(words: list[str], at: int, town: list[str]) -> tuple[int, list[str]]:
    """Return the position and words of the city just before `at`: `town`, else back to a comma."""
    end = _before_ends(words, at)
    if _town_ends_at(words, end, town):
        return end - len(town), town
    for start in range(end - 1, max(end - 5, -1), -1):
        if words[start] in delivery.ENDS:
            return start, words[start + 1 : end]
        if not words[start].isalpha():
            break
    return end, []
