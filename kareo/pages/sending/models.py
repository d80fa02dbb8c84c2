"""What pages that were sent led to."""

from datetime import timedelta

from django.contrib.messages.storage.cookie import MessageDecoder, MessageEncoder
from django.db import models
from django.utils import timezone

KEPT = timedelta(days=1)


class SentPage(models.Model):
    """A page that was sent and did what it asked for, with its answer. Kept for a day."""

    page = models.UUIDField(primary_key=True)
    typed = models.CharField(max_length=64)  # stands for all that was typed on it
    batch = models.UUIDField()  # the action that it was
    location = models.TextField(blank=True)  # where it led
    content = models.TextField(blank=True)  # what a pop-up answers instead
    messages = models.JSONField(default=list, encoder=MessageEncoder, decoder=MessageDecoder)
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.page}"

    @property
    def is_answered(self) -> bool:
        """False while it is being done in parts, and where that was broken off."""
        return bool(self.location or self.content)


def forget_old_pages() -> None:
    """Delete what was kept for longer than a day."""
    SentPage.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()
