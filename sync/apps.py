"""The rules between PM and the EHR."""

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class SyncConfig(AppConfig):
    name = "sync"
    verbose_name = "Sync – between the two"

    def ready(self) -> None:
        from sync import checks, receivers, roles

        register(checks.check_middleware)
        register(checks.check_databases)
        receivers.connect()
        post_migrate.connect(roles.make_roles, self, dispatch_uid="sync.roles")
