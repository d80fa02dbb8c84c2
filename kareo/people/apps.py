"""Who may sign in, and what is kept of who did."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kareo.people"
    verbose_name = "Who did what"

    def ready(self) -> None:
        from kareo.people import idle, noting

        noting.connect()
        idle.connect()
