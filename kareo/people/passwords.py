"""What a password may be."""

from typing import Any

from django.core.exceptions import ValidationError

SHORTEST = 3  # of two letters, too many passwords would have them


class WithoutUserName:
    """Refuses what Django's own likeness lets pass: the user name, and something after it."""

    def validate(self, password: str, user: Any = None) -> None:
        name = (user.get_username() or "") if user else ""
        if len(name) >= SHORTEST and name.casefold() in password.casefold():
            raise ValidationError("Leave the user name out of it.", code="has_user_name")

    def get_help_text(self) -> str:
        return "The password can't contain the user name."
