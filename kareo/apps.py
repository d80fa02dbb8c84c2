"""The admin, with a site class of our own."""

from django.contrib.admin.apps import AdminConfig


class KareoAdminConfig(AdminConfig):
    default_site = "kareo.site.KareoAdminSite"
