"""What the admin pages of all records share."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.utils import flatten, model_ngettext
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import DatabaseError, DataError
from django.db.models import Field, ForeignKey, Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst

from kareo.pages.back import WayBack
from kareo.pages.batches import in_batches, keys_of
from kareo.pages.fieldsets import Fieldset
from kareo.pages.finding import MOST_FOUND, found_keys
from kareo.pages.forms import Parent, R, RecordForm, RecordFormSet, only_rows_ask
from kareo.pages.inputs import INPUTS
from kareo.pages.lists import COUNTED, LongPaginator, RecordChangeList
from kareo.pages.pickers import Picker, PickerField, is_key
from kareo.pages.scripts import OnlyUsedScripts
from kareo.pages.sending.once import SentOnce
from kareo.records import Record, RecordQuerySet, Refused, Unanswered, saving
from kareo.records.refusals import refusal_in_words
from kareo.records.registry import additions_to

if TYPE_CHECKING:
    from django.contrib.admin.options import _ListFilterT

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=Model)

# Without `choice`: the app that lets the user choose shows that field itself.
HIDDEN_FIELDS = ("seen", "confirmed")
HISTORY = (("origin", "version"), ("created_at", "created_by"), ("updated_at", "updated_by"))
ABOUT_THIS_RECORD: Fieldset = ("About this record", {"classes": ("collapse",), "fields": HISTORY})


class RecordFormMixin(BaseModelAdmin[R]):
    """Adds a record form's hidden fields; a picker of another record can't delete it."""

    formfield_overrides = INPUTS

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Picker(db_field, self.admin_site))
            kwargs.setdefault("form_class", PickerField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        elif field:  # browsers would fill in the address of whoever types
            field.widget.attrs.setdefault("autocomplete", "off")
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        (name, options), *others = super().get_fieldsets(request, obj)
        return [(name, {**options, "fields": (*options["fields"], HIDDEN_FIELDS)}), *others]


class RecordInline(RecordFormMixin[R], admin.StackedInline[R, Parent]):
    form: type[RecordForm[R]] = RecordForm
    formset: type[RecordFormSet[R, Parent]] = RecordFormSet
    extra = 0

    def get_formset(
        self, request: HttpRequest, obj: Parent | None = None, **kwargs: Any
    ) -> type[RecordFormSet[R, Parent]]:
        formset: type[RecordFormSet[R, Parent]] = super().get_formset(request, obj, **kwargs)  # type: ignore[assignment]  # made of our own
        formset.form.user = request.user
        formset.form.asks = hasattr(request, "refusal")
        return formset


def _shows_form(response: HttpResponse) -> bool:
    return "adminform" in (getattr(response, "context_data", None) or {})


class ListAdmin(SentOnce[M], OnlyUsedScripts[M]):
    """Treats a URL that none of the list's filters makes as Django treats a wrong filter."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            logger.warning("A filter in the URL can't be used", exc_info=True)
            raise IncorrectLookupParameters from error


