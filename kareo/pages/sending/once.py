"""A page that is sent twice does what it asks for once, and is answered as the first time.

Each page has an id of its own. What a page did is kept under that id in the same transaction: so
the second of a double click waits for the first, finds it done, takes back what it did itself, and
gives the same answer. Who got no answer, because a connection broke, may send the page again.
"""

import json
import logging
import uuid
from collections.abc import Callable
from functools import partial, wraps
from time import monotonic, sleep
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.contrib.messages.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, Error, IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

from kareo.pages.sending.models import SentPage
from kareo.records import Refused
from kareo.records.acting import current_action, going_on
from kareo.records.refusals import PerhapsSaved

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=Model)

PAGE = "_page"
BUTTONS = {"_save", "_addanother", "_continue"}  # a double click may come upon two of them
# What the context of an answer in place has, where its page did what it asks for.
DONE_IN_PLACE = {"popup_response_data", "work"}
PATIENCE = 10  # seconds, for the answer of the same page's first sending
UNTYPED = {PAGE, "csrfmiddlewaretoken", "_previewed", *BUTTONS}
AGAIN = "Do it again to be sure: what was done is not done twice."
OF_ANOTHER = "This page was opened by another user. Nothing was saved, and what was typed is gone."


class SentBefore(Refused):
    """Raised where a page was sent before with other contents, which led to `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(
            "This page was sent before, and that was done. What it says now is not done. If you"
            " want it as well, do it again."
        )
        self.location = location


def new_page_id(user: Any) -> str:
    """Return an id for a page that only `user` may send."""
    return _signer(user).sign(str(uuid.uuid4()))


def page_id(request: HttpRequest) -> str:
    """Return the id of the page that answers `request`."""
    if not hasattr(request, "page_id"):
        request.page_id = new_page_id(request.user)  # type: ignore[attr-defined]  # ours
    return request.page_id  # type: ignore[attr-defined, no-any-return]  # ours


def is_own_page(request: HttpRequest) -> bool:
    """Return whether what was sent is a page that was made for its user."""
    return _page_of(request) is not None


def once(
    request: HttpRequest, view: Callable[[], HttpResponse], *, in_parts: bool = False
) -> HttpResponse:
    """Return the view's answer; of a page that was sent before, the answer that it had then.

    `in_parts`: the view makes transactions of its own, and can do what is left of them again.
    Raises SentBefore, PerhapsSaved, and what the view raises.
    """
    if request.method != "POST" or not (signed := request.POST.get(PAGE)):
        return view()
    if not (page := _page_of(request)):
        messages.error(request, OF_ANOTHER)
        return redirect(anew(request))
    typed = _typed(request)
    if in_parts:
        return _begun_before(request, page, typed) or _in_parts(view, request, page)
    response = None
    try:
        with transaction.atomic():
            response = view()
            if _did(response):
                SentPage.objects.create(page=page, typed=typed, **_answer(request, response))
    except (Refused, ProtectedError, DatabaseError) as error:
        # Whatever it said was rolled back.
        request._messages = default_storage(request)  # type: ignore[attr-defined]  # as its middleware sets it
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        conflicts = isinstance(error, IntegrityError)
        try:
            if done := _done_before(request, page, typed, refuse=conflicts):
                return done
        except DatabaseError:
            conflicts = False
        if response is not None and not conflicts:
            request.page_id = signed  # type: ignore[attr-defined]  # the same page, to be sent again
            raise PerhapsSaved("It may be saved or not", AGAIN) from error
        raise
    return response if _did(response) else _done_before(request, page, typed) or response


def sent_once(
    *, in_parts: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view of one that does what a page asks for `once`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return once(request, partial(view, request, *args, **kwargs), in_parts=in_parts)

        return inner

    return decorate


def anew(request: HttpRequest) -> str:
    """Return the URL where a page like the one that was sent can be had again."""
    of_admin = hasattr(getattr(request.resolver_match, "func", None), "model_admin")
    return request.get_full_path() if of_admin else reverse("admin:index")


class SentOnce(ModelAdmin[M]):
    """Does what each of its pages asks for once."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return once(request, partial(super().changeform_view, request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return once(request, partial(super().delete_view, request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view = partial(super().changelist_view, request, *args, **kwargs)
        return once(request, view, in_parts=True)


def _signer(user: Any) -> Signer:
    return Signer(salt=f"{__name__}:{user.pk}")


def _page_of(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(_signer(request.user).unsign(request.POST.get(PAGE, "")))
    except (BadSignature, ValueError):
        return None


def _typed(request: HttpRequest) -> str:
    """Return what stands for all that was typed, a password among it: it tells nothing of it."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in UNTYPED)
    text = json.dumps([request.path, typed])
    return salted_hmac(__name__, text, algorithm="sha256").hexdigest()


def _begun_before(request: HttpRequest, page: uuid.UUID, typed: str) -> HttpResponse | None:
    """Return the answer of the page's first sending, once it is there; None: this is the first."""
    until = monotonic() + PATIENCE
    while True:
        try:
            with transaction.atomic():
                batch = current_action().batch
                SentPage.objects.create(page=page, typed=typed, batch=batch)
                return None
        except IntegrityError:
            if done := _done_before(request, page, typed, refuse=True):
                return done
        if monotonic() > until:
            raise Refused(
                "This was sent before and is still being done, or was broken off. Wait a moment,"
                " then look what is done. What isn't, choose again."
            )
        sleep(0.1)


def _in_parts(
    view: Callable[[], HttpResponse], request: HttpRequest, page: uuid.UUID
) -> HttpResponse:
    """Return the view's answer, kept where it did something; else the page may be sent anew."""
    begun, did = SentPage.objects.filter(pk=page), False
    try:
        response = view()
        did = _did(response)
    finally:
        # What is told is what the view did, whether that can be noted or not.
        try:
            if did:
                begun.update(**_answer(request, response))
            else:
                begun.delete()
        except Error:
            connection.close_if_unusable_or_obsolete()
            logger.exception("What became of a page could not be noted")
    return response


def _did(response: Any) -> bool:
    """Return whether the page did what it asks for: it leads on, closes its pop-up or goes on."""
    shown = getattr(response, "context_data", None) or {}
    return 300 <= response.status_code < 400 or not DONE_IN_PLACE.isdisjoint(shown)


def _answer(request: HttpRequest, response: Any) -> dict[str, Any]:
    if hasattr(response, "render"):
        response.render()
    return {
        "batch": current_action().batch,
        "location": response.get("Location", ""),
        "content": "" if "Location" in response else response.text,
        "messages": messages.get_messages(request)._queued_messages,  # type: ignore[union-attr]  # to look at, not to take
    }


def _done_before(
    request: HttpRequest, page: uuid.UUID, typed: str, *, refuse: bool = False
) -> HttpResponse | None:
    """Return the answer that the very same page had; None where it wasn't sent yet.

    `refuse`: raise SentBefore where it was sent with other contents.
    """
    sent = SentPage.objects.filter(pk=page).first()
    if sent and sent.typed == typed:
        if not sent.is_answered:
            return None
        going_on(sent.batch)  # what it did is told again
        request._messages = default_storage(request)  # type: ignore[attr-defined]  # as its middleware sets it
        for each in sent.messages:
            messages.add_message(request, each.level, each.message, each.extra_tags)
        return redirect(sent.location) if sent.location else HttpResponse(sent.content)
    if sent and refuse:
        raise SentBefore(sent.location)
    return None
