"""The kinds of records that both systems keep: entries of an insurance list, and patients."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, TypeAlias

from django.contrib import admin
from django.db import models

from kareo.addresses import KEY_LENGTH, KEY_VERSION, ParsedAddress, parse
from kareo.addresses.tables.states import STATES
from kareo.addresses.tables.zips import may_be_in, state_of_zip
from kareo.records.asking.answers import Question
from kareo.records.asking.charts import doubts_about
from kareo.records.fields import (
    BirthDateField,
    LineField,
    StateField,
    ZipCodeField,
    normal_zip,
    not_in_the_future,
)
from kareo.records.models import Record
from kareo.records.searched import SearchedTextField, TrigramIndex
from kareo.records.texts.lines import searched_text, text_of_person
from kareo.records.texts.names import NAME_KEY_LENGTH, NAME_KEY_VERSION, name_key
from kareo.records.texts.phones import normal_phone
from kareo.records.texts.roads import numberless_streets

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
        "merged_into",
    )
    also_logged: ClassVar[Names] = ("merged_into",)
    name_fields: ClassVar[Names] = ("name",)
    # Beside the ZIP and the phone number.
    searched_fields: ClassVar[Names] = ("name", "street_1", "street_2", "city")

    name_key = models.CharField(max_length=NAME_KEY_LENGTH, editable=False)
    name_key_version = models.PositiveSmallIntegerField(default=0, editable=False)
    search_text = SearchedTextField()
    # The one that is kept in its place, while this one stays inactive.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="merged",
        verbose_name="merged into",
    )

    phone: Any
    fax: Any
    merged_into_id: Any

    class Meta:
        abstract = True
        indexes: ClassVar[list[models.Index]] = [
            # what was merged into one
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="%(app_label)s_%(class)s_merged",
            )
        ]

    def derive(self) -> None:
        super().derive()
        if self.is_active:
            self.merged_into_id = None
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
        self.search_text = text_of_person(values, self.born)

    @property
    def born(self) -> datetime.date | None:
        """The birth date, also where it was given as text."""
        field: Any = self._meta.get_field("date_of_birth")
        born: datetime.date | None = field.to_python(self.date_of_birth)
        return born

    def doubts(self, edited: Collection[str]) -> list[Question]:
        return doubts_about(self, edited)
