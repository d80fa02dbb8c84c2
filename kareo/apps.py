"""The admin, with a site class of our own."""

import gc

from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import pre_migrate


class KareoAdminConfig(AdminConfig):
    default_site = "kareo.site.KareoAdminSite"

    def ready(self) -> None:
        super().ready()
        # After all others: users take the place of Django's own.
        from kareo import releases, users  # noqa: F401

        # Sent to each app in turn, to this one first, before anything is written.
        pre_migrate.connect(releases.refuse_unknown_database, self, dispatch_uid="kareo.releases")
        gc.freeze()
        gc.enable()
