"""After a save, say what it did in the other list."""

import logging
from collections.abc import Callable

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from kareo.records.acting import current_action
from sync.models import SyncEvent
from sync.screens.after_save.messages import tell

logger = logging.getLogger(__name__)

IN_THE_LOG = "What it did in the other list couldn't be read just now. The sync log says it."


class EffectMiddleware:
    """Adds messages read from the events of this request's batch.

    Stored events are asked, not remembered ones: what was rolled back claims nothing. Whatever was
    saved leads on to another page; an answer in place is a refused form or a preview. A pop-up
    closes on save, and its messages would show on some later page; it says beforehand what a save
    does, and the log has it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        saved = request.method == "POST" and 300 <= response.status_code < 400
        if saved and request.user.is_authenticated and IS_POPUP_VAR not in request.POST:
            batch = current_action().batch
            try:
                events = SyncEvent.objects.filter(batch=batch)
                tell(request, events, response.headers.get("Location", ""))
            except DatabaseError:
                # What was saved is saved, and says so.
                logger.exception("What a save did could not be read")
                messages.info(request, IN_THE_LOG)
        return response
