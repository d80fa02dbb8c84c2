"""The pages of lists: how they are searched and filtered, and what is done with selected rows."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import model_ngettext
from django.contrib.admin.views.main import ChangeList
from django.db import DatabaseError
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst

from kareo.pages.forms.records import R
from kareo.pages.lists.batches import in_batches, keys_of
from kareo.pages.lists.long import COUNTED, LongPaginator, RecordChangeList
from kareo.pages.scripts import OnlyUsedScripts
from kareo.records import RecordQuerySet, Refused
from kareo.records.refusals import refusal_in_words
from kareo.records.registry import additions_to
from kareo.search.finding import MOST_FOUND, found_keys

if TYPE_CHECKING:
    from django.contrib.admin.options import _ListFilterT


class RecordListAdmin(OnlyUsedScripts[R]):
    """The list of a record's admin, of any length."""

    list_per_page = 50
    paginator = LongPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each is a count over the whole list

    @property
    def actions(self) -> Sequence[str | Callable[..., Any]]:  # type: ignore[override]  # what was added is known only later
        return ("deactivate", "activate", *additions_to(self.model).actions)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[R], search_term: str
    ) -> tuple[QuerySet[R], bool]:
        """Search by what is on an insurance card."""
        keys = self.keys_found(request, queryset, search_term)
        if keys is None:
            return queryset, False
        if len(keys) > MOST_FOUND:
            request.found_more = True  # type: ignore[attr-defined]  # read by the list
            keys = set(sorted(keys)[-MOST_FOUND:])
        request.found = len(keys)  # type: ignore[attr-defined]  # read by the paginator
        return queryset.filter(pk__in=keys), False

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Return the pages of `queryset`, which a search has counted already.

        Of Django's log, which a history would show, there are none: nothing is written to it.
        """
        if queryset.model is LogEntry:
            queryset = queryset.none()
        paginator = super().get_paginator(request, queryset, *args, **kwargs)
        if (found := getattr(request, "found", None)) is not None:
            paginator.count = found
        return paginator

    def keys_found(
        self, request: HttpRequest, queryset: QuerySet[R], typed: str
    ) -> set[Any] | None:
        """Return the keys of those of `queryset` that were `typed`, as `found_keys` does."""
        fields = self.get_search_fields(request)
        return found_keys(queryset, typed, fields) if fields and typed else None

    def get_list_filter(self, request: HttpRequest) -> "tuple[_ListFilterT, ...]":
        return (*additions_to(self.model).filters, *super().get_list_filter(request))

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return (*super().get_list_display(request), *additions_to(self.model).columns(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordChangeList

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_back(request, partial(super().changelist_view, request, *args, **kwargs))

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> Any:
        """Of a long list, or more than a search looks for, act on those that were chosen only.

        The same search may have come upon others since these were shown.
        """
        found_more = getattr(request, "found_more", False)
        are_all = request.POST.get("select_across", "0") != "0"
        if are_all and (found_more or LongPaginator(queryset, self.list_per_page).is_long):
            most = MOST_FOUND if found_more else COUNTED
            more = f"These are more than {most:,}: add a word or a filter, or select some of them."
            messages.error(request, more)
            return redirect(request.get_full_path())
        if found_more:
            queryset = self.get_queryset(request)
        return super().response_action(request, queryset, *args)

    def _or_back(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """Return the view's answer, or the list with the reason why its action was refused."""
        try:
            return view()
        except (Refused, ProtectedError, DatabaseError) as error:
            if request.method != "POST":
                raise
            messages.error(request, refusal_in_words(error, request.user))
            return redirect(self._page("changelist"))

    def _page(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"

    @admin.action(description="Deactivate selected %(verbose_name_plural)s", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: RecordQuerySet[R]) -> HttpResponse | None:
        return self._set_active(request, queryset, False)

    @admin.action(description="Activate selected %(verbose_name_plural)s", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: RecordQuerySet[R]) -> HttpResponse | None:
        return self._set_active(request, queryset, True)

    def to_set(self, active: bool, **along: bool) -> RecordQuerySet[R]:
        """Return the records that aren't as they are to be, with what is done `along` with them."""
        records: RecordQuerySet[R] = self.model._default_manager.filter(is_active=not active)  # type: ignore[assignment]  # ours
        return records

    def _set_active(
        self,
        request: HttpRequest,
        queryset: RecordQuerySet[R],
        active: bool,
        also: str = "",
        **along: bool,
    ) -> HttpResponse | None:
        other = self.to_set(active, **along).order_by("pk")

        def change(batch: Sequence[int]) -> int:
            return len(other.filter(pk__in=batch).change(is_active=active, **along))

        def tell(changed: int, selected: int) -> None:
            state = "active" if active else "inactive"
            message = f"{changed:,} {model_ngettext(self.opts, changed)} {did}."
            if others := selected - changed:
                message += f" {others:,} {'was' if others == 1 else 'were'} already {state}."
            messages.success(request, message)

        did = ("activated" if active else "deactivated") + also
        title = f"{capfirst(self.opts.verbose_name_plural)} are being {did}"
        return in_batches(request, title, partial(keys_of, queryset), change, tell)
