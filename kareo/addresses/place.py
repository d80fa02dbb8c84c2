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
        if at < len(words) and may_be_zip(words[at]):
            begin, pasted = _pasted_before(words, at, place.town)
            if _is_place(pasted, words[at][:5], place, zip5):
                zip5 = zip5 or words[at][:5]
                place = Place(place.town or pasted.town, place.state or pasted.state)
                words = [*words[:begin], ",", *words[at + 1 :]]
    if not zip5 and not place.text:
        begin, pasted = _pasted_before(words, len(words), place.town)
        if pasted.state:
            place = Place(place.town or pasted.town, place.state or pasted.state)
            words = words[:begin]
    return words, place, zip5


def _is_place(pasted: Place, pasted5: str, known: Place, zip5: str) -> bool:
    """Tell whether a place and what looks like its ZIP are that, not a unit such as MS 39216."""
    if not pasted.state:
        return pasted5 == zip5 and pasted.town == known.town != []
    if pasted.state in delivery.UNITS and zip5:
        return pasted5 == zip5 and pasted.state == known.state
    return pasted5 == zip5 or known.state in {"", pasted.state}


def _pasted_before(words: list[str], at: int, town: list[str]) -> tuple[int, Place]:
    """Return where the city and state before `at` begin, and both; either may be missing.

    The city is `town`, else what stands behind a comma.
    """
    begin, state = _state_before(words, at)
    end = _before_ends(words, begin)
    if town and words[max(end - len(town), 0) : end] == town:
        return end - len(town), Place(town, state)
    for start in range(end - 1, max(end - 5, -1), -1):
        if words[start] in delivery.ENDS:
            return start, Place(words[start + 1 : end], state)
        if not words[start].isalpha():
            break
    return end, Place([], state)


def _state_before(words: list[str], at: int) -> tuple[int, str]:
    """Return the position and code of the state just before `at`, or `at` and ""."""
    end = _before_ends(words, at)
    for length in range(min(_LONGEST_STATE, end), 0, -1):
        if code := STATE_CODES.get(" ".join(words[end - length : end])):
            return end - length, code
    return at, ""


def _before_ends(words: list[str], at: int) -> int:
    return at - 1 if at and words[at - 1] in delivery.ENDS else at


def _plain_words(part: object) -> list[str]:
    return [word for word in words_of(text_of(part, _LONGEST)) if word[0].isalnum()]
