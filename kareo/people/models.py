"""Who logged in, changed users or roles, or took records out: the access log."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from kareo.records.acting import current_action

LOCKED_OUT = "locked_out"  # in the changes of a log-in that was refused


class AccessEvent(models.Model):
    """One thing that somebody did with the door or its keys. Never written again.

    `changes` is {field: [before, after]}; of what there may be several, such as a user's roles,
    [those taken, those given]. A password is {"password": []}: that it was set, and no more. A
    log-in that is refused because too many failed before has LOCKED_OUT.
    """

    class What(models.TextChoices):
        LOGGED_IN = "logged_in", "Logged in"
        REFUSED = "refused", "Log-in refused"
        LOGGED_OUT = "logged_out", "Logged out"
        TIMED_OUT = "timed_out", "Logged out for inactivity"
        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        DELETED = "deleted", "Deleted"
        EXPORTED = "exported", "Exported"

    what = models.CharField(max_length=10, choices=What)
    actor = models.CharField("who", max_length=150, blank=True)
    ip_address = models.CharField("from address", max_length=45, blank=True)
    about_model = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    about_text = models.CharField(max_length=255, blank=True)
    changes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField("when", default=timezone.now, db_index=True)

    objects: ClassVar[models.Manager["AccessEvent"]] = models.Manager()

    class Meta:
        verbose_name = "access log entry"
        verbose_name_plural = "access log entries"
        ordering = ("-pk",)
        indexes = [models.Index(fields=["actor", "-id"], name="people_access_by_actor")]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.actor, self.get_what_display(), self.about_text]))


def note(
    what: AccessEvent.What, *, about: models.Model | None = None, text: str = "", **values: Any
) -> None:
    """Write that `what` was done, to the record `about`, by whoever acts unless an actor is given.

    What can't be noted isn't done: it raises what the database raises.
    """
    values.setdefault("actor", current_action().actor)
    if about is not None:
        text = str(about)
        values |= {"about_model": about._meta.label, "about_id": about.pk}
    AccessEvent.objects.create(what=what, about_text=text[:255], **values)


def forget_old_events() -> None:
    """Delete what was kept for longer than the settings say."""
    kept = timedelta(days=settings.ACCESS_LOG_DAYS)
    AccessEvent.objects.filter(created_at__lt=timezone.now() - kept).delete()
