"""What forms say of what is typed wrong: in our words, where Django has its own."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Field, Model
from django.http import HttpRequest
from django.utils.functional import Promise

M = TypeVar("M", bound=Model)

# By the kind of field and the code of what is wrong. Of several kinds that a field is, the last.
WORDS: Mapping[type[forms.Field], Mapping[str, str]] = {
    forms.Field: {
        "required": "Fill this in.",
        "blank": "Fill this in.",
        "null": "Fill this in.",
        "invalid": "This can't be read. Check it.",
        "unique": "Another one has this already.",
        "max_length": "%(limit_value)d characters at most; this has %(show_value)d.",
        "min_value": "Type %(limit_value)s or more.",
        "null_characters_not_allowed": "This has a character that can't be stored. Type it again.",
    },
    forms.EmailField: {"invalid": "Type an address such as jane@example.com."},
    forms.IntegerField: {"invalid": "Type a whole number, such as 25."},
    forms.DecimalField: {
        "invalid": "Type an amount, such as 25.",
        "min_value": "Type an amount, such as 25; it can't be less than 0.",
        "max_digits": "Type an amount below 100,000.",
        "max_whole_digits": "Type an amount below 100,000.",
        "max_decimal_places": "Type dollars and cents, such as 25.50.",
    },
    forms.ChoiceField: {
        "required": "Choose one.",
        "blank": "Choose one.",
        "invalid_choice": "Choose one of the list.",
    },
    forms.ModelChoiceField: {
        "required": "Choose one.",
        "null": "Choose one.",
        "invalid_choice": "This one can't be chosen, or not any more. Choose another.",
    },
}


def in_our_words(field: forms.Field) -> None:
    """Let `field` say what is wrong in our words, and how much is too much: no browser cuts that.

    What a field has of its own stays: of Django's are those that are translated.
    """
    ours = {
        code: text
        for kind, words in WORDS.items()
        if isinstance(field, kind)
        for code, text in words.items()
    }
    own = {
        code: text for code, text in field.error_messages.items() if not isinstance(text, Promise)
    }
    field.error_messages = {**field.error_messages, **ours, **own}
    field.widget.attrs.pop("maxlength", None)


def ended(sentence: str) -> str:
    """Return `sentence` with a full stop, unless what it ends in has one."""
    return sentence if sentence.endswith(".") else f"{sentence}."


class InOurWords(BaseModelAdmin[M]):
    """The forms of a page, in our words."""

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            in_our_words(field)
        return field
