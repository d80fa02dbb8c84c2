"""The kinds of records that both systems keep: entries of an insurance list, and patients."""

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, TypeAlias

from django.contrib import admin
from django.db import models

from kareo.addresses import KEY_LENGTH, KEY_VERSION, ParsedAddress, parse
from kareo.addresses.tables.states import STATES
from kareo.addresses.tables.zips import may_be_in, state_of_zip
from kareo.records.days import BirthDateField
from kareo.records.fields import LineField, StateField, ZipCodeField, normal_zip, not_in_the_future
from kareo.records.models import Record
from kareo.records.names import NAME_KEY_LENGTH, NAME_KEY_VERSION, name_key
from kareo.records.phones import normal_phone
from kareo.records.registry import Question, record_key
from kareo.records.roads import numberless_streets
from kareo.records.searched import (
    SearchedTextField,
    TrigramIndex,
    birth_line,
    plain,
    searched_text,
    text_of_person,
)

Names: TypeAlias = tuple[str, ...]


class PostalAddress(Record):
    """A record with a US postal address and the keys it is matched by."""

    # {what stores it: the version that its keys are made in now}
    key_versions: ClassVar[Mapping[str, int]] = {"address_key_version": KEY_VERSION}
    derived_fields: ClassVar[Names] = ("address_key", "near_key", *key_versions)
    address_fields: ClassVar[Names] = ("street_1", "street_2", "city", "state", "zip_code")

    street_1 = LineField("street", max_length=100)
    street_2 = LineField("street, line 2", max_length=100, blank=True)
    city = LineField(max_length=60)
    state = StateField()
    zip_code = ZipCodeField("ZIP")

    address_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    near_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    address_key_version = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def address(self) -> str:
        """The address on one line."""
        return ", ".join(filter(None, [self.street_1, self.street_2, self.place]))

    @property
    @admin.display(description="Street")
    def street(self) -> str:
        return " ".join(filter(None, [self.street_1, self.street_2]))

    @property
    @admin.display(description="City, state, ZIP", ordering="zip_code")
    def place(self) -> str:
        place = " ".join(filter(None, [self.state, self.zip_code]))
        return ", ".join(filter(None, [self.city, place]))

    @property
    @admin.display(description="Read as")
    def read_as(self) -> str:
        """How the address is read where it is matched with others."""
        parsed = self._parsed()
        if not parsed.key:
            return "Too little to match on."
        read = [parsed.box, parsed.street, *parsed.units, parsed.place]
        said = f"{' · '.join(filter(None, read))}."
        if parsed.not_understood:
            said += f" Not understood: {', '.join(parsed.not_understood)}."
        if parsed.fell_away:
            said += f" Left out: {', '.join(parsed.fell_away)}."
        return said

    @property
    def has_old_keys(self) -> bool:
        """Whether a key was made in another version than a save would make it in."""
        return any(getattr(self, name) != now for name, now in self.key_versions.items())

    def questions(self, edited: Collection[str]) -> list[Question]:
        """Ask also about a ZIP and a state that don't belong together."""
        asked = super().questions(edited)
        zip_code, state = self.zip_code, self.state
        if state and {"zip_code", "state"} & {*edited} and not may_be_in(zip_code, state):
            known = state_of_zip(zip_code)
            text = (
                f"ZIP {zip_code} is in {STATES[known]} ({known}), and the state here is"
                f" {STATES[state]} ({state}). Correct one of the two, or save again if both are"
                " right."
            )
            asked.append(Question(f"place:{zip_code}:{state}", text))
        return asked

    def derive(self) -> None:
        super().derive()
        self.zip_code, self.state = normal_zip(self.zip_code), (self.state or "").upper()
        parsed = self._parsed()
        self.address_key, self.near_key = parsed.key, parsed.near_key
        self.address_key_version = KEY_VERSION

    def _parsed(self) -> ParsedAddress:
        return parse(*(getattr(self, name) for name in self.address_fields))


class InsuranceEntry(PostalAddress):
    """An entry of an insurance list, with the key that two spellings of its name share."""

    key_versions: ClassVar[Mapping[str, int]] = {
        **PostalAddress.key_versions,
        "name_key_version": NAME_KEY_VERSION,
    }
    derived_fields: ClassVar[Names] = (
        *PostalAddress.derived_fields,
        "name_key",
        "name_key_version",
        "search_text",
    )
    name_fields: ClassVar[Names] = ("name",)
    # Beside the ZIP and the phone number.
    searched_fields: ClassVar[Names] = ("name", "street_1", "street_2", "city")

    name_key = models.CharField(max_length=NAME_KEY_LENGTH, editable=False)
    name_key_version = models.PositiveSmallIntegerField(default=0, editable=False)
    search_text = SearchedTextField()

    phone: Any
    fax: Any

    class Meta:
        abstract = True

    def derive(self) -> None:
        super().derive()
        self.phone, self.fax = normal_phone(self.phone), normal_phone(self.fax)
        self.name_key = name_key(*(getattr(self, name) for name in self.name_fields))
        self.name_key_version = NAME_KEY_VERSION
        self.search_text = searched_text(
            self.searched_values(), self.zip_code, self._searched_parts(), self.phone, self.name_key
        )

    def _searched_parts(self) -> str:
        """Return the key of this address, also of one that says too little to match on.

        With the roads in it that have no house number, which are no part of the key.
        """
        parsed = self._parsed()
        streets = [parsed.street] if parsed.street else []
        if not any(map(str.isdigit, parsed.street)):
            streets += numberless_streets([self.street_1, self.street_2])
        return "|".join(["", parsed.box, " & ".join(streets), " ".join(parsed.units)])

    def searched_values(self) -> list[str]:
        """Return what this entry is found by, beside its ZIP, box, phone number and name key."""
        return [getattr(self, name) for name in self.searched_fields]


