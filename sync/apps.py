"""The rules between PM and the EHR."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class SyncConfig(AppConfig):
    name = "sync"
    verbose_name = "Sync – between the two"

    def ready(self) -> None:
        from sync import checks, roles
        from sync.propagation import receivers
        from sync.screens import additions

        register(checks.check_middleware)
        register(checks.check_databases)
        register(checks.check_keys, Tags.database)
        receivers.connect()
        additions.add()
        post_migrate.connect(roles.make_roles, self, dispatch_uid="sync.roles")
