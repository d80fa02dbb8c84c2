"""Whether two charts of one list may be one person's, or their numbers one: asked before a save.

Nothing is refused: two people may share a name and a birth date.
"""

import re
import string
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from kareo.records.asking.answers import Question, record_key
from kareo.records.texts.lines import birth_line, closed
from kareo.records.texts.names import LETTERS, name_key

if TYPE_CHECKING:
    from kareo.records.kinds import Person

ALIKE = {"person": "the same name and birth date", "number": "nearly the same chart number"}
# What must have been typed, for one of these to be asked about.
TYPED = {"person": {"last_name", "first_name", "date_of_birth"}, "number": {"chart_number"}}
MOST_NAMED = 5

# What every spelling of a name has that is in its key; for the others it may have such as æ or ł.
_SURE = {*string.ascii_lowercase, *string.digits}.difference(*LETTERS.values())
# Letters, and what begins with a digit, without what stands around both, and zeros.
_PARTS = re.compile(r"[\W_]*(\D*?)[\W_]*(?:0*(\d.*?)[\W_]*)?")
_STRAY = r"[^a-z0-9\n]*"


def number_key(number: str) -> str:
    """Return a key that is equal for chart numbers alike but for case, punctuation or zeros.

    >>> number_key("K-00123"), number_key("k 123"), number_key("100")
    ('k123', 'k123', '100')
    """
    return "".join(_parts(number))


def _parts(number: str) -> tuple[str, str]:
    letters, digits = _PARTS.fullmatch(closed(number)).groups("")  # type: ignore[union-attr]  # it matches anything
    return letters, digits


def alike_keys(person: "Person") -> dict[str, str]:
    """Return the keys that other charts have, too, which are `ALIKE`; "" is nobody's."""
    born, name = person.born, name_key(person.last_name, person.first_name)
    return {"person": f"{name} {born}" if born else "", "number": number_key(person.chart_number)}


def doubts_about(person: "Person", edited: Collection[str]) -> list[Question]:
    """Return what to ask of other charts; reads them where one of the fields `edited` matters."""
    is_typed = {kind: not names.isdisjoint(edited) for kind, names in TYPED.items()}
    keys = {kind: key for kind, key in alike_keys(person).items() if key and is_typed[kind]}
    if not keys:
        return []
    asked = []
    for other in _others_with(person, keys):
        theirs = alike_keys(other)
        if kinds := [kind for kind, key in keys.items() if theirs[kind] == key]:
            asked.append(_question(other, kinds))
    return asked[:MOST_NAMED]


def _others_with(person: "Person", keys: Mapping[str, str]) -> "list[Person]":
    """Return charts of the same list among which are all with these keys, the oldest first.

    Found by the searched text, of whose trigrams PostgreSQL has an index: of a regular expression
    it looks up those that a match must have. SQLite reads it, which `has` does ten times as fast.
    Thousands may be born on the day that stands for an unknown one: their names narrow it.
    """
    either = Q()
    if "person" in keys and person.born:
        same = Q(search_text__has=birth_line(person.born))
        for name in (person.last_name, person.first_name):
            same &= Q(search_text__has_in_turn="".join(filter(_SURE.__contains__, name_key(name))))
        either |= same
    if "number" in keys:
        letters, digits = _parts(person.chart_number)
        told = f"{re.escape(letters)}{_STRAY}0*{re.escape(digits)}"
        spelled = f"\n{_STRAY}{told}{_STRAY}\n"
        either |= Q(search_text__has=digits or letters, search_text__regex=spelled)
    rows: Any = type(person)._base_manager.exclude(pk=person.pk).filter(either)
    shown = (*person.searched_fields, "date_of_birth", "is_active")
    return list(rows.only(*shown).order_by("pk"))


def _question(other: "Person", kinds: list[str]) -> Question:
    has = " and ".join(ALIKE[kind] for kind in kinds)
    if "person" in kinds:
        use = "use that chart" if other.is_active else "open that chart, which is inactive,"
        to_do = f"If it is the same person, {use}; if not, save again"
    else:
        to_do = "Correct the number, or save again if both are right"
    return Question(f"{record_key(other)}:{'+'.join(kinds)}", f"has {has}. {to_do}.", other)