_FILLED_UP = re.compile(r"^(\D*)0+(?=\d)")
MOST_ZEROS = 9  # that a chart number is filled up with
MOST_NAMED = 5  # others that a question is asked about
ALIKE = {"person": "the same name and birth date", "number": "nearly the same chart number"}


def number_key(number: str) -> str:
    """Return a key that is equal for chart numbers alike but for case, punctuation or zeros.

    >>> number_key("K-00123"), number_key("k 123"), number_key("100")
    ('k123', 'k123', '100')
    """
    return _FILLED_UP.sub(r"\1", "".join(filter(str.isalnum, plain(number))))


class Person(Record):
    """A patient. The chart number says that two records are of the same person."""

    derived_fields: ClassVar[Names] = ("search_text",)
    # Beside the birth date.
    searched_fields: ClassVar[Names] = ("last_name", "first_name", "chart_number")
    carried_by_claims: ClassVar[Mapping[str, int]] = {"last_name": 60, "first_name": 35}

    chart_number = LineField(max_length=30, unique=True)
    last_name = LineField(max_length=80)
    first_name = LineField(max_length=80)
    date_of_birth = BirthDateField(validators=[not_in_the_future])
    search_text = SearchedTextField()

    class Meta:
        abstract = True
        ordering = ("last_name", "first_name", "pk")
        indexes: ClassVar[list[models.Index]] = [
            # the list, in its order, and those at its beginning and end that are inactive
            models.Index(
                fields=["last_name", "first_name", "id"], name="%(app_label)s_patient_by_name"
            ),
            models.Index(
                fields=["last_name", "first_name", "id"],
                condition=models.Q(is_active=False),
                name="%(app_label)s_patient_inactive",
            ),
            TrigramIndex(fields=["search_text"], name="%(app_label)s_patient_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name} ({self.chart_number})"

    def derive(self) -> None:
        super().derive()
        values = [getattr(self, name) for name in self.searched_fields]
        self.search_text = text_of_person(values, self._born)

    @property
    def alike_keys(self) -> dict[str, str]:
        """The keys that others have, too, who are `ALIKE`; "" is nobody's."""
        name = name_key(self.last_name, self.first_name)
        return {
            "person": f"{name} {self._born}" if self._born else "",
            "number": number_key(self.chart_number),
        }

    def doubts(self, edited: Collection[str]) -> list[Question]:
        """Ask about a second chart of one person, and a number that may be another's."""
        is_typed = {
            "person": not {"last_name", "first_name", "date_of_birth"}.isdisjoint(edited),
            "number": "chart_number" in edited,
        }
        keys = {kind: key for kind, key in self.alike_keys.items() if key and is_typed[kind]}
        if not keys:
            return []
        found = ((other, other.alike_keys) for other in self._others_with(keys))
        alike = [
            (other, [kind for kind, key in keys.items() if theirs[kind] == key])
            for other, theirs in found
        ]
        return [_doubt(other, kinds) for other, kinds in alike if kinds][:MOST_NAMED]

    @property
    def _born(self) -> datetime.date | None:
        field: Any = self._meta.get_field("date_of_birth")
        born: datetime.date | None = field.to_python(self.date_of_birth)
        return born

    def _others_with(self, keys: Mapping[str, str]) -> "list[Person]":
        """Return others in this list, oldest first, among whom are all those with these `keys`.

        They are found by the searched text: PostgreSQL has an index of it.
        """
        parts = [birth_line(self._born)] if "person" in keys and self._born else []
        parts += [f"\n{number}\n" for number in _filled_up(keys.get("number", ""))]
        either = models.Q.create([("search_text__has", part) for part in parts], connector="OR")
        rows: Any = type(self)._base_manager.exclude(pk=self.pk).filter(either)
        shown = (*self.searched_fields, "date_of_birth", "is_active")
        return sorted(rows.only(*shown), key=lambda other: other.pk)


def _filled_up(number: str) -> Iterator[str]:
    """Yield the chart number of this key with no, one or more zeros before its digits."""
    letters, digits = re.fullmatch(r"(\D*)(.*)", number).groups()  # type: ignore[union-attr]  # it does match
    for zeros in range(MOST_ZEROS + 1 if digits else bool(letters)):
        yield f"{letters}{'0' * zeros}{digits}"


def _doubt(other: Person, kinds: list[str]) -> Question:
    has = " and ".join(ALIKE[kind] for kind in kinds)
    if "person" in kinds:
        use = "use that chart" if other.is_active else "open that chart, which is inactive,"
        to_do = f"If it is the same person, {use}; if not, save again"
    else:
        to_do = "Correct the number, or save again if both are right"
    return Question(f"{record_key(other)}:{'+'.join(kinds)}", f"{other} has {has}. {to_do}.", other)
