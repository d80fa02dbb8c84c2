"""How all forms call what a user has, what they say of it, and the forms of a password alone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, PasswordChangeForm, SetPasswordMixin

from kareo.pages.forms.words import in_our_words

LABELS = {
    "username": "User name",
    "old_password": "Password now",
    "password1": "Password",
    "password2": "Password again",
    "new_password1": "New password",  # of one's own
    "new_password2": "New password again",
    "is_staff": "May log in",
    "is_superuser": "Superuser",
    "groups": "Roles",
    "user_permissions": "Rights",
}
HELP = {
    "username": "To log in with: letters, digits and @ . + - _",
    "password1": "At least 8 characters, not digits only, no common word, not like the name, and"
    " without the user name.",
    "password2": "",
    "password": "",
    "is_active": "Clear it when somebody leaves: no more log-in, the history stays.",
    "is_staff": "As whoever has a role does.",
    "is_superuser": "May do everything, without a role.",
    "groups": "What this user may do is what all of them may.",
    "user_permissions": "What this user may do beside that.",
}
ERRORS = {
    "username": {
        "invalid": "Only letters, digits and @ . + - _, without spaces.",
        "unique": "Another user has this user name.",
    }
}
DIFFER: dict[str, Any] = {"password_mismatch": "The two passwords differ."}
WRONG_NOW: dict[str, Any] = {
    "password_incorrect": "This isn't your password now. Check Caps Lock, and type it again."
}


def use_our_words(fields: Mapping[str, forms.Field]) -> None:
    for field_name, field in fields.items():
        name = field_name.removeprefix("new_")
        field.label = LABELS.get(field_name, field.label)
        field.help_text = HELP.get(name, field.help_text)
        field.error_messages |= ERRORS.get(name, {})
        in_our_words(field)


class UnderThePassword(SetPasswordMixin):  # type: ignore[type-arg]  # it takes one in its types only
    """Says of a weak password that it is, not of the one that was typed again."""

    cleaned_data: dict[str, Any]

    def validate_password_for_user(self, user: Any, password_field_name: str = "password2") -> None:  # noqa: S107 (a name)
        if password_field_name in self.cleaned_data:
            first = password_field_name.replace("2", "1")
            super().validate_password_for_user(user, password_field_name=first)


class _OnlyPasswords(forms.Form):
    """Asks for all it has, from the first field on; where one is wrong, the page goes there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)  # the way to keep somebody out is `is_active`
        use_our_words(self.fields)
        for number, field in enumerate(self.fields.values()):
            field.required = True
            field.widget.attrs["autofocus"] = number == 0 and not self.is_bound


class PasswordForm(_OnlyPasswords, UnderThePassword, AdminPasswordChangeForm):  # type: ignore[type-arg]  # it takes one in its types only
    error_messages = DIFFER


class OwnPasswordForm(_OnlyPasswords, UnderThePassword, PasswordChangeForm):
    error_messages = DIFFER | WRONG_NOW
