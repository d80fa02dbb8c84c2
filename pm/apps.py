"""Practice management: the billing side's insurance companies, plans, patients, and policies."""

from django.apps import AppConfig


class PMConfig(AppConfig):
    name = "pm"
    verbose_name = "PM – practice management"
