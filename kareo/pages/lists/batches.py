"""Do with very many records what a page asks for: so many at a time, each time whole.

One transaction for a hundred thousand would hold all their locks for minutes, and one request would
leave its reader without a sign. So a request does batches for a while and answers with a page that
says how many are done and sends itself for the next ones. What is left stands in that page, signed:
nothing is kept between the requests, which may go to any process.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from time import monotonic
from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.db import DatabaseError
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from kareo.pages.sending.once import PAGE
from kareo.records import Refused
from kareo.records.acting import current_action, going_on
from kareo.records.commits import whole
from kareo.records.refusals import LOOK, PerhapsSaved, refusal_in_words

BATCH = 1000  # records of one transaction
PAUSE = 2  # seconds, after which a request that isn't done answers how far it is
MOST = 100_000  # keys in one page, which it sends on each time
AGE = 24 * 3600  # seconds, after which a page that was left open isn't gone on with

LEFT, STOP = "_left", "_stop"  # fields of the page
UNSENT = ("csrfmiddlewaretoken", PAGE, "select_across", LEFT, STOP)


@dataclass(frozen=True, slots=True)
class Work:
    """What is left of what a page asked for: as plain values, for they travel in a page."""

    left: Sequence[int]  # keys
    count: int  # of all keys, those that are done included
    done: int  # what `do` returned for these, in all
    batch: str  # the action of which each request is a part

    @property
    def begun(self) -> int:
        return self.count - len(self.left)


def in_batches(
    request: HttpRequest,
    title: str,
    keys: Callable[[], Sequence[int]],
    do: Callable[[Sequence[int]], int],
    then: Callable[[int, int], None],
) -> HttpResponse | None:
    """Call `do` with each batch of `keys`, then `then` with the sum of the results and the count.

    Return None once it is done, and before that the page to answer with, which sends the same
    request again. `keys` is asked the first time only; no more than MOST are taken.

    Where `do` fails in the first batch, raise what it raises; in a later one, Refused, which says
    how many are done: they stay so. Raise PerhapsSaved where nobody knows whether a batch is done.
    """
    salt = f"{__name__}:{request.user.pk}:{request.path}:{request.POST.get('action', '')}"
    work = _sent(request, salt)
    if work is None:
        found = sorted(keys())[:MOST]
        work = Work(found, len(found), 0, str(current_action().batch))
    if STOP in request.POST:
        messages.warning(
            request,
            f"Stopped. {work.begun:,} of {work.count:,} are done, and perhaps those that were just"
            " being done; they stay so. The others are as they were.",
        )
        return None
    until = monotonic() + PAUSE
    while work.left:
        work = _one_batch(work, do, request.user)
        if work.left and monotonic() > until:
            return _page(
                request, title, work, signing.dumps(asdict(work), salt=salt, compress=True)
            )
    then(work.done, work.count)
    return None


def keys_of(queryset: QuerySet[Any, Any]) -> list[int]:
    """Return the keys of all."""
    return list(queryset.order_by().values_list("pk", flat=True))


def _sent(request: HttpRequest, salt: str) -> Work | None:
    """Return what the page sent as left, as a part of the same action; None where it is new."""
    if (sent := request.POST.get(LEFT)) is None:
        return None
    try:
        work = Work(**signing.loads(sent, salt=salt, max_age=AGE))
    except signing.BadSignature:
        raise Refused(
            "It can't be gone on with from this page: it is too old, or of another user. What was"
            " done stays done. Choose the records again to do the rest."
        ) from None
    going_on(uuid.UUID(work.batch))
    return work


def _one_batch(work: Work, do: Callable[[Sequence[int]], int], user: Any) -> Work:
    batch = work.left[:BATCH]
    try:
        done = whole(partial(do, batch))
    except PerhapsSaved as error:
        if len(batch) == work.count:
            raise
        raise _perhaps(work, len(batch)) from error
    except (Refused, ProtectedError, DatabaseError) as error:
        if not work.begun:
            raise
        raise Refused(
            f"The first {work.begun:,} of {work.count:,} are done and stay so. Then it stopped, and"
            f" the others are as they were. {refusal_in_words(error, user)} To complete it, do the"
            " same again for them."
        ) from error
    return Work(work.left[BATCH:], work.count, work.done + done, work.batch)


def _perhaps(work: Work, count: int) -> PerhapsSaved:
    """Say that the next `count` may be done or not, what is done surely, and what isn't."""
    which = f"The first {count:,} of {work.count:,}"
    if work.begun:
        which = (
            f"The first {work.begun:,} of {work.count:,} are done and stay so. The next {count:,}"
        )
    others = "" if work.begun + count == work.count else "The others are as they were. "
    return PerhapsSaved(f"{which} may be done or not", others + LOOK)


def _page(request: HttpRequest, title: str, work: Work, left: str) -> HttpResponse:
    # Of several values, as of the records that were chosen, the first will do: LEFT has the keys.
    sent = {name: request.POST.getlist(name)[0] for name in request.POST if name not in UNSENT}
    context = {
        **admin.site.each_context(request),
        "title": title,
        "work": work,
        "sent": {**sent, LEFT: left},
        "stop": STOP,
    }
    return TemplateResponse(request, "admin/batches.html", context)
