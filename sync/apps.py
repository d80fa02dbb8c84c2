"""The rules between PM and the EHR."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "sync"
    verbose_name = "Sync – between the two"

    def ready(self) -> None:
        from sync import receivers

        receivers.connect()
