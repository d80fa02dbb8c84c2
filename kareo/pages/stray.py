"""What is sent to a page that no page of ours sends: it is answered in a sentence, never an error.

A list's URL narrows it by the list's own filters and by nothing else: a look-up that Django would
take, such as a regular expression, could keep a process busy for hours.
"""

import logging
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR, IncorrectLookupParameters, ModelAdmin
from django.contrib.admin.views.main import ERROR_FLAG, ChangeList
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from kareo.pages.forms.pickers import is_key

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=Model)

LONGEST = 200  # characters of a search: each word of it is a condition
SAVE_AS_NEW = "_saveasnew"
# What a URL that no filter of the list makes may raise.
UNUSABLE = (IncorrectLookupParameters, SuspiciousOperation, ValueError, OverflowError, DataError)


class OwnFilters(ChangeList):
    """A list that only its own filters narrow."""

    def get_filters(self, request: HttpRequest) -> Any:
        found = super().get_filters(request)
        _specs, _are_any, left, *_others = found
        if left:
            raise IncorrectLookupParameters(f"no filter has {', '.join(left)}")
        return found


class NoStrays(ModelAdmin[M]):
    """A page that leaves out, or refuses in words, what it could not have sent itself."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OwnFilters

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except UNUSABLE as error:
            if not request.GET:
                raise
            logger.warning("A filter in the URL can't be used", exc_info=True)
            messages.warning(
                request,
                "This list can't show what that link asks for, so this is all of it. Choose a"
                " filter, or search.",
            )
            raise IncorrectLookupParameters from error  # Django leads back to the list

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        return super().get_search_results(request, queryset, search_term[:LONGEST])

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._leave_out_strays(request)
        return super().changelist_view(request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._leave_out_strays(request)
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (OverflowError, DataError) as error:  # a key that no database holds, among several
            raise BadRequest from error

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._leave_out_strays(request)
        return super().delete_view(request, *args, **kwargs)

    def _leave_out_strays(self, request: Any) -> None:
        for sent in (query := request.GET.copy()), (data := request.POST.copy()):
            if not sent.get(TO_FIELD_VAR):
                sent.pop(TO_FIELD_VAR, None)
        query.pop(ERROR_FLAG, None)  # with another error Django would blame the database
        if not self.save_as:
            data.pop(SAVE_AS_NEW, None)
        _keep_keys(data)
        request.GET, request.POST = query, data


def _keep_keys(data: QueryDict) -> None:
    """Leave out what was selected and can't be the key of a row."""
    selected = data.pop(ACTION_CHECKBOX_NAME, None) or []
    if keys := [key for key in selected if is_key(key)]:
        data.setlist(ACTION_CHECKBOX_NAME, keys)
