"""The clinical record's insurance list and patients."""

from django.apps import AppConfig


class EHRConfig(AppConfig):
    name = "ehr"
    verbose_name = "EHR – clinical record"