class RecordAdmin(RecordFormMixin[R], WayBack[R], ListAdmin[R]):
    """The admin page of a record.

    The reason why a save was refused shows on the form, which keeps what was typed.
    """

    form: type[RecordForm[R]] = RecordForm
    readonly_fields = flatten(HISTORY)
    list_per_page = 50
    paginator = LongPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each is a count over the whole list

    @property
    def actions(self) -> Sequence[str | Callable[..., Any]]:  # type: ignore[override]  # what was added is known only later
        return ("deactivate", "activate", *additions_to(self.model).actions)

    def get_fieldsets(self, request: HttpRequest, obj: R | None = None) -> list[Fieldset]:
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, ABOUT_THIS_RECORD] if obj else fieldsets

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
        self, request: HttpRequest, queryset: QuerySet[R], *args: Any, **kwargs: Any
    ) -> Any:
        """Return the pages of `queryset`, which a search has counted already."""
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

    def get_deleted_objects(
        self, objs: Sequence[R] | QuerySet[R], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Show what prevents a deletion rather than which permissions it would need."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set() if protected else perms_needed, protected

    def log_addition(self, *args: Any) -> Any:
        """Write no log entry: whoever follows the signals keeps the history."""

    log_change: Any = log_addition
    log_deletions: Any = log_addition

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
            if _shows_form(response) and only_rows_ask(response.context_data):  # type: ignore[attr-defined]  # a page's
                # Its rows keep it from being saved, which would find out what else to ask.
                request.asks = True  # type: ignore[attr-defined]  # read by get_form
                response = super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, DatabaseError) as error:
            if request.method != "POST":
                raise
            request.asks = isinstance(error, Unanswered)  # type: ignore[attr-defined]  # read by get_form
            return self.show_again(request, refusal_in_words(error), object_id)
        return response

    def show_again(
        self, request: HttpRequest, why: str, object_id: str | None = None
    ) -> HttpResponse:
        """Return the page with what was typed on it, which wasn't saved."""
        request.refusal = why  # type: ignore[attr-defined]  # read by get_form
        # The form isn't valid now, so nothing is written. Hence no transaction, which would have to
        # wait for a busy database again.
        return self._changeform_view(request, object_id, "", None)  # type: ignore[attr-defined, no-any-return]  # private

    def save_related(
        self, request: HttpRequest, form: Any, formsets: list[RecordFormSet[Any, R]], change: bool
    ) -> None:
        """Save the rows of the page, having taken the locks of all of them first, in one order."""
        for formset in formsets:
            if records := [row.instance for row in formset.forms if row.has_changed()]:
                saving.send(sender=formset.model, records=records, using=formset.queryset.db)
        super().save_related(request, form, formsets, change)

    def filled_in(
        self, request: HttpRequest, record: R | None
    ) -> tuple[RecordForm[R], list[RecordFormSet[Record, R]]]:
        """Return the page's form and formsets as they were sent, to be read and never saved."""
        change = record is not None
        form = self.get_form(request, record, change=change)(request.POST, instance=record)
        form.is_valid()
        formsets, _inlines = self._create_formsets(request, form.instance, change)  # type: ignore[attr-defined]  # private
        return form, formsets

    def get_form(
        self, request: HttpRequest, obj: R | None = None, change: bool = False, **kwargs: Any
    ) -> type[RecordForm[R]]:
        form: type[RecordForm[R]] = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[assignment]  # made of our own
        form.refusal = getattr(request, "refusal", "")
        form.asks = getattr(request, "asks", False)
        form.user = request.user
        return form

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_back(request, partial(super().delete_view, request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            data = request.POST.copy()
            keys = data.getlist(ACTION_CHECKBOX_NAME)
            data.setlist(ACTION_CHECKBOX_NAME, [key for key in keys if is_key(key)])
            request.POST = data  # type: ignore[assignment]  # a mutable one will do
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
            messages.error(request, refusal_in_words(error))
            return redirect(self._page("changelist"))

    def _page(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"

    @admin.action(description="Deactivate selected %(verbose_name_plural)s", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: RecordQuerySet[R]) -> HttpResponse | None:
        return self._set_active(request, queryset, False)

    @admin.action(description="Activate selected %(verbose_name_plural)s", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: RecordQuerySet[R]) -> HttpResponse | None:
        return self._set_active(request, queryset, True)

    def _set_active(
        self, request: HttpRequest, queryset: RecordQuerySet[R], active: bool, **along: bool
    ) -> HttpResponse | None:
        other = self.model._default_manager.filter(is_active=not active).order_by("pk")

        def change(batch: Sequence[int]) -> int:
            return len(other.filter(pk__in=batch).change(is_active=active, **along))

        def tell(changed: int, selected: int) -> None:
            state = "active" if active else "inactive"
            message = f"{changed:,} {model_ngettext(self.opts, changed)} {did}."
            if others := selected - changed:
                message += f" {others:,} {'was' if others == 1 else 'were'} already {state}."
            messages.success(request, message)

        did = "activated" if active else "deactivated"
        title = f"{capfirst(self.opts.verbose_name_plural)} are being {did}"
        return in_batches(request, title, partial(keys_of, queryset), change, tell)
