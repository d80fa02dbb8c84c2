"""Form fields that take what people type as they type it."""

import datetime
import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.timezone import localdate

from kareo.records.fields import (
    BirthDateField,
    DayField,
    LineField,
    LinesField,
    MoneyField,
    one_line,
    printable,
    printable_lines,
)
from kareo.records.texts.dates import dates_in, is_no_day, read_date

YEARS_AHEAD = 30  # of '46, where it isn't a birth


class TypedLine(forms.CharField):
    """Drops what can't be seen, and spaces too many, which often come with pasted text."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(one_line(value) if isinstance(value, str) else value)


class TypedLines(forms.CharField):
    """Does so in several lines, whose breaks stay."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(printable_lines(value) if isinstance(value, str) else value)


class TypedDate(forms.DateField):
    """Takes a date in any of the ways that people write it."""

    default_error_messages = {
        "invalid": "Type month, day and year, such as 01/05/1986.",
        "no_day": "There is no such day. Check month, day and year.",
        "too_early": "The year %(year)04d is before 1900. Check it.",
    }

    def latest(self) -> datetime.date:
        """Return the last day that two digits of a year may mean."""
        return datetime.date(localdate().year + YEARS_AHEAD, 12, 31)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not (typed := printable(value).strip()):
            return super().to_python(value)
        if day := read_date(typed, self.latest()):
            return day
        code = "no_day" if is_no_day(typed) else "invalid"
        if days := [*dates_in(typed)]:
            code = "too_early"
        year = {"year": days[0].year} if days else None
        raise ValidationError(self.error_messages[code], code=code, params=year)


class TypedBirthDate(TypedDate):
    """Takes 1-5-46 as a day in the past."""

    def latest(self) -> datetime.date:
        return localdate()


class BirthDateWidget(forms.DateInput):
    """Without the calendar, whose Today is nobody's birth date here."""


class TypedMoney(forms.DecimalField):
    """Takes $1,250.00 as well.

    A comma anywhere else, as in 20,50, may mean cents: it is never just dropped.
    """

    default_error_messages = {"comma": "Type dollars and cents, such as 25.50."}
    _thousands = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = printable(value).replace("$", "").strip()
            if "," in value:
                if not self._thousands.fullmatch(value):
                    raise ValidationError(self.error_messages["comma"], code="comma")
                value = value.replace(",", "")
        return super().to_python(value)


# By the model field, for Django's admin; where one isn't here, its own is.
INPUTS: dict[type[Field[Any, Any]], dict[str, Any]] = {
    LineField: {"form_class": TypedLine, "widget": AdminTextInputWidget},
    # A style can tell one that has a placeholder, be it none, to be empty: it isn't printed.
    LinesField: {
        "form_class": TypedLines,
        "widget": AdminTextareaWidget({"rows": 3, "placeholder": " "}),
    },
    DayField: {"form_class": TypedDate, "widget": AdminDateWidget},
    BirthDateField: {
        "form_class": TypedBirthDate,
        "widget": BirthDateWidget({"size": 10, "placeholder": "MM/DD/YYYY"}),
    },
    MoneyField: {
        "form_class": TypedMoney,
        "widget": forms.TextInput({"inputmode": "decimal", "size": 8}),
    },
}
