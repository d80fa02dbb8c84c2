"""Model fields and validators for what is typed from an insurance card."""

import datetime
import json
import re
import unicodedata
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.lookups import In
from django.utils.timezone import localdate

from kareo.addresses.tables.states import STATES
from kareo.records.texts.phones import normal_phone, phone_digits

# What a column is compared with on SQLite, which has no arrays: texts or numbers.
ONE_OF_JSON = "IN (SELECT value FROM json_each(%s))"

LONGEST_NAME = 150  # characters

_TAG = re.compile(r"<[A-Za-z/!?]")
# Controls, surrogates, what reorders or hides the text around it, and line breaks.
_UNPRINTABLE = frozenset({"Cc", "Cs", "Cf", "Zl", "Zp"})
_LINE_BREAK = re.compile(r"[\n\r]")
_SPACES = re.compile(r"[^\S\n\r]+")  # of any width
# Unicode calls these letters, but they show as nothing.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _is_printable(character: str) -> bool:
    hidden = unicodedata.category(character) in _UNPRINTABLE or character in _FILLERS
    return character in "\n\r" or not hidden


def printable(text: str) -> str:
    """Return `text` without what can't be printed, a space in place of a tab and the like.

    Line breaks stay, for whoever takes a line to refuse: they may be where another row begins.
    """
    if text.isascii() and text.isprintable():  # nearly always
        return text
    return "".join(
        character if _is_printable(character) else " " * character.isspace() for character in text
    )


def printable_lines(text: str) -> str:
    """Return `text` of several lines without what else can't be printed."""
    return "\t".join(map(printable, text.split("\t")))


def plain_text(text: str) -> None:
    """Refuse markup and line breaks in a single line of text."""
    if found := _LINE_BREAK.search(text):
        raise ValidationError(
            f"Character {found.start() + 1} can't be printed (code {ord(found[0])}). Remove it."
            " Such characters often come with pasted text.",
            code="unprintable",
        )
    if tag := _TAG.search(text):
        raise ValidationError(f"This looks like markup ({tag[0]}…). Type plain text.", "markup")


def one_line(text: str) -> str:
    """Return `text` as a line has it: what is seen, and one plain space for spaces of any kind."""
    return _SPACES.sub(" ", printable(text))


def one_spaced(text: str) -> str:
    """Return `text` without spaces around it and with single spaces within."""
    return _SPACES.sub(" ", text.strip())


class LineField(models.CharField[str, str]):
    """A line of plain text, as `one_line` gives it."""

    default_validators = [plain_text]

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        value = one_line(value) if isinstance(value, str) else value
        return super().clean(value, model_instance)


class StoredAsLine(LineField):
    """A line to the database and its migrations, whatever else it is to the program."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, f"{LineField.__module__}.{LineField.__name__}", args, kwargs


class NumberField(StoredAsLine):
    """A number as printed on a card, where spaces and hyphens only group it."""


def normal_payer_id(payer_id: object) -> str:
    """Return a payer ID in capitals, however it was typed."""
    return one_spaced(str(payer_id or "")).upper()


class PayerIDField(StoredAsLine):
    """Where electronic claims are sent, stored in capitals so that an index finds the same one."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normal_payer_id(value) if isinstance(value, str) else value


class LinesField(models.TextField[str, str]):
    """Plain text of several lines, 4,000 characters at most, as a line's."""

    # Django checks a text field's max_length in forms only.
    default_validators = [MaxLengthValidator(4000)]

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        value = printable_lines(value) if isinstance(value, str) else value
        return super().clean(value, model_instance)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 4000, "blank": True, **kwargs})


def names_in_lines(text: str) -> None:
    """Refuse lines that can't be names: too long ones, and what no line of plain text has."""
    for line in text.splitlines():
        plain_text(line)
        if len(line) > LONGEST_NAME:
            raise ValidationError(
                f"A name has {LONGEST_NAME} characters at most: {line[:20]}…", code="long_name"
            )


class NamesField(LinesField):
    """Names, one a line."""

    default_validators = [*LinesField.default_validators, names_in_lines]


def not_in_the_future(day: datetime.date) -> None:
    """Refuse a date of birth in the future."""
    if day > localdate():
        raise ValidationError("This date is in the future. Check the year.", code="future")


_ZIP_DIGITS = re.compile(r"(?!00000)([0-9]{5})(?:-?([0-9]{4}))?")
_STRAY = re.compile(r"[\s\-‐‑–—.]+")
# Digits as wide as a Chinese character, which some keyboards type.
_WIDE_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}


def normal_zip(zip_code: object) -> str:
    """Return a ZIP as 12345 or 12345-6789, however it was typed; any other text as it is seen."""
    text = "" if zip_code is None else str(zip_code).strip()
    if not text.isascii():
        text = printable(text).translate(_WIDE_DIGITS).strip()
    if len(text) == 5 or not text:
        return text
    digits = _ZIP_DIGITS.fullmatch(_STRAY.sub("", text))
    return "-".join(filter(None, digits.groups())) if digits else text


def valid_zip(text: str) -> None:
    """Refuse what isn't five or nine ASCII digits, or no ZIP at all."""
    if _STRAY.sub("", text).startswith("00000"):
        raise ValidationError("No place has the ZIP 00000.", code="zip")
    if not _ZIP_DIGITS.fullmatch(text):
        raise ValidationError(
            "A ZIP has five digits (92617) or nine (92617-1234), including leading zeros.",
            code="zip",
        )


class ZipCodeField(models.CharField[str, str]):
    """A ZIP, stored as 12345 or 12345-6789 however it was typed."""

    default_validators = [valid_zip]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 10, **kwargs})

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normal_zip(value) if isinstance(value, str) else value

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """Leave room for stray spaces and dashes, which are dropped."""
        return super().formfield(*args, **{"max_length": 20, **kwargs})


class StateField(models.CharField[str, str]):
    """A state, territory, freely associated state or armed forces area by its USPS code."""

    CHOICES = [(code, f"{code} – {name}") for code, name in sorted(STATES.items())]
    NO_SUCH_STATE = "“%(value)s” isn't a USPS state code. Use two letters, such as CA."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=2, choices=self.CHOICES)
        kwargs.setdefault("error_messages", {"invalid_choice": self.NO_SUCH_STATE})
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"error_messages": self.error_messages, **kwargs})

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.strip().upper() if isinstance(value, str) else value

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "choices", "error_messages"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs


class PhoneField(LineField):
    """A phone or fax number: as 800-555-1111 or, where there is more to it, as it was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 30, "blank": True, **kwargs})

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return normal_phone(super().clean(value, model_instance))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if value and len(phone_digits(value)) < 7:
            raise ValidationError("A phone or fax number has at least seven digits.", code="phone")


class DayField(models.DateField[Any, Any]):
    """A date. To the database and its migrations it is any."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs


class BirthDateField(DayField):
    """A date of birth: it has passed."""


class MoneyField(models.DecimalField[Any, Any]):
    """An amount in dollars. To the database and its migrations it is any decimal number."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


@models.Field.register_lookup
class OneOf(In):
    """As `in`, in one parameter: thousands take long to send, and each number of them is a
    statement of its own, which SQLite keeps in memory.
    """

    lookup_name = "one_of"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, self._wanted()]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} {ONE_OF_JSON}", [*parameters, json.dumps(self._wanted())]

    def _wanted(self) -> list[Any]:
        if not (values := list(self.rhs)):
            raise EmptyResultSet  # nothing needs to be asked
        return values
