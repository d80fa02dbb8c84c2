"""The admin, with a site class of our own, and what its pages call the apps of others."""

import gc

from django.apps import apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import pre_migrate

# What the pages call the apps of others.
AREAS = {"auth": "Users and roles", "axes": "Signing in"}


class KareoAdminConfig(AdminConfig):
    default_site = "kareo.site.KareoAdminSite"

    def ready(self) -> None:
        super().ready()
        for label, name in AREAS.items():
            apps.get_app_config(label).verbose_name = name
        # After all others: users take the place of Django's own.
        from kareo import releases
        from kareo.people import access_log, roles, sign_ins, users  # noqa: F401  # they register with the site

        # Sent to each app in turn, to this one first, before anything is written.
        pre_migrate.connect(releases.refuse_unknown_database, self, dispatch_uid="kareo.releases")
        gc.freeze()
        gc.enable()
