"""What a password may be."""

from typing import Any

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

NOT_HERE = (
    "This is a demo's password, which everybody knows. It works in debug only. Whoever runs this"
    " program sets another with manage.py changepassword, or deactivates the user."
)
SHORTEST = 3  # of two letters, too many passwords would have them


def of_demo(username: str) -> str:
    """Return the password that the demo gives a user, and prints for all to read."""
    return f"demo-{username}"


class UnlikeUser(UserAttributeSimilarityValidator):
    """Refuses also what Django's own likeness lets pass: the user name, and something after it.

    What is both is refused once.
    """

    def validate(self, password: str, user: Any = None) -> None:
        name = (user.get_username() or "") if user else ""
        if len(name) >= SHORTEST and name.casefold() in password.casefold():
            raise ValidationError("Leave the user name out of it.", code="has_user_name")
        super().validate(password, user)

    def get_help_text(self) -> str:
        return f"{super().get_help_text()} It can't contain the user name."
