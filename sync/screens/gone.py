"""What is known of a record that is looked for and was deleted."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sync.models import SyncEvent
from sync.roles import may_see
from sync.screens.log import sentences
from sync.screens.urls import log_url
from sync.screens.wording.namesakes import tell_apart
from sync.screens.wording.records import record_kind


def deleted(model: type[Any], user: Any, key: int) -> SafeString | str:
    """Say who deleted the record of `model` with this key, and when; "" where nobody did.

    Whoever may not see the log learns that it was deleted.
    """
    label = model._meta.label
    last = SyncEvent.objects.filter(source_model=label, source_id=key).order_by("-pk").first()
    if last is None or not sentences.is_deletion(last):
        return ""
    kind = record_kind(label)
    if not may_see(user, SyncEvent._meta.label):
        return f"This {kind} was deleted."
    [event] = tell_apart(user, [last])
    return format_html(
        'The {} {} was deleted{}, {}. <a href="{}">What became of it</a>',
        kind,
        event.source_text,
        f" by {event.actor}" if event.actor else "",
        sentences.moment(event),
        log_url(about=f"{label}:{key}"),
    )
