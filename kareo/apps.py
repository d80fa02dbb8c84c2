"""The admin, with a site class of our own."""

from django.contrib.admin.apps import AdminConfig


class KareoAdminConfig(AdminConfig):
    default_site = "kareo.site.KareoAdminSite"

    def ready(self) -> None:
        super().ready()
        from kareo import users  # noqa: F401  # after all others, in the place of Django's own
