"""The page that takes back what was done at once: it shows first what that does."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from kareo.pages.sending.once import sent_once
from kareo.records import Refused
from kareo.records.acting import current_action, may_name
from kareo.records.refusals import refusal_in_words
from kareo.records.registry import WHO_HAS
from sync.models import SyncEvent
from sync.pairs.sides import SIDES
from sync.propagation import NotAsShown, undo, undoing
from sync.roles import may_change, may_see
from sync.rules.decision import UPDATED
from sync.rules.reasons import Code
from sync.rules.table import INSURANCE, PLAN
from sync.rules.undoing import Refusal
from sync.screens.log.sentences import done_in_text, moment
from sync.screens.preview.told import Line
from sync.screens.urls import log_url, record_link
from sync.screens.wording.namesakes import tell_apart
from sync.screens.wording.reasons import reason_in_words
from sync.screens.wording.records import changes_in_words, counted, record_kind

SEEN, UNDO, ALL = "_seen", "_undo", "_all"  # fields of the page
MOST = 10_000  # records of one transaction, which a request waits for
FEW, MOST_SHOWN = 10, 1000  # records one by one
HIDDEN = "Something goes back here, in a list that your role doesn't show you."


@dataclass(frozen=True, slots=True)
class GoesBack:
    """A record that goes back, and how."""

    record: SafeString | str
    how: Sequence[str]


@staff_member_required
@sent_once()
def undo_page(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Show what taking a batch back does, and do just that."""
    if not may_see(request.user, SyncEvent._meta.label):
        raise PermissionDenied
    first = SyncEvent.objects.filter(batch=batch).order_by("pk").first()
    try:
        done = undoing(batch)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(log_url(batch=batch))
    events = done.decision.events
    problem = _problem(request.user, batch, events)
    if UNDO in request.POST and not problem:
        try:
            undo(batch, request.POST.get(SEEN, ""), rest=bool(done.refused))
        except NotAsShown as refused:
            messages.error(request, str(refused))
            return redirect(request.get_full_path())
        except (Refused, DatabaseError) as error:
            messages.error(request, refusal_in_words(error, request.user))
        else:
            return redirect(log_url(batch=current_action().batch))
    fingerprint = done.decision.fingerprint
    most = MOST_SHOWN if ALL in request.POST else FEW
    [told] = tell_apart(request.user, [first]) if first else [None]
    context = {
        **admin.site.each_context(request),
        "title": "Undo",
        "opts": SyncEvent._meta,
        "what": f"{done_in_text(told)}" if told else "",
        "who": told.actor if told else "",
        "when": moment(told) if told else "",
        "others": len({(e.source_model, e.source_id) for e in _events(batch)}) - 1,
        "problem": problem,
        "fingerprint": fingerprint,
        "count": len(events),
        "lines": [*_lines(events, request.user)],
        "refused": [_refused(each, request.user) for each in done.refused[:most]],
        "refused_more": max(0, len(done.refused) - most),
        "rows": [_row(each, request.user) for each in tell_apart(request.user, events[:most])],
        "more": max(0, len(events) - most),
        "names": {"seen": SEEN, "undo": UNDO, "all": ALL},
        "back": log_url(batch=batch),
    }
    return TemplateResponse(request, "sync/undo.html", context)


def _events(batch: UUID) -> Iterable[SyncEvent]:
    return SyncEvent.objects.filter(batch=batch).only("source_model", "source_id")


def _problem(user: Any, batch: UUID, events: Sequence[SyncEvent]) -> str:
    """Say why this user can't undo it, and who can; "" where nothing is in the way.

    What followed from a save, in the other list, follows back: it takes the right to change what
    was saved.
    """
    if len(events) > MOST:
        return (
            f"It is more than {MOST:,} records. Ask whoever runs the program to undo it, by the"
            f" command `undo {batch}`."
        )
    labels = {event.source_model for event in _events(batch)}
    if PLAN in labels:
        labels.discard(INSURANCE)
    for label in sorted(labels):
        if not may_change(user, label):
            return (
                f"Your role doesn't let you change {record_kind(label)}s, which this was done with."
                f" Ask {WHO_HAS[label]} to undo it."
            )
    return ""


def _lines(events: Sequence[SyncEvent], user: Any) -> Iterator[Line]:
    """Say how many records go back, and how."""
    counts = Counter((event.source_model, _how(event)) for event in events)
    hidden = set()
    for (label, how), count in sorted(counts.items()):
        app = label.partition(".")[0]
        if not may_see(user, label):
            if app not in hidden:
                hidden.add(app)
                yield Line(app, "", HIDDEN)
            continue
        kind = record_kind(label).removeprefix(f"{SIDES[app].name} ")
        does = HOW[how][count != 1]
        yield Line(app, UPDATED, f"{counted(count, kind)} {does}.")


HOW = {
    "removed": ("is removed", "are removed"),
    "restored": ("comes back", "come back"),
    "linked": ("is linked again, or no more", "are linked again, or no more"),
    "changed": ("goes back to what it was", "go back to what they were"),
}


def _how(event: SyncEvent) -> str:
    if "deleted" in event.undo:
        return "removed"
    if "created" in event.undo:
        return "restored"
    return "changed" if event.source_changes else "linked"


def _row(event: SyncEvent, user: Any) -> GoesBack:
    how = _how(event)
    if not may_name(user, event.source_model):
        return GoesBack(record_kind(event.source_model), [HOW[how][0]])
    label = event.source_model
    changes = changes_in_words(label, event.source_changes) if how == "changed" else [HOW[how][0]]
    key = None if how == "restored" else event.source_id
    return GoesBack(record_link(label, key, event.source_text), changes)


def _refused(refusal: Refusal, user: Any) -> GoesBack:
    label, key = refusal.ref
    if not may_name(user, label):  # nor who changed it
        return GoesBack(record_kind(label), [f"ask {WHO_HAS[label]} why."])
    why = reason_in_words(refusal.reason, label)
    is_gone = refusal.reason["code"] in (Code.GONE_SINCE, Code.NEEDS, Code.TAKEN)
    return GoesBack(record_link(label, None if is_gone else key, refusal.text), [why])
